"""Random changes of faces that leave their expression as it is, so that a network sees more than the data holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

try:
    import cv2
except ImportError:  # a machine that is there to train
    from emotion_core import without_opencv as cv2  # type: ignore[no-redef]

if TYPE_CHECKING:
    from emotion_core.runs.recipes import Augmentation

_GREYS = np.arange(256, dtype=np.float32)


def augment(images: np.ndarray, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    """Changed copies of (N, height, width) or (N, height, width, 3) uint8 faces, same shape and type."""
    moves = _moves(len(images), images.shape[2], images.shape[1], settings, random)
    tables = _tables(len(images), settings, random)
    changed = np.empty_like(images)
    for image, move, table, out in zip(images, moves, tables, changed, strict=True):
        moved = cv2.warpAffine(
            image, move, image.shape[1::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )
        out[...] = cv2.LUT(moved, table)
    for row in np.flatnonzero(random.random(len(images)) < settings.erasing):
        _erase(changed[row], random)
    return changed


def variants(image: np.ndarray, settings: Augmentation, count: int, seed: int = 0) -> np.ndarray:
    """What training makes of one face: (count, height, width) or (count, height, width, 3) uint8."""
    return augment(np.repeat(image[np.newaxis], count, axis=0), settings, np.random.default_rng(seed))


def mix(faces: np.ndarray, alpha: float, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Blend each face of a batch with another of it (mixup: Zhang et al. 2018, arXiv 1710.09412).

    Args:
        faces: (N, ...) float.
        alpha: above 0; how even the blend is: the share of the first face is drawn from Beta(alpha, alpha).

    Returns:
        The blended faces, the row of each one's partner, and the share of the first: targets are blended alike.
    """
    share = float(random.beta(alpha, alpha))
    partners = random.permutation(len(faces))
    return blended(faces, partners, share), partners, share


def blended(values: np.ndarray, partners: np.ndarray, share: float) -> np.ndarray:
    """Each row with its partner's, the row itself having this share of it; float32."""
    return (share * values + (1 - share) * values[partners]).astype(np.float32)


def _moves(count: int, width: int, height: int, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    """(count, 2, 3): a turn and a change of size about the middle, a shift, and a mirroring of half of them."""
    angles = np.radians(random.uniform(-settings.rotation, settings.rotation, count))
    scales = 1 + random.uniform(-settings.scale, settings.scale, count)
    cosines, sines = scales * np.cos(angles), scales * np.sin(angles)
    x, y = (width - 1) / 2, (height - 1) / 2
    moves = np.empty((count, 2, 3))
    moves[:, 0] = np.stack([cosines, sines, (1 - cosines) * x - sines * y], axis=1)
    moves[:, 1] = np.stack([-sines, cosines, sines * x + (1 - cosines) * y], axis=1)
    moves[:, :, 2] += random.uniform(-settings.shift, settings.shift, (count, 2)) * [width, height]
    mirrored = (random.random(count) < 0.5) & settings.flip
    moves[mirrored, 0] *= -1
    moves[mirrored, 0, 2] += width - 1
    return moves


def _tables(count: int, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    """(count, 256) uint8: the new grey of each grey."""
    contrast = 1 + random.uniform(-settings.contrast, settings.contrast, (count, 1)).astype(np.float32)
    brightness = 255 * random.uniform(-settings.brightness, settings.brightness, (count, 1)).astype(np.float32)
    greys = (_GREYS - 127.5) * contrast + 127.5 + brightness
    return np.rint(np.clip(greys, 0, 255)).astype(np.uint8)


def _erase(image: np.ndarray, random: np.random.Generator) -> None:
    height, width = image.shape[:2]
    area = random.uniform(0.02, 0.2) * height * width
    ratio = np.exp(random.uniform(np.log(0.4), np.log(2.5)))
    tall = min(height, max(1, round(np.sqrt(area * ratio))))
    wide = min(width, max(1, round(np.sqrt(area / ratio))))
    top = random.integers(0, height - tall + 1)
    left = random.integers(0, width - wide + 1)
    patch = image[top : top + tall, left : left + wide]
    patch[...] = random.integers(0, 256, patch.shape, dtype=np.uint8)
