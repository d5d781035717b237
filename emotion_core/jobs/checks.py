"""What can be known to go wrong with a run before it starts. Importing this loads no Keras."""

from __future__ import annotations

import io
import math
import re
import shutil
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import psutil

from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import KERAS_FILE, ModelCard, ModelError, read_card, read_verified
from emotion_core.models.registry import find_model, model_folder
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import BEST_FILE, LAST_FILE, RUN_PREFIX, run_folder, runs_folder
from emotion_core.runs.presets import PRESETS
from emotion_core.runs.recipes import Recipe

#: What a run needs besides its faces: the process itself, and networks with their optimizer several times over.
MEMORY_BYTES = 900_000_000
DISK_BYTES = 300_000_000
#: How a network's description says that a layer brings code of its own.
_LAMBDA = re.compile(rb'"class_name"\s*:\s*"Lambda"')


def validated(config: RunConfig) -> RunConfig:
    """A run's configuration with all that it depends on filled in, if it can succeed as far as can be known.

    Raises:
        RunError: the data set is missing, has one class, an empty split or fewer faces than a batch, or was changed
            since the run began; the network is unknown, or the model to start from is missing or not the one on its
            card; the recipe learns from teachers; or memory or disk do not suffice.
    """
    if config.recipe.distillation:  # only `make_model` has teachers
        raise RunError(
            f"the distillation cannot be {config.recipe.distillation:g} in a run, which has no teachers; allowed is 0"
        )
    try:
        described = describe(config.data)
        check_faces(config.data, config.recipe, described.counts)
    except DatasetError as error:
        raise RunError(str(error)) from None
    if config.data_sha256 not in ("", described.sha256):
        raise RunError(
            f"the data set {config.data!r} was changed since the run {config.name!r} began; "
            "start a new run, as the curve of this one would mix two"
        )
    check_room(described)
    return _with_start(config.model_copy(update={"data_sha256": described.sha256}))


def check_faces(data: str, recipe: Recipe, counts: dict[str, dict[str, int]]) -> None:
    """Whether a data set has enough to learn from and to judge by; `counts` are its faces by split and label.

    Raises:
        RunError: it has one class, an empty split, fewer faces than a batch, or no votes where they are to be learnt.
        DatasetError: it has gone or is damaged.
    """
    usable = {split: {k: n for k, n in labels.items() if k in EMOTIONS and n} for split, labels in counts.items()}
    training, validation = usable.get("train", {}), usable.get("validation", {})
    for split, labels in (("train", training), ("validation", validation)):
        if not labels:
            raise RunError(
                f"the data set {data!r} has no faces of the seven emotions in its split {split!r}; "
                "training needs faces to learn from (train) and others to judge by (validation)"
            )
    if len(training) < 2:
        raise RunError(
            f"all {sum(training.values()):,} training faces of {data!r} are {next(iter(training))}; "
            "there must be at least two emotions to tell apart"
        )
    if recipe.labels == "votes":
        _check_votes(data)
    if sum(training.values()) < recipe.batch_size:
        raise RunError(
            f"{data!r} has {sum(training.values()):,} training faces, fewer than a batch of "
            f"{recipe.batch_size}; choose a batch size of at most {sum(training.values())}"
        )


def _check_votes(data: str) -> None:
    """Whether the annotators of a data set say what can be learnt, and judged by."""
    table = open_dataset(data).table
    if not has_votes(table):
        raise RunError(f"the data set {data!r} has no annotators' votes; choose a recipe that learns its labels")
    agreed = (majority_labels(table) != NO_LABEL) & table["label"].isin(EMOTIONS)
    for split in ("train", "validation"):
        if not (agreed & (table["split"] == split)).any():
            raise RunError(
                f"the annotators' votes of {data!r} agree on no face of its split {split!r}; choose a recipe that "
                "learns its labels"
            )


def source_of(config: RunConfig) -> Path | None:
    """What to start from: a model's folder, or the Keras file of a run's best network; None for fresh weights."""
    if config.start_from is None:
        return None
    if config.start_from.startswith(RUN_PREFIX):
        return run_folder(config.start_from.removeprefix(RUN_PREFIX)) / BEST_FILE
    return model_folder(config.start_from)


def _with_start(config: RunConfig) -> RunConfig:
    """The configuration with the network and the scaling of what it starts from, if it starts from something."""
    if (run_folder(config.name) / LAST_FILE).exists():  # begun: what it started from may be gone
        return config
    if config.start_from is None:
        if config.frozen:
            raise RunError("layers can only be frozen where a trained network is started from; choose one")
        if config.architecture not in PRESETS:
            raise RunError(f"there is no network {config.architecture!r}; there are {', '.join(PRESETS)}")
        return config
    if config.start_from.startswith(RUN_PREFIX):
        name = config.start_from.removeprefix(RUN_PREFIX)
        earlier = read_config(run_folder(name))
        if not (run_folder(name) / BEST_FILE).is_file():
            raise RunError(f"the run {name!r} has no network to start from yet; it has one after its first epoch")
        return _adapted(config, earlier.architecture, earlier.arguments, earlier.recipe.scale, earlier.recipe.offset)
    card = _card_to_learn_on(config.start_from)
    made = card.architecture
    return _adapted(config, made.name, made.arguments, card.input.scale, card.input.offset)


def _card_to_learn_on(model: str) -> ModelCard:
    """The card of a model that can be started from, with a Keras file that is the one on the card."""
    try:
        folder = find_model(model)
    except ModelError as error:
        raise RunError(str(error)) from None
    try:
        card = read_card(folder)
    except ModelError as error:
        raise RunError(f"the model {model!r} cannot be learnt on: {error}") from None
    if KERAS_FILE not in card.files:
        raise RunError(f"the model {model!r} cannot be learnt on: its folder has no {KERAS_FILE}")
    if card.class_order != EMOTIONS:
        raise RunError(f"the model {model!r} has its classes in another order than {', '.join(EMOTIONS)}")
    try:
        content = read_verified(folder, card, KERAS_FILE)
    except ModelError as error:
        raise RunError(f"the model {model!r} cannot be learnt on: {error}") from None
    if _has_lambda(content):
        raise RunError(
            f"the model {model!r} cannot be learnt on: its {KERAS_FILE} has a Lambda layer, which is code of its own; "
            "only Keras' own layers are allowed"
        )
    return card


def _has_lambda(keras_file: bytes) -> bool:
    """Whether a network says that it needs a Lambda layer. What else may be wrong with it, loading it says."""
    with suppress(zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError):
        return _LAMBDA.search(zipfile.ZipFile(io.BytesIO(keras_file)).read("config.json")) is not None
    return False


def _adapted(
    config: RunConfig, architecture: str, arguments: dict[str, int | float | list[int]], scale: float, offset: float
) -> RunConfig:
    recipe = config.recipe.model_copy(update={"scale": scale, "offset": offset})
    return config.model_copy(update={"architecture": architecture, "arguments": arguments, "recipe": recipe})


def check_room(described: Description) -> None:
    """Whether memory and disk suffice."""
    faces = described.faces * math.prod(described.shape)
    needed, free = 2 * faces + MEMORY_BYTES, psutil.virtual_memory().available
    if free < needed:
        raise RunError(
            f"training needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free; "
            "close other programs or choose a smaller data set"
        )
    runs_folder().mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(runs_folder()).free
    if room < DISK_BYTES:
        raise RunError(
            f"a run needs about {DISK_BYTES / 1e9:.1f} GB of disk and {room / 1e9:.1f} GB are free at {runs_folder()}; "
            "delete runs that you do not need"
        )
