"""By which labels a model is judged, and its figures as a card has them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import seen_in_training
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.figures import Figure, Figures, figures_of
from emotion_core.evaluation.groups import groups_in
from emotion_core.models.card import GroupMeasurement, Measurement


def own_labels(dataset: Dataset) -> np.ndarray:
    """The data set's own labels as indices into `EMOTIONS`, (N,) int64; `NO_LABEL` for those that are not ours."""
    return labels_in(dataset.table)


def labels_in(table: pd.DataFrame) -> np.ndarray:
    """A table's labels as `own_labels` gives a data set's."""
    numbers = {name: number for number, name in enumerate(EMOTIONS)}
    return np.array([numbers.get(name, NO_LABEL) for name in table["label"]], dtype=np.int64)


def kinds_of_labels(table: pd.DataFrame, own: str = "fer2013") -> dict[str, np.ndarray]:
    """The labels to score predictions by: the data set's own and, where there are votes, their majority.

    Returns:
        (N,) indices into `EMOTIONS` or `NO_LABEL`, by what `Measurement.labels` calls them; `own` is the first.
    """
    found = {own: labels_in(table)}
    return {**found, "ferplus-majority": majority_labels(table)} if has_votes(table) else found


def measure(probabilities: np.ndarray, true: np.ndarray, threshold: float = 0.0, **protocol: object) -> Measurement:
    """The figures of a card for one set of faces; faces without a label are left out.

    Args:
        probabilities: (N, 7), columns in the order of `EMOTIONS`.
        true: (N,) indices into `EMOTIONS`, or `NO_LABEL`.
        threshold: below this confidence the model says "uncertain".
        protocol: the fields of `Measurement` that are no figures, for the record.

    Raises:
        ValueError: no face has a label.
    """
    known = true != NO_LABEL
    if not known.any():
        raise ValueError("there are no faces with a label to measure on")
    found = figures_of(probabilities[known], true[known], threshold)
    return Measurement.model_validate({**protocol, **_on_card(found)})


def measure_all(
    probabilities: np.ndarray,
    faces: Dataset,
    dataset: Dataset,
    data: str,
    split: str,
    own: str = "fer2013",
    threshold: float = 0.0,
) -> list[Measurement]:
    """By the annotators' majority, where there is one, and by the own labels, with and without training's faces.

    Args:
        probabilities: (N, 7) calibrated, columns in the order of `EMOTIONS`.
        faces: what was judged.
        dataset: the one that was learnt from, with its training split.
        data, split: what the card calls them.
        own: what the card calls the data set's own labels.
        threshold: lowest confidence of an answer.
    """
    new = ~seen_in_training(faces, dataset)
    return [
        measure(
            probabilities[rows],
            true[rows],
            threshold,
            data=data,
            split=split,
            labels=kind,
            without_training_duplicates=rows is new,
            test_time_augmentation=False,
        )
        for kind, true in reversed(kinds_of_labels(faces.table, own).items())
        for rows in (np.ones(len(faces), dtype=bool), new)
        if (true[rows] != NO_LABEL).any()
    ]


def measure_groups(
    probabilities: np.ndarray, faces: Dataset, column: str | None = None, own: str = "fer2013"
) -> list[GroupMeasurement]:
    """The figures of a card by groups of faces, see `groups.groups_in`, by each kind of label that there is.

    Args:
        probabilities: (N, 7), columns in the order of `EMOTIONS`.
        column: a column of the faces' table whose values are groups.
        own: what the card calls the data set's own labels.
    """
    kinds = kinds_of_labels(faces.table, own)
    right = {kind: probabilities.argmax(axis=1) == labels for kind, labels in kinds.items()}
    found = []
    for group in groups_in(faces.images, faces.table, column):
        for kind, labels in kinds.items():
            here = group.faces & (labels != NO_LABEL)
            if here.any():
                accuracy = round(float(right[kind][here].mean()), 4)
                measured = {"by": group.by, "group": group.name, "labels": kind, "faces": int(here.sum())}
                found.append(GroupMeasurement.model_validate({**measured, "accuracy": accuracy}))
    return found


def _on_card(found: Figures) -> dict[str, object]:
    """The fields of a `Measurement` that are figures; cards have shares to four digits."""
    fields: dict[str, object] = {"faces": found.faces, "confusion": found.confusion}
    for name in ("accuracy", "macro_recall", "expected_calibration_error"):
        figure: Figure = getattr(found, name)
        fields[name] = round(figure.value, 4)
        fields[f"{name}_interval"] = round(figure.low, 4), round(figure.high, 4)
    for name in ("precision", "recall", "f1"):
        known = {one.emotion: getattr(one, name) for one in found.emotions}
        fields[name] = {emotion: round(figure.value, 4) for emotion, figure in known.items() if figure}
    fields["answered"], right = round(found.coverage, 4), found.selective_accuracy
    fields["accuracy_answered"] = None if right is None else round(right, 4)
    return fields
