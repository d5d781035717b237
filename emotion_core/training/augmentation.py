"""Random changes of faces that leave their expression as it is, so that a network sees more than the data holds."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Augmentation:
    """How strongly faces are changed; zero everywhere leaves them as they are.

    Attributes:
        flip: mirror half of the faces.
        rotation: largest turn in degrees, either way.
        scale: largest relative change of size: 0.15 scales by 0.85 to 1.15.
        shift: largest move in either direction, as a share of the side.
        brightness: largest change, as a share of the full range of grey.
        contrast: largest relative change of the distance from mid-grey.
        erasing: probability that a rectangle of 2 % to 20 % of the face is replaced by noise
            (random erasing: Zhong et al. 2017, arXiv 1708.04896).
    """

    flip: bool = True
    rotation: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    erasing: float = 0.0


def augment(images: np.ndarray, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    """Changed copies of (N, height, width) or (N, height, width, 3) uint8 faces, same shape and type."""
    return np.stack([_augment_one(image, settings, random) for image in images])


def _augment_one(image: np.ndarray, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    image = _move(image, settings, random)
    image = _relight(image, settings, random)
    if random.random() < settings.erasing:
        image = _erase(image, random)
    return image


def _move(image: np.ndarray, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    height, width = image.shape[:2]
    angle = random.uniform(-settings.rotation, settings.rotation)
    scale = 1 + random.uniform(-settings.scale, settings.scale)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    matrix[0, 2] += width * random.uniform(-settings.shift, settings.shift)
    matrix[1, 2] += height * random.uniform(-settings.shift, settings.shift)
    if settings.flip and random.random() < 0.5:
        matrix[0] *= -1
        matrix[0, 2] += width - 1
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def _relight(image: np.ndarray, settings: Augmentation, random: np.random.Generator) -> np.ndarray:
    contrast = 1 + random.uniform(-settings.contrast, settings.contrast)
    brightness = 255 * random.uniform(-settings.brightness, settings.brightness)
    grey = np.arange(256, dtype=np.float32)
    table = np.clip((grey - 127.5) * contrast + 127.5 + brightness, 0, 255)
    return cv2.LUT(image, np.rint(table).astype(np.uint8))


def _erase(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    height, width = image.shape[:2]
    area = random.uniform(0.02, 0.2) * height * width
    ratio = np.exp(random.uniform(np.log(0.4), np.log(2.5)))
    tall = min(height, max(1, round(np.sqrt(area * ratio))))
    wide = min(width, max(1, round(np.sqrt(area / ratio))))
    top = random.integers(0, height - tall + 1)
    left = random.integers(0, width - wide + 1)
    patch = image[top : top + tall, left : left + wide]
    patch[...] = random.integers(0, 256, patch.shape, dtype=np.uint8)
    return image
