"""Smoothing and decoding, worked by hand."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.video.curves import most_likely_labels, smoothed_curves, steady_labels
from tests.video_results import probabilities


def rows(*looks: tuple[str, float]) -> np.ndarray:
    return np.array([probabilities(*look) for look in looks], np.float32)


def test_a_frame_counts_by_its_distance_in_seconds_before_and_after():
    # exp(-log 2) = 1/2 to each side: the middle is (1/2 * 0 + 1 + 1/2 * 0) / 2
    found = smoothed_curves(np.array([0.0, 1, 2]), np.array([[0.0], [1], [0]]), 1 / np.log(2))
    assert found.ravel() == pytest.approx([0.5 / 1.75, 1 / 2, 0.5 / 1.75])


def test_smoothing_moves_no_step_and_needs_no_even_rate():
    seconds = np.sort(np.random.default_rng(1).uniform(0, 4, 400))
    step = (seconds > 2).astype(float)[:, np.newaxis]
    found = smoothed_curves(seconds, step, 0.2).ravel()
    assert seconds[np.argmax(found > 0.5)] == pytest.approx(2, abs=0.06)


def test_hours_with_gaps_are_smoothed_as_the_formula_says():
    random = np.random.default_rng(3)
    seconds = np.cumsum(random.choice([0.02, 0.04, 1.0, 500.0], 300, p=[0.45, 0.45, 0.09, 0.01]))
    raw = random.dirichlet(np.ones(3), 300)
    weights = np.exp(-np.abs(seconds[:, np.newaxis] - seconds) / 0.2)
    expected = weights @ raw / weights.sum(axis=1, keepdims=True)
    assert smoothed_curves(seconds, raw, 0.2) == pytest.approx(expected)


def test_rows_go_on_summing_to_one():
    raw = np.random.default_rng(2).dirichlet(np.ones(7), 50)
    assert smoothed_curves(np.arange(50) / 25, raw, 0.5).sum(axis=1) == pytest.approx(1)


def test_nothing_is_smoothed_by_nothing():
    raw = rows(("happy", 0.9), ("sad", 0.8))
    assert smoothed_curves(np.array([0.0, 0.1]), raw, 0.0) == pytest.approx(raw)


def test_labels_with_hysteresis_change_only_where_another_is_clearly_more_probable():
    looks = ("happy", 0.9), ("happy", 0.48), ("happy", 0.40), ("happy", 0.9)
    assert steady_labels(rows(*looks), 0.3) == ["happy", "happy", "neutral", "happy"]
    assert steady_labels(np.full((1, 7), 1 / 7), 0.3) == ["uncertain"]


def test_without_a_cost_each_frame_is_taken_for_itself():
    looks = ("happy", 0.9), ("sad", 0.6), ("happy", 0.9)
    assert most_likely_labels(np.full(3, 0.1), rows(*looks), 0.0) == ["happy", "sad", "happy"]


def test_a_stretch_comes_through_that_outweighs_its_two_changes():
    # Within it, angry is 0.1 and neutral 0.9 against 0.9 and 0.1: 2 log 9 = 4.39 a second for neither; log 9 = 2.20 a
    # second is gained by changing. Two changes cost 0.6, which takes 0.273 s: three frames of 0.1 s, and not two.
    def decoded(frames: int) -> list[str]:
        looks = [("angry", 0.1)] * 10 + [("angry", 0.9)] * frames + [("angry", 0.1)] * 10
        return most_likely_labels(np.full(len(looks), 0.1), rows(*looks), 0.3)

    assert set(decoded(2)) == {"neutral"}
    assert decoded(3) == ["neutral"] * 10 + ["angry"] * 3 + ["neutral"] * 10


def test_no_other_sequence_is_worth_more():
    classes, random = ("angry", "happy", "sad"), np.random.default_rng(4)
    for cost in (0.0, 0.2, 0.6):
        raw, durations = random.dirichlet(np.ones(3), 6), random.uniform(0.1, 0.5, 6)
        gains = np.log(np.maximum(raw, 0.01)) * durations[:, np.newaxis]

        def worth(states, gains=gains, cost=cost) -> float:
            changes = sum(one != other for one, other in pairwise(states))
            return sum(gains[place, state] for place, state in enumerate(states)) - cost * changes

        found = most_likely_labels(durations, raw, cost, classes)
        best = max(worth(states) for states in product(range(3), repeat=6))
        assert worth([classes.index(label) for label in found]) == pytest.approx(best)


def test_the_rate_of_frames_does_not_matter():
    looks = [("happy", 0.9)] * 4 + [("sad", 0.9)] * 4
    slow = most_likely_labels(np.full(8, 0.25), rows(*looks), 0.3)
    fast = most_likely_labels(np.full(80, 0.025), np.repeat(rows(*looks), 10, axis=0), 0.3)
    assert fast == [label for label in slow for _ in range(10)]


def test_one_impossible_frame_decides_nothing():
    raw = rows(*[("happy", 0.9)] * 5, ("sad", 1.0), *[("happy", 0.9)] * 5)
    assert set(most_likely_labels(np.full(11, 0.04), raw, 0.3)) == {"happy"}


def test_no_frames_have_no_labels():
    assert most_likely_labels(np.empty(0), np.empty((0, len(EMOTIONS))), 0.3) == []
