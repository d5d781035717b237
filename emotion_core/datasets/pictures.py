"""One picture of a face, made as all of a data set are stored: square, of one side, grey or RGB."""

from __future__ import annotations

import cv2
import numpy as np


def in_grey(image: np.ndarray) -> np.ndarray:
    """A grey (h, w) image, of a grey or an RGB one."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def in_colour(image: np.ndarray) -> np.ndarray:
    """An RGB (h, w, 3) image, of a grey or an RGB one."""
    return image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)


def has_colour(image: np.ndarray) -> bool:
    """Whether an RGB image has a pixel that is not grey."""
    return bool((image[..., 0] != image[..., 1]).any() or (image[..., 1] != image[..., 2]).any())


def squared(image: np.ndarray, side: int) -> np.ndarray:
    """The square as high as the picture about its middle, as faces are cut when they are recognised, of this side.

    Where the picture is narrower, its edges are repeated.
    """
    height, width = image.shape[:2]
    if width >= height:
        left = (width - height) // 2
        return _resized(image[:, left : left + height], side, side)
    narrow = _resized(image, max(1, round(width * side / height)), side)
    left = (side - narrow.shape[1]) // 2
    edges = [(0, 0), (left, side - narrow.shape[1] - left), (0, 0)]
    return np.pad(narrow, edges[: image.ndim], mode="edge")


def _resized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    if image.shape[:2] == (height, width):
        return np.ascontiguousarray(image)
    shrinks = image.shape[0] > height
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
