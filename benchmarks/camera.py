"""A film that Chromium takes for its camera: the sample portrait, swinging, each picture with its number on it.

    chromium --use-fake-device-for-media-stream --use-file-for-fake-video-capture=FILE

Chromium plays the file over and over at 30 pictures a second. The number is written as a row of black and white
squares along the upper edge, which survive being compressed, so that a page can tell which picture it shows.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image

#: Squares, each one bit of the number, the lowest at the left; their side as a part of the picture's width.
BITS = 8
SIDE = 1 / 16
FLAGS = ("--no-sandbox", "--use-fake-device-for-media-stream")


def film(path: Path, faces: int = 1, pictures: int = 2**BITS) -> Path:
    """Write a film of 640x480 as MJPEG, which is JPEG files one after another."""
    with path.open("wb") as file:
        for number in range(pictures):
            picture = io.BytesIO()
            Image.fromarray(picture_of(number, faces)).save(picture, "JPEG", quality=85)
            file.write(picture.getvalue())
    return path


def picture_of(number: int, faces: int = 1) -> np.ndarray:
    """One picture of the film, (480, 640, 3) RGB, uint8."""
    image = np.roll(_still(faces), round(30 * math.sin(2 * math.pi * number / 64)), axis=1)
    side = round(640 * SIDE)
    image[:side] = 128
    for bit in range(BITS):
        image[:side, bit * side : (bit + 1) * side] = 255 if number >> bit & 1 else 0
    return image


def _still(faces: int) -> np.ndarray:
    from benchmarks.photos import group, portrait

    if faces > 1:
        return group(faces)
    image = np.full((480, 640, 3), 128, np.uint8)
    image[40:480, 100:540] = portrait()[:440, :440]
    return image


def launch_flags(path: Path, permission: bool = True) -> list[str]:
    """Chromium's arguments that make a film its camera's."""
    allow = ["--use-fake-ui-for-media-stream"] if permission else []
    return [*FLAGS, *allow, f"--use-file-for-fake-video-capture={path}"]
