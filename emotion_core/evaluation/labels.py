"""The labels that predictions are compared with, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS


def own_labels(dataset: Dataset) -> np.ndarray:
    """The data set's own labels as indices into its classes, (N,) int64; `NO_LABEL` for those that are in none."""
    return labels_in(dataset.table, dataset.classes)


def labels_in(table: pd.DataFrame, classes: Sequence[str] = EMOTIONS) -> np.ndarray:
    """A table's labels as `own_labels` gives a data set's."""
    numbers = {name: number for number, name in enumerate(classes)}
    return np.array([numbers.get(name, NO_LABEL) for name in table["label"]], dtype=np.int64)


def majority_of(dataset: Dataset) -> np.ndarray:
    """What the majority of annotators says as indices into the data set's classes, (N,) int64, or `NO_LABEL`."""
    return majority_labels(dataset.table, dataset.classes, dataset.votes_as)


def kinds_of_labels(dataset: Dataset, own: str = "own") -> dict[str, np.ndarray]:
    """All labels that faces have: the data set's own and, where there are votes, their majority.

    Returns:
        (N,) indices into its classes or `NO_LABEL`, by what `Measurement.labels` calls them; `own` is the first.
    """
    found = {own: own_labels(dataset)}
    return {**found, "ferplus-majority": majority_of(dataset)} if has_votes(dataset.table) else found
