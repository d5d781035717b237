"""The five functions of OpenCV that training calls, in numpy, under their names there.

A machine that is borrowed to train on may have no OpenCV. Results differ from its own by a few greys, as it computes
with fractions of a pixel that are rounded.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

INTER_LINEAR, INTER_CUBIC, INTER_AREA = 1, 2, 3
BORDER_REFLECT_101 = 4
COLOR_RGB2GRAY, COLOR_GRAY2RGB = 7, 8
#: How sharp the cubic is, as OpenCV has it.
_SHARPNESS = -0.75


def warpAffine(  # noqa: N802  OpenCV's names
    image: np.ndarray,
    move: np.ndarray,
    size: tuple[int, int],
    flags: int,
    borderMode: int,  # noqa: N803
) -> np.ndarray:
    """A picture moved by an affine map, bilinearly; beyond the edge it is mirrored.

    Args:
        image: (height, width) or (height, width, 3) uint8.
        move: (2, 3) from places in the picture to places in the result.
        size: width and height of the result.
        flags, borderMode: `INTER_LINEAR` and `BORDER_REFLECT_101`.
    """
    height, width = image.shape[:2]
    back = np.linalg.inv(np.vstack([move, [0, 0, 1]]))[:2].astype(np.float32)
    across, down = np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32)[:, None]
    x = back[0, 0] * across + back[0, 1] * down + back[0, 2]
    y = back[1, 0] * across + back[1, 1] * down + back[1, 2]
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    x, y = x - left, y - top
    right, below = _mirrored(left + 1, width), _mirrored(top + 1, height)
    left, top = _mirrored(left, width), _mirrored(top, height)
    if image.ndim == 3:
        x, y = x[..., None], y[..., None]
    flat = image.reshape(height * width, *image.shape[2:]).astype(np.float32)
    upper = flat[top * width + left] * (1 - x) + flat[top * width + right] * x
    lower = flat[below * width + left] * (1 - x) + flat[below * width + right] * x
    return _as_greys(upper * (1 - y) + lower * y)


def LUT(image: np.ndarray, table: np.ndarray) -> np.ndarray:  # noqa: N802
    """Each grey exchanged for that of a table, (256,) uint8."""
    return table[image]


def cvtColor(image: np.ndarray, code: int) -> np.ndarray:  # noqa: N802
    """(height, width, 3) RGB as (height, width) grey, or the other way round; uint8."""
    if code == COLOR_GRAY2RGB:
        return np.repeat(image[..., None], 3, axis=2)
    return _as_greys(image @ np.array([0.299, 0.587, 0.114]))


def resize(image: np.ndarray, size: tuple[int, int], interpolation: int) -> np.ndarray:
    """A picture made smaller (`INTER_AREA`) or larger (`INTER_CUBIC`); uint8, of any channels.

    Args:
        image: (height, width) or (height, width, 3).
        size: width and height of the result.
        interpolation: `INTER_AREA` or `INTER_CUBIC`.
    """
    shares = _by_area if interpolation == INTER_AREA else _by_cubic
    rows, columns = shares(image.shape[0], size[1]), shares(image.shape[1], size[0])
    return _as_greys(np.einsum("ih,hw...,jw->ij...", rows, image.astype(np.float64), columns, optimize=True))


@lru_cache
def _by_area(before: int, after: int) -> np.ndarray:
    """(after, before) how much of each new pixel each old one makes up, by the area that they share."""
    side = before / after
    start = np.arange(after)[:, None] * side
    pixel = np.arange(before)
    return np.clip(np.minimum(pixel + 1, start + side) - np.maximum(pixel, start), 0, None) / side


@lru_cache
def _by_cubic(before: int, after: int) -> np.ndarray:
    """(after, before) the same by a cubic through the four nearest (Keys 1981)."""
    shares = np.zeros((after, before))
    places = (np.arange(after) + 0.5) * before / after - 0.5
    for step in range(-1, 3):
        pixel = np.floor(places).astype(np.int64) + step
        far = np.abs(places - pixel)
        near = ((_SHARPNESS + 2) * far - (_SHARPNESS + 3)) * far**2 + 1
        rest = ((_SHARPNESS * far - 5 * _SHARPNESS) * far + 8 * _SHARPNESS) * far - 4 * _SHARPNESS
        np.add.at(shares, (np.arange(after), np.clip(pixel, 0, before - 1)), np.where(far <= 1, near, rest))
    return shares


def _mirrored(place: np.ndarray, count: int) -> np.ndarray:
    """Places along an axis, with those beyond its ends mirrored at the outermost pixels."""
    if count == 1:
        return np.zeros_like(place)
    place = np.abs(place) % (2 * count - 2)
    return np.where(place < count, place, 2 * count - 2 - place)


def _as_greys(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
