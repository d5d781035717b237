"""The commands about models: python -m emotion_core models list | show NAME | export NAME --format FORMAT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emotion_core.cli.console import without_native_messages
from emotion_core.models import DEFAULT_MODEL, ModelCard, ModelError, find_model, model_folder, model_names, read_card
from emotion_core.networks import FORMATS, HOW_TO_USE_FILE, convert_again, export_model

app = typer.Typer(help="List models, see what is known about them, and export them.")

Name = Annotated[str, typer.Argument(help='A model\'s name, "default", or its folder.')]


@app.command("list")
def list_() -> None:
    """List the models: where they are and how good they are."""
    for name in model_names():
        folder = model_folder(name)
        default = " (default)" if name == DEFAULT_MODEL else ""
        try:
            print(f"{name}{default}: {_figures(read_card(folder))}, in {folder}")
        except ModelError as error:
            print(f"{name}{default}: {error}")


@app.command()
def show(name: Name) -> None:
    """Show a model's card: all that is known about it."""
    from emotion_core.evaluation import card_in_words

    print(card_in_words(read_card(find_model(name))), end="")


@app.command()
def export(
    name: Name,
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")],
    to: Annotated[Path, typer.Option(help="The folder to write to; made if there is none.")] = Path(),
) -> None:
    """Write a model in a format that other programs run."""
    try:
        with without_native_messages():
            target = export_model(name, format, to)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    except OSError as error:
        reason = f"cannot write to {to} ({error.strerror})" if error.strerror else str(error)
        raise typer.BadParameter(reason) from None
    print("\n".join([f"{target} written", *_use_in_words(read_card(find_model(name)))]))


@app.command()
def convert(name: Name) -> None:
    """Convert a model of an earlier version again, which gives it embeddings."""
    print(f"{convert_again(name)} converted")


def _figures(card: ModelCard) -> str:
    from emotion_core.evaluation import LABELS_IN_WORDS

    figures = [f"{card.architecture.parameters / 1e6:.2g} M parameters"]
    for one in card.measurements:
        if not one.without_training_duplicates and not one.test_time_augmentation:
            figures.append(f"{one.accuracy:.1%} of {one.data} by {LABELS_IN_WORDS[one.labels]}")
    return ", ".join(figures)


def _use_in_words(card: ModelCard) -> list[str]:
    """What a program that runs the network must know, as its card says."""
    seen = card.input
    colours = "grey" if seen.channels == 1 else "RGB"
    return [
        f"It takes faces of (n, {seen.size}, {seen.size}, {seen.channels}), float32, {colours}: "
        f"pixel * {seen.scale:g} {seen.offset:+g}",
        f"and gives (n, {len(card.class_order)}) probabilities: {', '.join(card.class_order)};",
        f"raise them to the power {1 / card.temperature:.4g} and divide by their sum to have them calibrated.",
        f"{HOW_TO_USE_FILE} beside it has the code for that.",
    ]
