"""Label issues: labels that a sure model contradicts are found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.label_issues import find_label_issues
from emotion_core.emotions import EMOTIONS


def sure_of(labels: list[str]) -> np.ndarray:
    """Predictions of a model that is sure of these labels."""
    predictions = np.full((len(labels), 7), 0.02)
    predictions[np.arange(len(labels)), [EMOTIONS.index(label) for label in labels]] = 0.88
    return predictions


def test_labels_that_a_sure_model_contradicts_are_issues_and_score_highest():
    true = [EMOTIONS[number % 7] for number in range(140)]
    given = np.array(true, dtype=object)
    wrong = [5, 50, 100]
    given[wrong] = [EMOTIONS[(number + 1) % 7] for number in wrong]
    issue, score = find_label_issues(given, sure_of(true))
    assert np.flatnonzero(issue).tolist() == wrong
    assert np.sort(np.argsort(score)[-3:]).tolist() == wrong


def test_faces_that_are_none_of_the_seven_are_no_issue_and_have_no_score():
    issue, score = find_label_issues(np.array(["contempt", "", "happy"]), sure_of(["sad", "sad", "happy"]))
    assert not issue.any()
    assert np.isnan(score).tolist() == [True, True, False]


def test_without_a_label_that_is_one_of_the_seven_there_is_nothing_to_find():
    issue, score = find_label_issues(np.array(["nf", "unknown"]), sure_of(["sad", "sad"]))
    assert not issue.any() and np.isnan(score).all()


def test_where_only_one_emotion_occurs_there_is_a_score_and_no_issue():
    issue, score = find_label_issues(np.array(["happy", "happy"]), sure_of(["sad", "happy"]))
    assert not issue.any()
    assert score.tolist() == pytest.approx([0.98, 0.12])


def test_where_some_emotions_do_not_occur_scores_lie_from_0_to_1():
    _, score = find_label_issues(np.array(["happy", "happy", "sad", "sad"]), np.full((4, 7), 1 / 7, dtype=np.float32))
    assert ((score >= 0) & (score <= 1)).all()


@pytest.mark.parametrize("shape", [(3, 7), (4, 6), (4,)])
def test_predictions_of_another_shape_are_refused(shape):
    with pytest.raises(DatasetError, match=r"do not fit; needed is \(4, 7\)"):
        find_label_issues(np.array(["happy"] * 4), np.ones(shape))
