"""What makes a picture of a stream hard to read, so that whoever sits before the camera can help."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

NO_FACE, TOO_SMALL, TOO_DARK, BLURRED = "no face", "too small", "too dark", "blurred"
HINTS = (NO_FACE, TOO_SMALL, TOO_DARK, BLURRED)

#: Mean brightness below which a face is too dark; in 43 faces of 60 pixels and more in 25 photos it is 56 at the least.
DARK_FACE = 45.0
#: And a picture in which no face is found.
DARK_PICTURE = 40.0
#: Sharpness below which a face of 48 pixels is blurred: in those faces it is 0.33 at the least; blurred by a Gaussian
#: of 4 % of their height, three quarters of them have less than 0.19.
BLURRED_BELOW = 0.2

#: Seconds that something must last before it is said, so that one bad picture says nothing.
LASTING = 0.8


def hints_of_face(crop: np.ndarray, height: float) -> set[str]:
    """What makes one face hard to read.

    Args:
        crop: the face as the network sees it, (size, size, 3) RGB, uint8.
        height: of the face in pixels of its picture: one smaller than its crop was enlarged, and is soft for that.
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if grey.mean() < DARK_FACE:
        return {TOO_DARK}
    return {BLURRED} if height >= crop.shape[0] and sharpness(grey) < BLURRED_BELOW else set()


def hints_without_face(grey: np.ndarray, smaller_ones: bool) -> set[str]:
    """Why no face may have been found in a grey picture, in which there may be faces that are too small."""
    if grey.mean() < DARK_PICTURE:
        return {TOO_DARK}
    return {TOO_SMALL} if smaller_ones else {NO_FACE}


def sharpness(grey: np.ndarray) -> float:
    """How much of a grey face's contrast lies between neighbouring pixels: the spread of its Laplacian over its own."""
    spread = float(grey.std())
    return float(cv2.Laplacian(grey, cv2.CV_32F).std()) / spread if spread > 0 else 0.0


class LastingHints:
    """Passes on what has been so for `LASTING` seconds without a break."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def update(self, hints: Iterable[str], time: float) -> tuple[str, ...]:
        """What to say at a time in seconds, in the order of `HINTS`."""
        self._since = {hint: self._since.get(hint, time) for hint in hints}
        return tuple(hint for hint in HINTS if hint in self._since and time - self._since[hint] >= LASTING)
