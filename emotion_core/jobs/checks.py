"""What can be known to go wrong with a run before it starts. Importing this loads no Keras."""

from __future__ import annotations

import math
import shutil

import psutil

from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.learned import HELD_OUT, Learned, learned_of
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.labels import majority_of
from emotion_core.jobs.starting_point import check, find_starting_point
from emotion_core.jobs.workers import check_workers
from emotion_core.runs.class_balance import balance_of
from emotion_core.runs.config import RunConfig
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LAST_FILE, run_folder, runs_folder
from emotion_core.runs.presets import PRESETS, SEQUENCE_NET
from emotion_core.runs.recipes import Recipe

#: What a run needs besides its faces: the process itself, and networks with their optimizer several times over.
MEMORY_BYTES = 900_000_000
DISK_BYTES = 300_000_000


def validated(config: RunConfig) -> RunConfig:
    """A run's configuration with all that it depends on filled in, if it can succeed as far as can be known.

    Raises:
        RunError: the data set is missing, has one class, no training faces or fewer than a batch, or was changed
            since the run began; the network is unknown, or the model to start from is missing or not the one on its
            card; the recipe has teachers; its batches cannot be shared
            by its workers; or memory or disk do not suffice.
    """
    if config.recipe.distillation:  # only `make_model` has teachers
        raise RunError(
            f"the distillation cannot be {config.recipe.distillation:g} in a run, which has no teachers; allowed is 0"
        )
    try:
        described = describe(config.data)
        learned = check_faces(config.recipe, described)
    except DatasetError as error:
        raise RunError(str(error)) from None
    if config.data_sha256 not in ("", described.sha256):
        raise RunError(
            f"the data set {config.data!r} was changed since the run {config.name!r} began; "
            "start a new run, as the curve of this one would mix two"
        )
    if config.architecture == SEQUENCE_NET:
        check_clips(config.data, described.clips)
        if config.workers or config.on:
            raise RunError(
                f"{SEQUENCE_NET} is trained within minutes by one worker here; leave out the workers and the cluster"
            )
    if config.workers or config.on:
        check_workers(config.workers or 1, config.recipe)
    check_room(described)
    balance = balance_of(config.recipe, learned.training.values())
    filled = {
        "data_sha256": described.sha256,
        "held_out": HELD_OUT if learned.held_out else 0.0,
        "classes": described.classes,
        "recipe": config.recipe.model_copy(update={"class_balance": balance}),
    }
    return _with_classes(_with_start(config.model_copy(update=filled)))


def check_faces(recipe: Recipe, described: Description) -> Learned:
    """Whether a data set has enough to train and to validate on, and what of it is learned.

    Args:
        recipe: how it is trained on.
        described: the data set.

    Raises:
        RunError: it has one class, too few faces for a batch or to hold some out, or no votes where these are trained
            on.
        DatasetError: it has gone or is damaged.
    """
    data, learned = described.name, learned_of(described, recipe.labels == "votes")
    faces = sum(learned.training.values())
    if not faces:
        there = ", ".join(f"{split} ({sum(labels.values()):,})" for split, labels in described.counts.items()) or "none"
        raise RunError(
            f"the data set {data!r} has no faces of its classes in its split 'train', and training needs faces "
            f"to train on; its faces by split: {there}"
        )
    if len(learned.training) < 2:
        raise RunError(
            f"all {faces:,} training faces of {data!r} are {next(iter(learned.training))}; "
            "there must be at least two classes to tell apart"
        )
    if not learned.validation:
        raise RunError(
            f"the data set {data!r} has no validation split, and its {faces:,} training faces are too few for some to "
            "be held out; it takes two faces of a class"
        )
    if recipe.labels == "votes":
        _check_votes(data, learned.held_out)
    if faces < recipe.batch_size:
        raise RunError(
            f"{data!r} has {faces:,} training faces, fewer than a batch of {recipe.batch_size}; "
            f"choose a batch size of at most {faces}"
        )
    return learned


def _check_votes(data: str, held_out: bool) -> None:
    """Whether the annotators of a data set say what can be trained on, and validated on."""
    dataset = open_dataset(data)
    table = dataset.table
    if not has_votes(table):
        raise RunError(f"the data set {data!r} has no annotators' votes; choose a recipe that trains on its labels")
    agreed = (majority_of(dataset) != NO_LABEL) & table["label"].isin(dataset.classes)
    for split in ("train",) if held_out else ("train", "validation"):
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
        if config.architecture not in (*PRESETS, SEQUENCE_NET):
            there = ", ".join((*PRESETS, SEQUENCE_NET))
            raise RunError(f"there is no network {config.architecture!r}; there are {there}")
        return config
    start = find_starting_point(config.start_from)
    check(start)
    if start.architecture == SEQUENCE_NET:
        raise RunError(f"{config.start_from!r} is a {SEQUENCE_NET}, which cannot be trained further; start a new run")
    recipe = config.recipe.model_copy(update={"scale": start.scale, "offset": start.offset})
    return config.model_copy(
        update={"architecture": start.architecture, "arguments": start.arguments, "recipe": recipe}
    )


def _with_classes(config: RunConfig) -> RunConfig:
    """The configuration of a network for the data set's classes, where these are not seven."""
    others = {name: value for name, value in config.arguments.items() if name != "classes"}
    own = len(config.classes) != len(EMOTIONS) and config.architecture != SEQUENCE_NET
    count = {"classes": len(config.classes)} if own else {}
    return config.model_copy(update={"arguments": {**others, **count}})


def check_clips(data: str, clips: int) -> None:
    """Whether a data set can be learnt from as clips.

    Raises:
        RunError: it has none.
    """
    if not clips:
        raise RunError(
            f"the data set {data!r} has no clips, and {SEQUENCE_NET} learns from clips: import videos, or frames in a "
            "folder a clip, in a folder per emotion; or draw some with: emotion dataset draw --clips"
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
