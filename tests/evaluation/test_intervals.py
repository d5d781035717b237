"""The bootstrap: intervals that hold what they must, at the speed of counting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, bootstrap

from emotion_core.evaluation.intervals import RESAMPLES, interval, resampled


def test_resampled_tables_hold_as_many_faces_and_none_in_empty_cells():
    counts = np.array([[5, 0], [3, 2]])
    drawn = resampled(counts)
    assert drawn.shape == (RESAMPLES, 2, 2)
    assert (drawn.sum(axis=(1, 2)) == 10).all()
    assert (drawn[:, 0, 1] == 0).all()
    assert drawn.mean(axis=0) == pytest.approx(counts, abs=0.2)


def test_the_same_counts_give_the_same_interval_every_time():
    assert np.array_equal(resampled(np.array([3, 7])), resampled(np.array([3, 7])))


def test_of_an_accuracy_it_is_the_binomial_distributions():
    """Of 1,000 faces 700 right: the number right in a resample is binomial, known exactly."""
    low, high = interval(resampled(np.array([700, 300]))[:, 0] / 1000)
    assert (low, high) == pytest.approx(binom.ppf([0.025, 0.975], 1000, 0.7) / 1000, abs=0.004)


def test_it_agrees_with_scipys_bootstrap_of_faces():
    right = np.repeat([1.0, 0.0], [60, 40])
    expected = bootstrap((right,), np.mean, method="percentile", n_resamples=4000, rng=1).confidence_interval
    low, high = interval(resampled(np.array([60, 40]))[:, 0] / 100)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.02)


def test_one_face_leaves_no_room():
    low, high = interval(resampled(np.array([1, 0]))[:, 0] / 1)
    assert (low, high) == (1.0, 1.0)


def test_resamples_without_any_faces_are_passed_over():
    values = np.array([[0.2, np.nan], [0.2, np.nan], [np.nan, np.nan]])
    low, high = interval(values)
    assert low[0] == high[0] == pytest.approx(0.2)
    assert np.isnan(low[1]) and np.isnan(high[1])
