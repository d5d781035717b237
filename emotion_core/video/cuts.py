"""Where a video cuts from one shot to another.

As in PySceneDetect's adaptive detector, a cut is a picture that differs much from the last one, and much more than
pictures differed just before: where something moves, even the camera, they differ nearly as much each time. Brightness
and contrast do not count, so that a lamp that is switched on is no cut.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

#: Pictures are compared as ones of this width and height.
WIDTH, HEIGHT = 32, 18
#: Of pictures whose values spread by 1 about 0 in each channel, the mean difference that a cut has at the least: of
#: two photos that have nothing to do with each other it is about 1.
LEAST_DIFFERENCE = 0.5
#: And so many times the median difference of the last pictures.
TIMES_USUAL = 2.5
USUAL_OF = 12
#: Values spread by at least so much, of 255, or noise in a dark picture would be taken for what it shows.
LEAST_SPREAD = 6.0


class CutDetector:
    """Is shown the pictures of a video in turn, and says where another shot begins."""

    def __init__(self) -> None:
        self._last: np.ndarray | None = None
        self._differences: deque[float] = deque(maxlen=USUAL_OF)

    def is_cut(self, picture: np.ndarray) -> bool:
        """Whether an RGB picture of shape (height, width, 3), uint8, is another shot's first; the very first is not."""
        seen, last = _signature(picture), self._last
        self._last = seen
        if last is None:
            return False
        difference = float(np.abs(seen - last).mean())
        usual = float(np.median(self._differences)) if self._differences else 0.0
        found = difference > max(LEAST_DIFFERENCE, TIMES_USUAL * usual)
        if found:
            self._differences.clear()
        else:
            self._differences.append(difference)
        return found


def _signature(picture: np.ndarray) -> np.ndarray:
    """What a picture shows, coarsely: (HEIGHT, WIDTH, 3) float32, each channel with mean 0 and a spread of about 1."""
    step = max(1, min(picture.shape[0] // (4 * HEIGHT), picture.shape[1] // (4 * WIDTH)))
    small = cv2.resize(picture[::step, ::step], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
    centred = small - small.mean(axis=(0, 1))
    return centred / max(float(centred.std()), LEAST_SPREAD)
