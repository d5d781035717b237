"""From a face in a picture to the crop that a network sees.

The crop imitates FER-2013's, on which the networks are trained: a square from forehead to chin, which for our boxes is
a square as high as the box about its centre, turned until the eyes are level.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face

#: Eyes less tilted than this are left so: YuNet's own error is 3 degrees at the median, 10 in one face of ten, and the
#: networks have seen such tilts in training. `python -m benchmarks --only alignment` shows what turning adds.
LEVEL_ENOUGH = 10.0


def roll(face: Face) -> float:
    """How far the line through the eyes is tilted, in degrees from -180 to 180; 0 without landmarks."""
    if face.landmarks is None:
        return 0.0
    across, down = face.landmarks[1] - face.landmarks[0]
    return math.degrees(math.atan2(down, across))


def face_crop(image: np.ndarray, face: Face, size: int) -> np.ndarray:
    """The face as an upright square RGB crop of shape (size, size, 3), uint8.

    Args:
        image: RGB of shape (height, width, 3), uint8.
        face: where it is; what reaches over the picture's edge is filled with the edge's pixels.
        size: side of the crop in pixels.
    """
    x, y = face.box.center
    angle = roll(face)
    if abs(angle) < LEVEL_ENOUGH:
        return _resized(_cut(image, x, y, face.box.height), size)
    # Turned at twice the crop's size, so that a large face costs no more than a small one. A square that is to be
    # turned must be sqrt(2) times as large to have no empty corners.
    wide = 2 * size * math.sqrt(2)
    part = _resized(_cut(image, x, y, face.box.height * math.sqrt(2)), round(wide))
    middle = (part.shape[0] - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, 2 * size * math.sqrt(2) / part.shape[0])
    matrix[:, 2] += (2 * size - 1) / 2 - middle
    turned = cv2.warpAffine(part, matrix, (2 * size, 2 * size), borderMode=cv2.BORDER_REPLICATE)
    return _resized(turned, size)


def whole_picture(image: np.ndarray) -> Face:
    """The picture itself as one face."""
    height, width = image.shape[:2]
    return Face(Box(0.0, 0.0, float(width), float(height)))


def _cut(image: np.ndarray, x: float, y: float, side: float) -> np.ndarray:
    """The square about a point, at least one pixel large, the picture's edge repeated outside of it."""
    side = max(1, round(side))
    left, top = round(x - side / 2), round(y - side / 2)
    height, width = image.shape[:2]
    inside = image[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)]
    if inside.shape[:2] == (side, side):
        return inside
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    return image[rows[:, np.newaxis], columns]


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    shrinks = image.shape[0] > size
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
