"""Probabilities that mean what they say or do not, and the confidence below which it is better not to answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.calibration import (
    abstain_threshold,
    balancing_weights,
    calibration_error_interval,
    expected_calibration_error,
    fit_temperature,
    reliability,
    risk_coverage,
)
from emotion_core.models.card import Calibration
from tests.evaluation.conftest import indices, says


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


class TestTemperature:
    LOGITS = np.random.default_rng(0).normal(0, 2, (400, 7))

    @pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 4.0])
    def test_finds_the_one_that_was_used(self, temperature):
        """Where the true shares are softmax(logits / T), T is likeliest."""
        assert fit_temperature(softmax(self.LOGITS), softmax(self.LOGITS / temperature)) == pytest.approx(
            temperature, rel=0.01
        )

    def test_is_above_1_for_a_network_too_sure_of_itself(self):
        always_sure = np.tile([0.9, 0.1], (100, 1))
        right_in_60_percent = np.eye(2)[[0] * 60 + [1] * 40]
        # 0.9 becomes 0.6 where log(9) / T = log(1.5)
        assert fit_temperature(always_sure, right_in_60_percent) == pytest.approx(np.log(9) / np.log(1.5), abs=0.45)
        assert fit_temperature(always_sure, right_in_60_percent) > 4

    def test_stays_from_a_fifth_to_five_where_there_is_no_best(self):
        always_right = np.tile([0.9, 0.1], (10, 1))
        assert fit_temperature(always_right, np.eye(2)[[0] * 10]) == pytest.approx(0.2, rel=0.01)
        assert fit_temperature(always_right, np.eye(2)[[1] * 10]) == pytest.approx(5, rel=0.01)

    def test_takes_zeros(self):
        assert np.isfinite(fit_temperature(np.eye(3), np.eye(3)))


class TestWeights:
    """Faces of rare classes count more, so that a calibration holds where all classes are alike in number."""

    LABELS = np.array([0] * 8 + [2] * 2)

    def test_every_class_there_is_counts_alike(self):
        weights = balancing_weights(self.LABELS)
        assert weights.mean() == pytest.approx(1)
        assert weights[:8].sum() == pytest.approx(weights[8:].sum())

    def test_are_worth_as_many_copies_of_a_face(self):
        probabilities = np.random.default_rng(3).dirichlet(np.ones(3), 10)
        repeated = np.repeat(np.arange(10), [1] * 8 + [4] * 2)
        weights, targets = balancing_weights(self.LABELS), np.eye(3)[self.LABELS]
        assert fit_temperature(probabilities, targets, weights) == pytest.approx(
            fit_temperature(probabilities[repeated], targets[repeated]), rel=1e-3
        )
        for most_wrong in (0.0, 0.2, 0.4, 0.6):
            assert abstain_threshold(probabilities, self.LABELS, most_wrong, weights) == abstain_threshold(
                probabilities[repeated], self.LABELS[repeated], most_wrong
            )


def answers(*confidences: float) -> np.ndarray:
    """Answers of class 0, each with its confidence."""
    return np.array([[confidence, 1 - confidence] for confidence in confidences])


class TestThreshold:
    def test_worked_by_hand(self):
        # sorted: right, right, wrong, right, wrong: shares wrong 0, 0, 1/3, 1/4, 2/5
        confidences, labels = answers(0.9, 0.8, 0.7, 0.6, 0.55), np.array([0, 0, 1, 0, 1])
        assert abstain_threshold(confidences, labels, 0.0) == 0.8
        assert abstain_threshold(confidences, labels, 0.25) == 0.6
        assert abstain_threshold(confidences, labels, 0.3) == 0.6
        assert abstain_threshold(confidences, labels, 0.4) == 0.55

    def test_does_not_depend_on_the_order(self):
        confidences, labels = answers(0.55, 0.9, 0.6, 0.7, 0.8), np.array([1, 0, 0, 1, 0])
        assert abstain_threshold(confidences, labels, 0.25) == 0.6

    def test_everything_is_answered_where_all_is_right(self):
        assert abstain_threshold(answers(0.9, 0.6), np.array([0, 0]), 0.1) == 0.6

    def test_nothing_as_sure_as_the_most_confident_is_answered_where_even_they_are_wrong(self):
        confidences = answers(0.9, 0.6)
        assert not (confidences.max(axis=1) >= abstain_threshold(confidences, np.array([1, 1]), 0.1)).any()
        alike = answers(0.5, 0.5).astype(np.float32)
        assert not (alike.max(axis=1) >= abstain_threshold(alike, np.array([0, 1]), 0.1)).any()

    @pytest.mark.parametrize("kind", [np.float32, np.float64])
    def test_nothing_is_answered_where_even_what_is_certain_is_wrong_and_a_card_can_say_so(self, kind):
        certain = answers(1.0, 0.6).astype(kind)
        threshold = abstain_threshold(certain, np.array([1, 1]), 0.1)
        assert not (certain.max(axis=1) >= threshold).any()
        assert Calibration(temperature=1.0, abstain_threshold=threshold).abstain_threshold == threshold

    def test_those_equally_sure_are_answered_all_or_none(self):
        confidences, labels = answers(0.9, 0.6, 0.6, 0.6), np.array([0, 0, 1, 1])
        assert abstain_threshold(confidences, labels, 0.1) == 0.9

    @given(st.lists(st.tuples(st.integers(50, 99), st.integers(0, 1)), min_size=1, max_size=30), st.floats(0, 1))
    def test_no_more_than_allowed_are_wrong_or_it_cannot_be_had(self, pairs, most_wrong):
        confidences = answers(*(confidence / 100 for confidence, _ in pairs))
        labels = np.array([label for _, label in pairs])
        threshold = abstain_threshold(confidences, labels, most_wrong)
        given_answers = confidences[:, 0] >= threshold
        if given_answers.any():
            assert (labels[given_answers] == 1).mean() <= most_wrong
        else:
            assert confidences.max() < threshold <= 1


class TestRiskCoverage:
    def test_worked_by_hand(self):
        confidence, risk, coverage = risk_coverage(answers(0.7, 0.9, 0.6, 0.8), np.array([1, 0, 0, 0]))
        assert confidence.tolist() == [0.9, 0.8, 0.7, 0.6]
        assert risk == pytest.approx([0, 0, 1 / 3, 1 / 4])
        assert coverage == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1])

    def test_those_equally_sure_are_one_point(self):
        confidence, risk, coverage = risk_coverage(answers(0.9, 0.6, 0.6), np.array([0, 0, 1]))
        assert (confidence.tolist(), coverage[-1]) == ([0.9, 0.6], 1)
        assert risk == pytest.approx([0, 1 / 3])


class TestReliability:
    def test_bins_hold_faces_with_their_mean_confidence_and_accuracy(self):
        probabilities = np.vstack([says("sad", "sad", confidence=0.42), says("sad", confidence=0.48), says("happy")])
        low, high = reliability(probabilities, indices("sad", "happy", "sad", "happy"), bins=10)
        assert (low.low, low.high, low.faces) == (0.4, 0.5, 3)
        assert low.confidence == pytest.approx(0.44)
        assert low.accuracy == pytest.approx(2 / 3)
        assert (high.low, high.faces, high.confidence, high.accuracy) == (0.9, 1, 1.0, 1.0)


class TestCalibrationError:
    def test_is_the_distance_of_confidence_from_accuracy(self):
        assert expected_calibration_error(says("sad", "sad", confidence=0.8), indices("sad", "happy")) == pytest.approx(
            0.3
        )

    def test_is_weighed_by_how_many_faces_are_in_a_bin(self):
        probabilities = np.vstack([says("sad", confidence=0.6), says("sad", "sad", "sad", confidence=0.9)])
        # one wrong at 0.6, three right at 0.9: 1/4 * 0.6 + 3/4 * 0.1
        assert expected_calibration_error(probabilities, indices("happy", "sad", "sad", "sad")) == pytest.approx(0.225)

    def test_is_nothing_for_right_answers_of_full_confidence(self):
        assert expected_calibration_error(says("sad", "happy"), indices("sad", "happy")) == 0

    @given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS)), min_size=1, max_size=20))
    def test_is_from_0_to_1(self, pairs):
        answered, true = zip(*pairs, strict=True)
        assert 0 <= expected_calibration_error(says(*answered, confidence=0.7), indices(*true)) <= 1


class TestCalibrationErrorInterval:
    def test_of_one_bin_is_the_binomials(self):
        # 70 % right at 90 % sure: off by 0.2, plus or minus 1.96 sqrt(0.7 * 0.3 / 400)
        labels = indices(*["sad"] * 280 + ["happy"] * 120)
        low, high = calibration_error_interval(says(*["sad"] * 400, confidence=0.9), labels)
        assert (low, high) == (pytest.approx(0.155, abs=0.006), pytest.approx(0.245, abs=0.006))

    def test_what_chance_has_added_is_taken_off(self):
        """Faces that are right as often as they are sure: the error is chance alone, and no error is within reach."""
        random = np.random.default_rng(4)
        confidences = random.uniform(0.4, 1, 2000)
        probabilities = np.vstack([says("sad", confidence=one) for one in confidences])
        labels = indices(*np.where(random.random(2000) < confidences, "sad", "happy"))
        error = expected_calibration_error(probabilities, labels)
        low, high = calibration_error_interval(probabilities, labels)
        assert error > 0.01
        assert low < error / 3 and error <= high < 2 * error

    @pytest.mark.parametrize(("label", "error"), [("sad", 0.2), ("happy", 0.8)])
    def test_of_one_face_is_its_error(self, label, error):
        ends = calibration_error_interval(says("sad", confidence=0.8), indices(label))
        assert ends == (pytest.approx(error), pytest.approx(error))

    def test_is_the_same_every_time(self):
        probabilities, labels = says("sad", "sad", "sad", confidence=0.8), indices("sad", "happy", "sad")
        low, high = calibration_error_interval(probabilities, labels)
        assert calibration_error_interval(probabilities, labels) == (low, high)
        assert 0 <= low < expected_calibration_error(probabilities, labels) < high <= 1
