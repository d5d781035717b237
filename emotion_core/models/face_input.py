"""Crops as a network takes them. This asks for nothing but numpy, and OpenCV where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

try:
    import cv2
except ImportError:  # a machine that is there to train
    from emotion_core import without_opencv as cv2  # type: ignore[no-redef]

if TYPE_CHECKING:
    from emotion_core.models.card import NetworkInput


@dataclass(frozen=True)
class FaceInput:
    """What a network that is being trained expects, as `NetworkInput` says it on a card."""

    size: int
    channels: int
    scale: float
    offset: float


def network_input(crops: np.ndarray, expected: NetworkInput | FaceInput) -> np.ndarray:
    """Crops as a network takes them. All faces come to all networks through this function, in training as in use.

    Args:
        crops: (N, height, width) grey or (N, height, width, 3) RGB, uint8, of any size.
        expected: `input` of the model's card, or a `FaceInput`.

    Returns:
        (N, size, size, channels) float32.

    Raises:
        ValueError: the array has another shape or type.
    """
    fits = crops.dtype == np.uint8 and (crops.ndim == 3 or (crops.ndim == 4 and crops.shape[3] == 3))
    if not fits or (len(crops) and not crops.size):
        raise ValueError(
            f"crops of shape {crops.shape} and type {crops.dtype} cannot be used; "
            "allowed are (N, h, w) grey and (N, h, w, 3) RGB, uint8"
        )
    seen = np.empty((len(crops), expected.size, expected.size, expected.channels), dtype=np.float32)
    for row, crop in enumerate(crops):
        seen[row] = network_view(crop, expected).reshape(seen.shape[1:])
    return seen * np.float32(expected.scale) + np.float32(expected.offset)


def network_view(crop: np.ndarray, expected: NetworkInput | FaceInput) -> np.ndarray:
    """One crop in the size and colours that the network sees, still uint8: (size, size) grey or (size, size, 3) RGB."""
    if expected.channels == 1 and crop.ndim == 3:
        crop = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    if expected.channels == 3 and crop.ndim == 2:
        crop = cv2.cvtColor(crop, cv2.COLOR_GRAY2RGB)
    if crop.shape[:2] == (expected.size, expected.size):
        return crop
    shrinks = min(crop.shape[:2]) > expected.size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(crop, (expected.size, expected.size), interpolation=interpolation)
