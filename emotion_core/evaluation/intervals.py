"""How far a figure may lie from the truth because other faces could have been drawn: the bootstrap (Efron 1979).

Figures that depend only on how many faces fall into which cell of a table (right or wrong; the confusion matrix; which
of two models is right) need no drawing of faces: N faces drawn with replacement and counted by cell are one draw from
the multinomial distribution over the cells. So a thousand resamples of 32,000 faces take a few milliseconds.
"""

from __future__ import annotations

import math

import numpy as np

RESAMPLES = 1000
#: The interval leaves out half of the rest at either end.
LEVEL = 0.95
#: So many standard deviations to either side hold `LEVEL` of a normal distribution.
NORMAL = 1.96


def share_interval(right: int, total: int) -> tuple[float, float]:
    """The ends of the interval of a share by Wilson (1927), which has a width where few, or all, are right.

    Where there is nothing to tell from, it is all from 0 to 1.
    """
    if not total:
        return 0.0, 1.0
    share, spread = right / total, NORMAL**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = NORMAL / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def resampled(counts: np.ndarray, seed: int = 0) -> np.ndarray:
    """A table of counts as it would be of other faces of the same kind.

    Args:
        counts: how many faces fell into each cell, of any shape; not all 0.

    Returns:
        (RESAMPLES, *counts.shape) int64, each with the same sum.
    """
    total = int(counts.sum())
    drawn = np.random.default_rng(seed).multinomial(total, counts.ravel() / total, size=RESAMPLES)
    return drawn.reshape(RESAMPLES, *counts.shape)


def interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends between which `LEVEL` of the resampled values lie (percentile method).

    Args:
        values: (RESAMPLES, ...); NaN where a resample has no faces to tell from.

    Returns:
        Low and high of shape (...), NaN where no resample had any.
    """
    rest = (1 - LEVEL) / 2
    known = ~np.isnan(values).all(axis=0)
    filled = np.where(known, values, 0.0)  # a column of NaN alone would warn
    low, high = np.nanquantile(filled, [rest, 1 - rest], axis=0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
