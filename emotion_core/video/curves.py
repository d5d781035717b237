"""One face's probabilities over time: smoothed, and decoded into a sequence of expressions.

Whatever is done here goes by seconds, not by frames: a clip of 60 frames a second, one of 10 and one whose rate varies
give the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.smoothing import stable_label

#: Probabilities below this are as good as this: one frame that rules an expression out does not outweigh all others.
LEAST_PROBABILITY = 0.01


def smoothed_curves(seconds: np.ndarray, probabilities: np.ndarray, constant: float) -> np.ndarray:
    """Probabilities averaged over time before and after alike, so that nothing comes later than it was.

    Each frame counts for another by exp(-t / constant), t being the seconds between them.

    Args:
        seconds: (n,), growing.
        probabilities: (n, k).
        constant: in seconds; 0 smooths nothing.

    Returns:
        (n, k) float64; rows that sum to 1 still do.
    """
    values = probabilities.astype(np.float64)
    if constant <= 0 or len(values) < 2:
        return values
    kept = np.exp(-np.diff(seconds) / constant)
    weighted = np.concatenate([values, np.ones((len(values), 1))], axis=1)
    before, after = weighted.copy(), weighted.copy()
    for place in range(1, len(values)):
        before[place] += kept[place - 1] * before[place - 1]
    for place in range(len(values) - 2, -1, -1):
        after[place] += kept[place] * after[place + 1]
    both = before + after - weighted  # each frame itself is in both
    return both[:, :-1] / both[:, -1:]


def steady_labels(probabilities: np.ndarray, threshold: float, classes: Sequence[str] = EMOTIONS) -> list[str]:
    """The labels of smoothed probabilities with hysteresis, as on the live page: of the classes, or "uncertain".

    Args:
        probabilities: (n, len(classes)), smoothed.
        threshold: below which the model is uncertain.
        classes: the names of the columns.
    """
    labels: list[str] = []
    for row in probabilities:
        labels.append(stable_label(labels[-1] if labels else None, row, threshold, classes))
    return labels


def most_likely_labels(
    durations: np.ndarray, probabilities: np.ndarray, cost: float, classes: Sequence[str] = EMOTIONS
) -> list[str]:
    """The most likely sequence of expressions, where changing from one to another has a cost (Viterbi 1967).

    The sum over all frames of log probability x seconds is made as large as it can be, less the cost for each change.
    So of an expression that is ten times as probable as the one around it, a stretch of 2 x cost / log 10 seconds or
    more comes through.

    Args:
        durations: for how many seconds each frame stands, (n,).
        probabilities: (n, len(classes)), not smoothed.
        cost: of a change; 0 takes the most probable expression of each frame.
        classes: the names of the columns.
    """
    if not len(probabilities):
        return []
    gains = np.log(np.maximum(probabilities, LEAST_PROBABILITY)) * durations[:, np.newaxis]
    came_from = np.empty(gains.shape, np.int64)
    stay = np.arange(gains.shape[1])
    total = gains[0].copy()
    for place in range(1, len(gains)):
        best = int(total.argmax())
        changes = total[best] - cost > total
        came_from[place] = np.where(changes, best, stay)
        total = np.where(changes, total[best] - cost, total) + gains[place]
    state = int(total.argmax())
    states = [state]
    for place in range(len(gains) - 1, 0, -1):
        state = int(came_from[place, state])
        states.append(state)
    return [classes[state] for state in reversed(states)]
