"""Two clips for a camera: the sample portrait as it is, and with another mouth and brow."""

from __future__ import annotations

import numpy as np

from benchmarks.camera import picture_of


def smiling(number: int) -> np.ndarray:
    """One picture of the portrait, (480, 640, 3) RGB, uint8."""
    return picture_of(number)


def upside_down(number: int) -> np.ndarray:
    """The same with its mouth turned over and its forehead darkened, so that it is another face to a network."""
    picture = picture_of(number).copy()
    mouth = picture[212:272].copy()
    picture[212:272] = mouth[::-1]
    picture[:130] = picture[:130] // 3
    return picture
