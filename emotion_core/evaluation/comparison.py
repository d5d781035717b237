"""Two models on the same faces: is one better, or was it lucky?"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest

from emotion_core.evaluation.intervals import interval, resampled

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

    def in_words(self) -> str:
        """The verdict as one sentence."""
        names, difference, low, high = (self.first, self.second), self.difference, self.low, self.high
        if difference < 0:  # told from the better one's side
            names, difference, low, high = names[::-1], -difference, -high, -low
        verdict = (
            f"{names[0]} is better than {names[1]}"
            if self.p_value < SIGNIFICANT
            else f"{names[0]} and {names[1]} cannot be told apart on these faces"
        )
        points = f"{100 * difference:+.1f} points, 95 % interval {100 * low:+.1f} to {100 * high:+.1f}"
        return f"{verdict}: {points}; McNemar's exact test p {in_words_of_p(self.p_value)}"


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


def _counts(first_right: np.ndarray, second_right: np.ndarray) -> np.ndarray:
    """(2, 2): how many faces both got right, and only the first; only the second, and neither."""
    second = np.stack([second_right, ~second_right]).astype(np.int64)
    return np.stack([first_right, ~first_right]).astype(np.int64) @ second.T
