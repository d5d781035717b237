"""Two models on the same faces, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.evaluation.comparison import compare, compare_separate, mcnemar


def of_counts(both: int, only_first: int, only_second: int, neither: int):
    first = np.repeat([True, True, False, False], [both, only_first, only_second, neither])
    second = np.repeat([True, False, True, False], [both, only_first, only_second, neither])
    return compare("a", "b", first, second, "own", False)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),  # one coin, either side
        (5, 0, 2 / 2**5),
        (0, 5, 2 / 2**5),
        (5, 5, 1.0),
        (8, 2, 2 * (1 + 10 + 45) / 2**10),
    ],
)
def test_mcnemar_is_exact(only_first, only_second, p_value):
    assert mcnemar(only_first, only_second) == pytest.approx(p_value)


def test_faces_are_counted_by_who_is_right():
    found = of_counts(50, 20, 10, 20)
    assert (found.both_right, found.only_first, found.only_second, found.neither) == (50, 20, 10, 20)
    assert found.faces == 100
    assert found.difference == pytest.approx(0.1)
    assert found.low < 0.1 < found.high


def test_the_interval_is_of_pairs():
    """Where two models are right on the same faces, no resample tells them apart, however few faces there are."""
    found = of_counts(5, 0, 0, 5)
    assert (found.low, found.high, found.p_value) == (0, 0, 1)


def test_the_verdict_in_words():
    assert of_counts(50, 30, 10, 10).in_words().startswith("a is better than b: +20.0 points, 95 % interval +")
    assert of_counts(50, 10, 30, 10).in_words().startswith("b is better than a: +20.0 points, 95 % interval +")
    assert "p = 0.002" in of_counts(50, 30, 10, 10).in_words()
    assert of_counts(50, 2, 1, 10).in_words().startswith("a and b cannot be told apart on these faces: ")
    assert "p < 0.001" in of_counts(0, 50, 0, 0).in_words()


def test_one_face():
    found = of_counts(0, 1, 0, 0)
    assert (found.difference, found.low, found.high, found.p_value) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_two_proportions_is_newcombes(first, second, low, high):
    found = compare_separate("a", "b", first, second, "own")
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.in_words().startswith("a is better than b: +")
