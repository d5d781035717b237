"""The labels that predictions are compared with, as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS


def own_labels(dataset: Dataset) -> np.ndarray:
    """The data set's own labels as indices into `EMOTIONS`, (N,) int64; `NO_LABEL` for those that are not ours."""
    return labels_in(dataset.table)


def labels_in(table: pd.DataFrame) -> np.ndarray:
    """A table's labels as `own_labels` gives a data set's."""
    numbers = {name: number for number, name in enumerate(EMOTIONS)}
    return np.array([numbers.get(name, NO_LABEL) for name in table["label"]], dtype=np.int64)


def kinds_of_labels(table: pd.DataFrame, own: str = "own") -> dict[str, np.ndarray]:
    """All labels that faces have: the data set's own and, where there are votes, their majority.

    Returns:
        (N,) indices into `EMOTIONS` or `NO_LABEL`, by what `Measurement.labels` calls them; `own` is the first.
    """
    found = {own: labels_in(table)}
    return {**found, "ferplus-majority": majority_labels(table)} if has_votes(table) else found
