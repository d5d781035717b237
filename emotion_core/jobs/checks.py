"""What can be known to go wrong with a run before it starts. Importing this loads no Keras."""

from __future__ import annotations

import math
import shutil

import psutil

from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS
from emotion_core.jobs.starting_point import check, find_starting_point
from emotion_core.runs.config import RunConfig
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LAST_FILE, run_folder, runs_folder
from emotion_core.runs.presets import PRESETS
from emotion_core.runs.recipes import Recipe

#: What a run needs besides its faces: the process itself, and networks with their optimizer several times over.
MEMORY_BYTES = 900_000_000
DISK_BYTES = 300_000_000


def validated(config: RunConfig) -> RunConfig:
    """A run's configuration with all that it depends on filled in, if it can succeed as far as can be known.

    Raises:
        RunError: the data set is missing, has one class, an empty split or fewer faces than a batch, or was changed
            since the run began; the network is unknown, or the model to start from is missing or not the one on its
            card; the recipe has teachers; or memory or disk do not suffice.
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
    """Whether a data set has enough to train and to validate on; `counts` are its faces by split and label.

    Raises:
        RunError: it has one class, an empty split, fewer faces than a batch, or no votes where these are trained on.
        DatasetError: it has gone or is damaged.
    """
    usable = {split: {k: n for k, n in labels.items() if k in EMOTIONS and n} for split, labels in counts.items()}
    training, validation = usable.get("train", {}), usable.get("validation", {})
    for split, labels in (("train", training), ("validation", validation)):
        if not labels:
            raise RunError(
                f"the data set {data!r} has no faces of the seven emotions in its split {split!r}; "
                "training needs faces to train on (train) and others to validate on (validation)"
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
    """Whether the annotators of a data set say what can be trained on, and validated on."""
    table = open_dataset(data).table
    if not has_votes(table):
        raise RunError(f"the data set {data!r} has no annotators' votes; choose a recipe that trains on its labels")
    agreed = (majority_labels(table) != NO_LABEL) & table["label"].isin(EMOTIONS)
    for split in ("train", "validation"):
        if not (agreed & (table["split"] == split)).any():
            raise RunError(
                f"the annotators' votes of {data!r} agree on no face of its split {split!r}; choose a recipe that "
                "trains on its labels"
            )


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
    start = find_starting_point(config.start_from)
    check(start)
    recipe = config.recipe.model_copy(update={"scale": start.scale, "offset": start.offset})
    return config.model_copy(
        update={"architecture": start.architecture, "arguments": start.arguments, "recipe": recipe}
    )


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
