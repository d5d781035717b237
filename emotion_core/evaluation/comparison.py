"""Two models on the same faces: is one better, or was it lucky?"""

from __future__ import annotations

from math import hypot

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest

from emotion_core.evaluation.intervals import interval, resampled, share_interval

#: Below this probability a difference is taken to be more than chance.
SIGNIFICANT = 0.05


class Comparison(BaseModel):
    """Two models' predictions for the same faces, counted by who is right.

    Attributes:
        first, second: the models' names.
        labels: against which, one of `model_card.LABELS_IN_WORDS`.
        without_training_duplicates: whether faces that are also in training were left out.
        faces: how many have such a label.
        both_right, only_first, only_second, neither: how many faces each.
        difference: accuracy of the first less that of the second.
        low, high: its 95 % bootstrap interval, the faces drawn in pairs.
        p_value: of McNemar's exact test: how probable so uneven a count of faces on which only one is right would be
            if both were equally good.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: str
    second: str
    labels: str
    without_training_duplicates: bool
    faces: int
    both_right: int
    only_first: int
    only_second: int
    neither: int
    difference: float
    low: float
    high: float
    p_value: float

    def in_words(self, counted: str = "faces") -> str:
        """The verdict as one sentence."""
        verdict = _verdict(self, self.p_value < SIGNIFICANT, f"on these {counted}")
        return f"{verdict}; McNemar's exact test p {in_words_of_p(self.p_value)}"


class SeparateComparison(BaseModel):
    """Two models' accuracies, each on faces of its own.

    Attributes:
        first, second: the models' names.
        labels: against which, one of `model_card.LABELS_IN_WORDS`.
        first_faces, second_faces: how many faces each was evaluated on.
        difference: accuracy of the first less that of the second.
        low, high: its 95 % interval, see `newcombe_interval`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: str
    second: str
    labels: str
    first_faces: int
    second_faces: int
    difference: float
    low: float
    high: float

    def in_words(self) -> str:
        """The verdict as one sentence."""
        return _verdict(self, self.low > 0 or self.high < 0, "by these accuracies")


def _verdict(one: Comparison | SeparateComparison, differ: bool, how: str) -> str:
    """Which is better and by how much, told from the better one's side."""
    names, difference, low, high = (one.first, one.second), one.difference, one.low, one.high
    if difference < 0:
        names, difference, low, high = names[::-1], -difference, -high, -low
    verdict = (
        f"{names[0]} is better than {names[1]}" if differ else f"{names[0]} and {names[1]} cannot be told apart {how}"
    )
    return f"{verdict}: {100 * difference:+.1f} points, 95 % interval {100 * low:+.1f} to {100 * high:+.1f}"


def in_words_of_p(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"= {p_value:.3f}"


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p-value of McNemar's test, exact by the binomial distribution (McNemar 1947, Psychometrika 12).

    Args:
        only_first, only_second: on how many faces only the one model, only the other is right.

    Returns:
        1.0 where they are right on the same faces.
    """
    uneven = only_first + only_second
    return float(binomtest(only_first, uneven, 0.5).pvalue) if uneven else 1.0


def compare(
    first: str,
    second: str,
    first_right: np.ndarray,
    second_right: np.ndarray,
    labels: str,
    without_training_duplicates: bool,
) -> Comparison:
    """Compare two models by which faces each of them got right, (N,) bool, N at least 1."""
    counts = _counts(first_right, second_right)
    drawn = resampled(counts)
    low, high = interval((drawn[:, 0, 1] - drawn[:, 1, 0]) / len(first_right))
    both, only_first, only_second, neither = map(int, counts.ravel())
    return Comparison(
        first=first,
        second=second,
        labels=labels,
        without_training_duplicates=without_training_duplicates,
        faces=len(first_right),
        both_right=both,
        only_first=only_first,
        only_second=only_second,
        neither=neither,
        difference=(only_first - only_second) / len(first_right),
        low=float(low),
        high=float(high),
        p_value=mcnemar(only_first, only_second),
    )


def compare_separate(
    first: str, second: str, first_right: tuple[int, int], second_right: tuple[int, int], labels: str
) -> SeparateComparison:
    """Compare two models that were asked about different faces by their accuracies, as two independent proportions.

    Args:
        first_right, second_right: how many faces each got right, and of how many; at least 1.
    """
    low, high = newcombe_interval(first_right, second_right)
    return SeparateComparison(
        first=first,
        second=second,
        labels=labels,
        first_faces=first_right[1],
        second_faces=second_right[1],
        difference=first_right[0] / first_right[1] - second_right[0] / second_right[1],
        low=low,
        high=high,
    )


def newcombe_interval(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of the difference of two independent proportions, made of their Wilson intervals.

    Newcombe 1998, Statistics in Medicine 17, method 10, which holds for few faces and for shares near 0 and 1 too.

    Args:
        first, second: how many of how many; at least of 1.
    """
    p, q = first[0] / first[1], second[0] / second[1]
    (low, high), (other_low, other_high) = share_interval(*first), share_interval(*second)
    return (p - q) - hypot(p - low, other_high - q), (p - q) + hypot(high - p, q - other_low)


def _counts(first_right: np.ndarray, second_right: np.ndarray) -> np.ndarray:
    """(2, 2): how many faces both got right, and only the first; only the second, and neither."""
    second = np.stack([second_right, ~second_right]).astype(np.int64)
    return np.stack([first_right, ~first_right]).astype(np.int64) @ second.T
