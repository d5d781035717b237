"""One face's probabilities over time: smoothed, and decoded into a sequence of expressions.

Whatever is done here goes by seconds, not by frames: a clip of 60 frames a second, one of 10 and one whose rate varies
give the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.smoothing import stable_label

#: Probabilities below this are as good as this: one frame that rules an expression out does not outweigh all others.
LEAST_PROBABILITY = 0.01
#: Time constants of a smoothed curve that are worked out at once: of more, numbers would get too large.
MOST_STEPS = 100.0
ROWS_AT_ONCE = 4096


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
    weighted = np.concatenate([values, np.ones((len(values), 1))], axis=1)
    steps = seconds / constant
    both = _faded(steps, weighted) + _faded(-steps[::-1], weighted[::-1])[::-1] - weighted  # each frame is in both
    return both[:, :-1] / both[:, -1:]


def _faded(steps: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The sum of each row and all before it, a row counting for exp(-d), d being how far its step is before.

    Args:
        steps: of the rows, (n,), growing.
        values: (n, k).
    """
    found, carried, last = np.empty_like(values), np.zeros(values.shape[1]), steps[0]
    parts = np.flatnonzero(np.diff(np.floor((steps - steps[0]) / MOST_STEPS))) + 1
    for part in np.split(np.arange(len(steps)), parts):
        since = steps[part] - last
        first = since[0]
        sums = np.cumsum(np.exp(since - first)[:, np.newaxis] * values[part], axis=0)
        found[part] = np.exp(first - since)[:, np.newaxis] * sums + np.exp(-since)[:, np.newaxis] * carried
        carried, last = found[part[-1]], steps[part[-1]]
    return found


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
    total: list[float] = gains[0].tolist()
    best, changes = array("H"), bytearray()  # of each frame but the first: where changes come from, and into which
    for row in _plain(gains[1:]):
        most = max(total)
        changed = most - cost
        best.append(total.index(most))
        changes += bytes(changed > stayed for stayed in total)
        total = [(changed if changed > stayed else stayed) + gain for stayed, gain in zip(total, row, strict=True)]
    state = total.index(max(total))
    states = [state]
    for place in range(len(gains) - 2, -1, -1):
        state = best[place] if changes[place * len(total) + state] else state
        states.append(state)
    return [classes[state] for state in reversed(states)]


def _plain(rows: np.ndarray) -> Iterator[list[float]]:
    """Rows as plain numbers, which take less time than arrays of so few, and not all at once, as they take memory."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield from rows[start : start + ROWS_AT_ONCE].tolist()
