"""What a run starts from: a model, or the best network of an earlier run. Importing this loads no Keras."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import KERAS_FILE, ModelCard, ModelError, classes_in, read_card, read_verified
from emotion_core.models.registry import find_model
from emotion_core.networks.keras_files import check_size
from emotion_core.runs.config import read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import BEST_FILE, RUN_PREFIX, run_folder

#: How a network's description says that a layer brings code of its own.
_LAMBDA = re.compile(rb'"class_name"\s*:\s*"Lambda"')


@dataclass(frozen=True)
class StartingPoint:
    """A trained network to start from.

    Attributes:
        architecture, arguments: the preset and its arguments that are not the preset's own.
        scale, offset: it sees pixel * scale + offset.
        weights: a model's folder, or a Keras file.
        classes: those that it tells apart, in their order.
        card: of the model; None for a run.
    """

    architecture: str
    arguments: dict[str, int | float | list[int]]
    scale: float
    offset: float
    weights: Path
    classes: tuple[str, ...] = EMOTIONS
    card: ModelCard | None = None


def find_starting_point(start_from: str) -> StartingPoint:
    """The network that "run:NAME" or a model's name stands for. Its weights are not looked at; see `check`.

    Raises:
        RunError: there is no such run or model, or it cannot be read.
    """
    if start_from.startswith(RUN_PREFIX):
        folder = run_folder(start_from.removeprefix(RUN_PREFIX))
        config = read_config(folder)
        recipe = config.recipe
        return StartingPoint(
            config.architecture, config.arguments, recipe.scale, recipe.offset, folder / BEST_FILE, config.classes
        )
    try:
        folder = find_model(start_from)
    except ModelError as error:
        raise RunError(str(error)) from None
    try:
        card = read_card(folder)
    except ModelError as error:
        raise RunError(f"the model {start_from!r} cannot be trained further: {error}") from None
    made = card.architecture
    return StartingPoint(made.name, made.arguments, card.input.scale, card.input.offset, folder, card.class_order, card)


def check(start: StartingPoint) -> None:
    """Whether there are weights to start from, as the card has them, and no code in them.

    Raises:
        RunError: there are none, or they cannot be used.
    """
    if start.card is None:
        if not start.weights.is_file():
            name = start.weights.parent.name
            raise RunError(f"the run {name!r} has no network to start from yet; it has one after its first epoch")
        return
    if reason := _why_not(start.weights, start.card):
        raise RunError(f"the model {start.weights.name!r} cannot be trained further: {reason}")


def _why_not(folder: Path, card: ModelCard) -> str | None:
    """Why a model cannot be trained further, or None."""
    if KERAS_FILE not in card.files:
        return f"its folder has no {KERAS_FILE}"
    if card.class_order != classes_in(card):
        return f"its classes are in another order than {', '.join(EMOTIONS)}"
    try:
        check_size(folder / KERAS_FILE)
        content = read_verified(folder, card, KERAS_FILE)
    except ModelError as error:
        return str(error)
    if _has_lambda(content):
        return f"its {KERAS_FILE} has a Lambda layer, which is code of its own; only Keras' own layers are allowed"
    return None


def _has_lambda(keras_file: bytes) -> bool:
    """Whether a network says that it needs a Lambda layer. What else may be wrong with it, loading it says."""
    with suppress(zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError):
        return _LAMBDA.search(zipfile.ZipFile(io.BytesIO(keras_file)).read("config.json")) is not None
    return False
