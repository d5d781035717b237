"""The commands about models: python -m emotion_core models list | show | export | add | rename | delete | default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from emotion_core.cli.console import say, without_native_messages
from emotion_core.models import (
    ModelCard,
    ModelError,
    SequenceCard,
    choose_default_model,
    default_model,
    find_model,
    mix_of_the_file,
    model_folder,
    model_names,
    read_card,
    sequence_model_names,
    sequence_models_folder,
)
from emotion_core.networks import FORMATS, HOW_TO_USE_FILE, convert_again, export_model

_Made = TypeVar("_Made")

app = typer.Typer(help="List models, see what is known about them, and export them.")

Name = Annotated[str, typer.Argument(help='A model\'s name, "default", or its folder.')]

Own = Annotated[str, typer.Argument(help="The name of a model of your workspace.")]


@app.command("list")
def list_() -> None:
    """List the models: where they are and how good they are."""
    chosen = default_model()
    for name in model_names():
        folder = model_folder(name)
        default = " (default)" if name == chosen else ""
        try:
            say(f"{name}{default}: {_figures(read_card(folder))}, in {folder}")
        except ModelError as error:
            say(f"{name}{default}: {error}")
    for name in sequence_model_names():
        folder = sequence_models_folder() / name
        try:
            say(f"{name}, reads videos over time: {_figures(read_card(folder, SequenceCard))}, in {folder}")
        except ModelError as error:
            say(f"{name}, reads videos over time: {error}")


@app.command()
def show(name: Name) -> None:
    """Show a model's card: all that is known about it."""
    from emotion_core.evaluation import card_in_words

    over_time = name in sequence_model_names() and name not in model_names()
    card = read_card(sequence_models_folder() / name, SequenceCard) if over_time else read_card(find_model(name))
    say(card_in_words(card).rstrip("\n"))


@app.command()
def export(
    name: Name,
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")],
    to: Annotated[Path, typer.Option(help="The folder to write to; made if there is none.")] = Path(),
) -> None:
    """Write a model in a format that other programs run."""
    if name in sequence_model_names() and name not in model_names():
        raise typer.BadParameter(
            f"{name} is a sequence model, which these formats do not hold: its network is plain numpy; take along its "
            f"folder {sequence_models_folder() / name}, which models add reads"
        )
    try:
        with without_native_messages():
            target = export_model(name, format, to)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    except OSError as error:
        reason = f"cannot write to {to} ({error.strerror})" if error.strerror else str(error)
        raise typer.BadParameter(reason) from None
    say("\n".join([f"{target} written", *_use_in_words(read_card(find_model(name)))]))


@app.command()
def convert(name: Name) -> None:
    """Convert a model of an earlier version again, so that it has embeddings."""
    say(f"{convert_again(name)} converted")


@app.command()
def add(
    source: Annotated[Path, typer.Argument(help="A model's folder, or a zip of one.", exists=True)],
    name: Annotated[str | None, typer.Option(help="What to call it; its card's name if not given.")] = None,
) -> None:
    """Import a model that somebody else trained, once its files agree with its card."""
    from emotion_core.jobs import add_model

    with without_native_messages():
        made = _written(lambda: add_model(source, name))
    say(f"{made.name} added")


@app.command()
def rename(name: Own, new: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Rename a model of your workspace."""
    from emotion_core.jobs import rename_model

    say(f"{name} is now {_written(lambda: rename_model(name, new)).name}")


@app.command()
def delete(name: Own) -> None:
    """Delete a model of your workspace for good."""
    from emotion_core.jobs import delete_model

    _written(lambda: delete_model(name))
    say(f"{name} deleted")


@app.command()
def default(name: Name) -> None:
    """Make a model the default of every page and command."""
    _written(lambda: choose_default_model(name))
    say(f"{name} is the default model")


def _written(act: Callable[[], _Made]) -> _Made:
    try:
        return act()
    except OSError as error:
        raise typer.BadParameter(f"the workspace cannot be changed ({error.strerror or error})") from None


def _figures(card: ModelCard) -> str:
    from emotion_core.evaluation import LABELS_IN_WORDS
    from emotion_core.inference import figure_in_percent
    from emotion_core.models import prior_in_words

    figures = [f"{card.architecture.parameters / 1e6:.2g} M parameters"]
    for one in card.measurements:
        if not one.without_training_duplicates and not one.test_time_augmentation:
            figures.append(
                f"{figure_in_percent(one.accuracy)} of {one.data} "
                f"(mean recall {figure_in_percent(one.macro_recall)}) by "
                f"{LABELS_IN_WORDS[one.labels]}, {prior_in_words(one.prior)}"
            )
    return ", ".join(figures)


def _use_in_words(card: ModelCard) -> list[str]:
    """What a program that runs the network must know, as its card says."""
    seen, temperature = card.input, mix_of_the_file(card).calibration.temperature
    colours = "grey" if seen.channels == 1 else "RGB"
    return [
        f"It takes faces of (n, {seen.size}, {seen.size}, {seen.channels}), float32, {colours}: "
        f"pixel * {seen.scale:g} {seen.offset:+g}",
        f"and gives (n, {len(card.class_order)}) probabilities: {', '.join(card.class_order)};",
        f"raise them to the power {1 / temperature:.4g} and divide by their sum to have them calibrated.",
        f"{HOW_TO_USE_FILE} beside it has the code for that.",
    ]
