"""The commands about models: python -m emotion_core models list | show NAME | export NAME --format FORMAT."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from emotion_core.cli.console import without_native_messages
from emotion_core.models.card import KERAS_FILE, ModelCard, ModelError, read_card, read_verified
from emotion_core.models.registry import DEFAULT_MODEL, find_model, model_folder, model_names

app = typer.Typer(help="See which models there are, what is known of them, and take them elsewhere.")

#: What the file, or the folder, of each format is called after the model's name.
FORMATS = {"litert": ".tflite", "onnx": ".onnx", "savedmodel": "-savedmodel"}

Name = Annotated[str, typer.Argument(help='A model\'s name, "default", or its folder.')]


@app.command("list")
def list_() -> None:
    """Say which models there are, where they lie and how good they are."""
    for name in model_names():
        folder = model_folder(name)
        default = " (default)" if name == DEFAULT_MODEL else ""
        try:
            print(f"{name}{default}: {_figures(read_card(folder))}, in {folder}")
        except ModelError as error:
            print(f"{name}{default}: {error}")


@app.command()
def show(name: Name) -> None:
    """Say all that is known of a model."""
    from emotion_core.evaluation import card_in_words

    print(card_in_words(read_card(find_model(name))), end="")


@app.command()
def export(
    name: Name,
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")],
    to: Annotated[Path, typer.Option(help="The folder to write to; made if there is none.")] = Path(),
) -> None:
    """Write a model in a form that other programs run, and say what it takes and answers."""
    if format not in FORMATS:
        raise typer.BadParameter(f"unknown format {format!r}; allowed are {', '.join(FORMATS)}")
    folder = find_model(name)
    card = read_card(folder)
    target = to / f"{folder.name}{FORMATS[format]}"  # the name on a card could lead out of that folder
    if target.exists():
        raise typer.BadParameter(f"{target} is there already; remove it, or name another folder with --to")
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to, prefix=".export-") as scratch:
            made = Path(scratch) / target.name
            _write(folder, card, format, made)
            os.rename(made, target)
    except OSError as error:
        raise typer.BadParameter(f"cannot write {target} ({error.strerror})") from None
    print("\n".join([f"{target} written", *_use_in_words(card)]))


def _write(folder: Path, card: ModelCard, form: str, target: Path) -> None:
    """The model in one of `FORMATS`. TensorFlow is loaded only where something has to be converted."""
    from emotion_core.models.classifier import LITERT_FILE

    if form == "litert":
        target.write_bytes(read_verified(folder, card, LITERT_FILE))
        return
    # What the card vouches for is what is converted, whatever happens to the folder meanwhile.
    verified = target.with_name(KERAS_FILE)
    verified.write_bytes(read_verified(folder, card, KERAS_FILE))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with without_native_messages():
        from emotion_core.networks.architectures import load_network
        from emotion_core.networks.export import to_onnx, to_saved_model

        network = load_network(verified)
        if form == "onnx":
            target.write_bytes(to_onnx(network))
        else:
            to_saved_model(network, target)


def _figures(card: ModelCard) -> str:
    from emotion_core.evaluation import LABELS_IN_WORDS

    figures = [f"{card.architecture.parameters / 1e6:.2g} M parameters"]
    for one in card.measurements:
        if not one.without_training_duplicates and not one.test_time_augmentation:
            figures.append(f"{one.accuracy:.1%} of {one.data} by {LABELS_IN_WORDS[one.labels]}")
    return ", ".join(figures)


def _use_in_words(card: ModelCard) -> list[str]:
    """What a program that runs the network must know, as the file does not say it."""
    seen = card.input
    colours = "grey" if seen.channels == 1 else "RGB"
    return [
        f"It takes faces of (n, {seen.size}, {seen.size}, {seen.channels}), float32, {colours}: "
        f"pixel * {seen.scale:g} {seen.offset:+g}",
        f"and answers with (n, {len(card.class_order)}) probabilities: {', '.join(card.class_order)};",
        f"raise them to the power {1 / card.temperature:.4g} and divide by their sum to have them calibrated.",
    ]
