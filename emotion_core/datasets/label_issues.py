"""Label issues: labels that are likely wrong by a model's predictions, found by confident learning (cleanlab)."""

from __future__ import annotations

import warnings

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import EMOTIONS


def find_label_issues(label: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which labels are likely wrong, and how likely each is.

    Args:
        label: (N,) of text. Faces that are not labelled with one of `EMOTIONS` are no issue.
        probabilities: (N, 7), columns in the order of `EMOTIONS`; honest only for faces that the model was not trained
            on.

    Returns:
        issue: (N,) bool, which labels cleanlab takes for wrong.
        score: (N,) from 0, a good label, to 1; NaN where the label is none of the seven.

    Raises:
        DatasetError: the probabilities do not fit the faces.
    """
    wanted = (len(label), len(EMOTIONS))
    if probabilities.shape != wanted:
        raise DatasetError(f"probabilities of shape {probabilities.shape} do not fit; needed is {wanted}")
    issue, score = np.zeros(len(label), dtype=bool), np.full(len(label), np.nan)
    known = np.array([name in EMOTIONS for name in label], dtype=bool)
    if known.any():
        numbers = np.array([EMOTIONS.index(name) for name in label[known]])
        issue[known], score[known] = _by_cleanlab(numbers, probabilities[known].astype(np.float64))
    return issue, score


def _by_cleanlab(numbers: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from cleanlab.filter import find_label_issues as issues_among
    from cleanlab.rank import get_label_quality_scores

    probabilities /= probabilities.sum(axis=1, keepdims=True)
    if len(np.unique(numbers)) == 1:  # there is nothing to compare with, and cleanlab refuses
        return np.zeros(len(numbers), dtype=bool), 1 - probabilities[:, numbers[0]]
    with warnings.catch_warnings():  # it warns of emotions that do not occur
        warnings.simplefilter("ignore", UserWarning)
        issue = issues_among(numbers, probabilities, n_jobs=1)
    return issue, 1 - get_label_quality_scores(numbers, probabilities)
