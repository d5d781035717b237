"""Photos to measure on: marked ones if there are any, and scikit-image's portrait of an astronaut (public domain)."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from emotion_core.faces import Box
from emotion_core.images import load_image

PORTRAIT_FACE = Box(178.1, 63.9, 91.2, 112.1)
GREY = 128


@dataclass(frozen=True)
class Marked:
    """A photo whose faces are known; what lies in `ignore` counts neither as found nor as wrong."""

    path: Path
    faces: list[Box]
    ignore: list[Box] = field(default_factory=list)


def marked_photos(folder: Path | None, scratch: Path) -> tuple[list[Marked], str]:
    """The photos of `faces.json` in a folder, or else the portrait alone; and in words, which."""
    if folder is None:
        photo = Marked(save(portrait(), scratch / "portrait.jpg"), [PORTRAIT_FACE])
        return [photo], "the astronaut alone, as EMOTION_CORE_PHOTOS is not set"
    marks = json.loads((folder / "faces.json").read_text("utf-8"))
    photos = [
        Marked(folder / name, [Box(*face["box"]) for face in mark["faces"]], [Box(*box) for box in mark["ignore"]])
        for name, mark in sorted(marks.items())
    ]
    return photos, f"{len(photos)} photos, {sum(len(photo.faces) for photo in photos)} faces"


@cache
def portrait() -> np.ndarray:
    """The astronaut, (512, 512, 3) RGB, uint8."""
    from skimage.data import astronaut

    return astronaut()


def group(faces: int) -> np.ndarray:
    """A grey picture of 640x480 with the astronaut's head once or six times, each face 100 to 120 pixels high."""
    canvas = np.full((480, 640, 3), GREY, np.uint8)
    heights = np.linspace(100, 120, faces) if faces > 1 else [110]
    columns, rows = (3, 2) if faces > 1 else (1, 1)
    for place, height in enumerate(heights):
        head = _head(height)
        x = round((place % columns + 0.5) * 640 / columns - head.shape[1] / 2)
        y = round((place // columns + 0.5) * 480 / rows - head.shape[0] / 2)
        canvas[y : y + head.shape[0], x : x + head.shape[1]] = head
    return canvas


def _head(face_height: float) -> np.ndarray:
    x, y = PORTRAIT_FACE.center
    head = portrait()[: round(y + 95), round(x - 95) : round(x + 95)]
    factor = face_height / PORTRAIT_FACE.height
    return cv2.resize(head, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def save(image: np.ndarray, path: Path, quality: int = 90) -> Path:
    """Write an RGB picture as JPEG."""
    path.write_bytes(cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
    return path


def fill_folder(folder: Path, sources: list[Path], count: int) -> None:
    """Write many photos of 640x480 to 1280x960, cut from a few in ever different ways, the same every time."""
    chance = random.Random(1)
    folder.mkdir()
    images = [_at_most(load_image(path), 1280) for path in sources]
    for number in range(count):
        image = _cut(images[number % len(images)], chance)
        height = chance.choice((480, 600, 720, 960))
        size = (height * 4 // 3, height) if image.shape[1] >= image.shape[0] else (height, height * 4 // 3)
        save(cv2.resize(image, size), folder / f"{number:05d}.jpg", chance.randint(80, 95))


def _cut(image: np.ndarray, chance: random.Random) -> np.ndarray:
    """A part of three quarters of the picture or more."""
    height, width = image.shape[:2]
    share = chance.uniform(0.75, 1.0)
    y, x = round(chance.uniform(0, 1 - share) * height), round(chance.uniform(0, 1 - share) * width)
    return image[y : y + round(share * height), x : x + round(share * width)]


def _at_most(image: np.ndarray, side: int) -> np.ndarray:
    factor = min(1.0, side / max(image.shape[:2]))
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
