"""Predictions for one face over time: probabilities that do not jump and a label that does not flicker."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.inference.words import UNCERTAIN

#: Another label must be more probable than the shown one by so much before it takes its place; and from "uncertain" to
#: a label, or back, the threshold must be passed by half of it.
HYSTERESIS = 0.1


def smoothed(old: np.ndarray, new: np.ndarray, seconds: float, constant: float) -> np.ndarray:
    """Probabilities averaged over time with weights that fade by two thirds every `constant` seconds.

    What comes out depends on when the predictions were made, not on how many were: 10 pictures a second are
    smoothed like 60.

    Args:
        old: what came out last, (classes,) float32.
        new: the latest prediction, (classes,) float32.
        seconds: how much later it was made.
        constant: the time constant in seconds; 0 smooths nothing.
    """
    if constant <= 0:
        return new
    kept = np.float32(math.exp(-max(seconds, 0.0) / constant))
    return kept * old + (1 - kept) * new


def stable_label(
    shown: str | None, probabilities: np.ndarray, threshold: float, classes: Sequence[str] = EMOTIONS
) -> str:
    """The label to show: one of the classes, or "uncertain" where none is probable enough.

    Args:
        shown: the label shown until now; None if there is none.
        probabilities: (len(classes),), smoothed.
        threshold: of the model's card, below which its prediction is uncertain.
        classes: the names of the columns.
    """
    best = classes[int(probabilities.argmax())]
    highest = float(probabilities.max())
    if shown is None:
        return best if highest >= threshold else UNCERTAIN
    if shown == UNCERTAIN:
        return best if highest >= min(threshold + HYSTERESIS / 2, 1.0) else UNCERTAIN
    if highest < threshold - HYSTERESIS / 2:
        return UNCERTAIN
    return best if highest > float(probabilities[classes.index(shown)]) + HYSTERESIS else shown


@dataclass(frozen=True)
class SmoothedPrediction:
    """What is said of one face at a time.

    Attributes:
        probabilities: (classes,) float32, summing to 1.
        label: one of the classes or "uncertain".
        time: in seconds.
    """

    probabilities: np.ndarray
    label: str
    time: float


def smooth_prediction(
    last: SmoothedPrediction | None,
    probabilities: np.ndarray,
    time: float,
    constant: float,
    threshold: float,
    classes: Sequence[str] = EMOTIONS,
) -> SmoothedPrediction:
    """What to say after another prediction of the network; see `smoothed` and `stable_label`."""
    if last is None or len(last.probabilities) != len(probabilities) or last.label not in (*classes, UNCERTAIN):
        # There was nothing before, or it was said by a model of other classes.
        return SmoothedPrediction(probabilities, stable_label(None, probabilities, threshold, classes), time)
    mean = smoothed(last.probabilities, probabilities, time - last.time, constant)
    return SmoothedPrediction(mean, stable_label(last.label, mean, threshold, classes), time)
