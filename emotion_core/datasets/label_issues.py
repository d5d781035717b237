"""Label issues: labels that are likely wrong by a model's predictions, found by confident learning (cleanlab)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import EMOTIONS


def find_label_issues(
    label: np.ndarray, probabilities: np.ndarray, classes: Sequence[str] = EMOTIONS
) -> tuple[np.ndarray, np.ndarray]:
    """Which labels are likely wrong, and how likely each is.

    Args:
        label: (N,) of text. Faces that are not labelled with one of the classes are no issue.
        probabilities: (N, len(classes)); honest only for faces that the model was not trained on. Faces of a class
            whose column has nothing but zeros, which the model does not know, are no issue.
        classes: the names of the columns.

    Returns:
        issue: (N,) bool, which labels cleanlab takes for wrong.
        score: (N,) from 0, a good label, to 1; NaN where the label is none of the classes.

    Raises:
        DatasetError: the probabilities do not fit the faces.
    """
    wanted = (len(label), len(classes))
    if probabilities.shape != wanted:
        raise DatasetError(f"probabilities of shape {probabilities.shape} do not fit; needed is {wanted}")
    issue, score = np.zeros(len(label), dtype=bool), np.full(len(label), np.nan)
    columns = [place for place in range(len(classes)) if not len(label) or probabilities[:, place].any()]
    names = [classes[place] for place in columns]
    known = np.array([name in names for name in label], dtype=bool)
    if known.any():
        numbers = np.array([names.index(name) for name in label[known]])
        issue[known], score[known] = _by_cleanlab(numbers, probabilities[known][:, columns].astype(np.float64))
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
