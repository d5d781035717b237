"""The figures of cards and reports, worked by hand on a few answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import precision_recall_fscore_support

from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.figures import Figure, confusion_of, figures_of, of_confusion
from tests.evaluation.conftest import indices, says


class TestFiguresOf:
    """Happy, happy, happy and sad, answered happy, happy and sad (90 % sure) and angry (40 %)."""

    FOUND = figures_of(
        np.vstack([says("happy", "happy", "sad", confidence=0.9), says("angry", confidence=0.4)]),
        indices("happy", "happy", "happy", "sad"),
        threshold=0.5,
    )

    def test_of_all_faces(self):
        assert self.FOUND.faces == 4
        assert self.FOUND.accuracy.value == 0.5
        assert self.FOUND.macro_recall.value == pytest.approx((2 / 3 + 0) / 2)  # over the emotions that occur
        assert self.FOUND.macro_f1.value == pytest.approx((4 / 5 + 0) / 2)
        # three at 0.9 of which two are right, one at 0.4 which is wrong
        assert self.FOUND.expected_calibration_error.value == pytest.approx((3 * (0.9 - 2 / 3) + 0.4) / 4)

    def test_of_each_emotion_what_can_be_told(self):
        by_name = {one.emotion: one for one in self.FOUND.emotions}
        happy, angry, neutral = by_name["happy"], by_name["angry"], by_name["neutral"]
        assert list(by_name) == list(EMOTIONS)
        assert (happy.faces, happy.predicted, happy.precision.value) == (3, 2, 1.0)
        assert happy.recall.value == pytest.approx(2 / 3)
        assert (angry.faces, angry.predicted, angry.precision.value, angry.recall) == (0, 1, 0.0, None)
        assert (neutral.precision, neutral.recall, neutral.f1) == (None, None, None)

    def test_what_is_answered_and_how_much_of_it_is_right(self):
        assert (self.FOUND.coverage, self.FOUND.selective_accuracy) == (0.75, pytest.approx(2 / 3))

    def test_where_nothing_is_answered(self):
        found = figures_of(says("sad", confidence=0.4), indices("sad"), threshold=0.5)
        assert (found.coverage, found.selective_accuracy) == (0.0, None)

    def test_of_one_face_every_interval_is_the_figure(self):
        found = figures_of(says("sad"), indices("sad"), threshold=0.5)
        assert found.accuracy == found.macro_recall == found.macro_f1 == Figure(value=1, low=1, high=1)
        assert found.expected_calibration_error == Figure(value=0, low=0, high=0)

    def test_intervals_hold_their_figures(self):
        every = [self.FOUND.accuracy, self.FOUND.macro_recall, self.FOUND.macro_f1]
        every += [figure for one in self.FOUND.emotions for figure in (one.precision, one.recall, one.f1) if figure]
        assert all(0 <= one.low <= one.value <= one.high <= 1 for one in every)


class TestOfConfusion:
    #: rows: true a, b, c; columns: answered. c never occurs, and is answered once.
    MATRIX = np.array([[3, 1, 0], [2, 2, 1], [0, 0, 0]])

    def test_worked_by_hand(self):
        found = of_confusion(self.MATRIX)
        assert found["accuracy"] == pytest.approx(5 / 9)
        assert found["recall"][:2] == pytest.approx([3 / 4, 2 / 5])
        assert np.isnan(found["recall"][2])
        assert found["precision"] == pytest.approx([3 / 5, 2 / 3, 0])
        assert found["f1"] == pytest.approx([2 * 3 / (4 + 5), 2 * 2 / (5 + 3), 0])
        assert found["macro_recall"] == pytest.approx((3 / 4 + 2 / 5) / 2)  # over those that occur
        assert found["macro_f1"] == pytest.approx((6 / 9 + 4 / 8) / 2)

    def test_of_many_at_once(self):
        found = of_confusion(np.stack([self.MATRIX, 2 * self.MATRIX]))
        assert found["accuracy"].shape == (2,) and found["recall"].shape == (2, 3)
        assert found["f1"][0] == pytest.approx(found["f1"][1])

    @given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS)), min_size=1, max_size=40))
    def test_is_what_scikit_learn_says(self, pairs):
        answered, true = zip(*pairs, strict=True)
        matrix = confusion_of(says(*answered), indices(*true))
        expected = precision_recall_fscore_support(
            indices(*true), indices(*answered), labels=range(7), zero_division=np.nan
        )
        found = of_confusion(matrix)
        for name, values in zip(("precision", "recall", "f1"), expected, strict=False):
            np.testing.assert_allclose(found[name], values)
