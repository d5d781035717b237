"""The faces of one split, ready for any number of models: their labels of every kind, and the groups they fall into."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import content_hashes, seen_in_training
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.splits import SPLITS
from emotion_core.datasets.votes import NO_LABEL
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.groups import GROUP_COLUMN, Group, group_columns, groups_in
from emotion_core.evaluation.labels import kinds_of_labels
from emotion_core.models.card import Labels


@dataclass(frozen=True)
class EvaluationSet:
    """The faces of one split, and by what predictions for them are scored.

    Attributes:
        data, split: which faces.
        images: (N, h, w) grey or (N, h, w, 3) RGB, uint8.
        table: one row a face, as `Dataset.table`.
        index: (N,) int, each face's place in the whole data set.
        labels: (N,) indices into `classes` or `NO_LABEL`, by kind of label.
        in_training: (N,) bool, whether a face is pixel for pixel also in training; None where that says nothing.
        groups: see `groups_in`.
        sha256: of the faces' content and labels.
        classes, colours: the names of the classes that are told apart, and the colours that the data set gives them.
        not_compared: classes of the data set or of a model that the others do not know: their faces have no label.
        counted: what one row stands for: a face, or a clip, whose middle frame is shown.
        detected: (N,) bool, whether a detector found the face, where `images` are the crops that were found; see
            `found.found_faces`. None where `images` are the whole pictures.
    """

    data: str
    split: str
    images: np.ndarray
    table: pd.DataFrame
    index: np.ndarray
    labels: dict[str, np.ndarray]
    in_training: np.ndarray | None
    groups: list[Group]
    sha256: str
    detected: np.ndarray | None = None
    classes: tuple[str, ...] = EMOTIONS
    not_compared: tuple[str, ...] = ()
    counted: Literal["faces", "clips"] = "faces"
    colours: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table)


def evaluation_set(
    dataset: Dataset,
    data: str,
    split: str,
    group_column: str | None = None,
    own: Labels = "own",
    known: Sequence[Sequence[str]] = (),
) -> EvaluationSet:
    """One split of a data set, ready for any number of models.

    Args:
        data: what the data set is called.
        split: one of `SPLITS`.
        group_column: a column of the table whose values are groups; that called "group" is taken if it is there.
        own: what the data set's own labels are called.
        known: the classes of each model that is asked, if not the data set's: those that all know are told apart.

    Raises:
        DatasetError: the data set has no such split or column, none of its faces is in one of the classes, or fewer
            than two classes are common to it and all models.
    """
    dataset, not_compared = _of_common_classes(dataset, data, known)
    splits = splits_of(dataset.table)
    _check_split(splits, data, split)
    column = _group_column(dataset.table, data, group_column)
    faces = dataset.split(split)
    labels = kinds_of_labels(faces, own)
    _check_labels(labels, faces, data, split)
    return EvaluationSet(
        data=data,
        split=split,
        images=faces.images,
        table=faces.table,
        index=np.flatnonzero(dataset.table["split"] == split),
        labels=labels,
        in_training=seen_in_training(faces, dataset) if split != "train" and "train" in splits else None,
        groups=groups_in(faces.images, faces.table, column),
        sha256=_sha256(faces),
        classes=faces.classes,
        not_compared=not_compared,
        colours=faces.colours,
    )


def _of_common_classes(dataset: Dataset, data: str, known: Sequence[Sequence[str]]) -> tuple[Dataset, tuple[str, ...]]:
    """The data set with the classes that all models know, and the classes that not all have."""
    common = tuple(name for name in dataset.classes if all(name in classes for classes in known))
    everybody = dict.fromkeys([*dataset.classes, *(name for classes in known for name in classes)])
    if len(common) < 2:
        models = "; ".join(", ".join(classes) for classes in known)
        found = f"only {common[0]} is" if common else "none is"
        raise DatasetError(
            f"the classes of {data} are {', '.join(dataset.classes)}, those of the models {models}: {found} common to "
            "them, and two are needed to compare"
        )
    return replace(dataset, classes=common), tuple(name for name in everybody if name not in common)


def splits_of(table: pd.DataFrame) -> dict[str, int]:
    """The splits that have faces, and how many, in the order of `SPLITS`."""
    counts = table["split"].value_counts()
    return {name: int(counts[name]) for name in SPLITS if counts.get(name, 0)}


def _check_split(splits: dict[str, int], data: str, split: str) -> None:
    if split not in splits:
        there = " and ".join(f"{name} ({count:,})" for name, count in splits.items()) or "no faces at all"
        raise DatasetError(f"the data set {data} has no {split} split; it has {there}")


def _group_column(table: pd.DataFrame, data: str, asked: str | None) -> str | None:
    columns = group_columns(table)
    if asked is None:
        return GROUP_COLUMN if GROUP_COLUMN in columns else None
    if asked not in columns:
        allowed = ", ".join(columns) or "none"
        raise DatasetError(f"the data set {data} has no column {asked!r} to group by; it has {allowed}")
    return asked


def _check_labels(labels: dict[str, np.ndarray], faces: Dataset, data: str, split: str) -> None:
    if all((one == NO_LABEL).all() for one in labels.values()):
        found = ", ".join(sorted(set(faces.table["label"].astype(str)))[:10])
        raise DatasetError(
            f"no face of the {split} split of {data} is labelled {', '.join(faces.classes)}, which are all that models "
            f"know; it has {found}"
        )


def _sha256(faces: Dataset) -> str:
    """Of the faces' content and labels in their order."""
    lines = "".join(
        f"{content},{label}\n" for content, label in zip(content_hashes(faces), faces.table["label"], strict=True)
    )
    return hashlib.sha256(lines.encode()).hexdigest()
