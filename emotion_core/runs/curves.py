"""A run's history as curves, and what is measured on them. Loads no Keras.

Curves jump, so that nothing is judged by one epoch: levels are medians of three, trends are Theil-Sen slopes (Sen 1968,
"Estimates of the regression coefficient based on Kendall's tau") and Spearman's rank correlation with time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.stats import spearmanr, theilslopes

from emotion_core.runs.events import Epoch

LOSSES = ("loss", "val_loss")
#: Keras reckons with no probability closer to one.
SMALLEST_LOSS = 1e-7
#: A learning rate below this share of its highest is one whose schedule has ended.
ENDED_SHARE = 0.02


@dataclass(frozen=True)
class Curves:
    """A history as arrays of (epochs,), oldest first; NaN where there is no number.

    Attributes:
        validated: whether there are validation figures; else those of training stand for them.
    """

    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    rate: np.ndarray
    validated: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Which of the four curves there are."""
        return ("loss", "accuracy", "val_loss", "val_accuracy") if self.validated else ("loss", "accuracy")

    @property
    def best_epoch(self) -> int | None:
        """The first epoch with the highest validation accuracy; None if there is none."""
        known = np.isfinite(self.val_accuracy)
        if not known.any():
            return None
        return int(self.epochs[np.where(known, self.val_accuracy, -np.inf).argmax()])

    @property
    def judged_loss(self) -> np.ndarray:
        """The validation loss, or the training loss where nothing was validated."""
        return self.val_loss if self.validated else self.loss

    @property
    def judged_accuracy(self) -> np.ndarray:
        """The validation accuracy, or the training accuracy where nothing was validated."""
        return self.val_accuracy if self.validated else self.accuracy

    @property
    def largest_rate(self) -> float:
        """The highest learning rate; NaN if none is known."""
        known = self.rate[np.isfinite(self.rate)]
        return float(known.max()) if len(known) else math.nan

    @property
    def schedule_ended(self) -> bool:
        """Whether the learning rate has come down to next to nothing."""
        known = self.rate[np.isfinite(self.rate)]
        return bool(len(known) and known[-1] < ENDED_SHARE * known.max())


def curves_of(history: Sequence[Epoch], monitor: str) -> Curves:
    """The curves of a history in any order; of an epoch that was done again the last one counts."""
    by_epoch = {epoch.epoch: epoch for epoch in history}
    epochs = [by_epoch[number] for number in sorted(by_epoch)]

    def column(name: str) -> np.ndarray:
        figures = [getattr(epoch, name) for epoch in epochs]
        return np.array([math.nan if figure is None else figure for figure in figures])

    return Curves(
        epochs=np.array(sorted(by_epoch)),
        loss=np.maximum(column("loss"), SMALLEST_LOSS),  # shares of nothing are no numbers
        accuracy=column("accuracy"),
        val_loss=np.maximum(column("val_loss"), SMALLEST_LOSS),
        val_accuracy=column(monitor),
        rate=column("learning_rate"),
        validated=any(epoch.val_loss is not None for epoch in epochs),
    )


def smooth(values: np.ndarray) -> np.ndarray:
    """The median of each epoch and its neighbours."""
    return median_filter(values, size=3, mode="nearest")


def end(values: np.ndarray) -> float:
    """Where a curve ends: the median of its last three epochs."""
    return float(np.median(values[-3:]))


def correlation(values: np.ndarray) -> float:
    """Spearman's rank correlation with time, -1 to 1; 0 for a curve that never changed."""
    if len(values) < 2 or np.ptp(values) == 0:
        return 0.0
    return float(spearmanr(np.arange(len(values)), values).statistic)


def slope(values: np.ndarray) -> float:
    """How much a curve rises an epoch, along the Theil-Sen line."""
    return float(theilslopes(values)[0])


@dataclass(frozen=True)
class Consistency:
    """How steady the trends were.

    Attributes:
        steps: from one epoch to the next, how many there were.
        improved: by curve, in how many of these steps it got better: a loss fell, an accuracy rose.
        correlations: by curve, Spearman's rank correlation with time, -1 to 1; 0 for a curve that never changed.
    """

    steps: int
    improved: dict[str, int]
    correlations: dict[str, float]


def consistency_of(curves: Curves) -> Consistency | None:
    """How steady the trends were; None where no curve has a number in every epoch."""
    values = {name: getattr(curves, name) for name in curves.names if np.isfinite(getattr(curves, name)).all()}
    if not values:
        return None
    improved = {name: int((np.diff(y) * (-1 if name in LOSSES else 1) > 0).sum()) for name, y in values.items()}
    return Consistency(len(curves.epochs) - 1, improved, {name: correlation(y) for name, y in values.items()})
