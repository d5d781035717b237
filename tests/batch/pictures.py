"""A folder of pictures of every kind that a batch meets."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tests.pictures import blank_png, png

#: Of those below: how many there are, faces in them, without a face, and that cannot be read.
PICTURES, FACES, WITHOUT, UNREADABLE = 5, 4, 1, 1


def write_pictures(folder: Path, portrait: np.ndarray) -> Path:
    """The folder, with portraits, one of two faces and one whose name is no UTF-8, a blank and a damaged picture."""
    (folder / "below").mkdir(parents=True)
    small = np.ascontiguousarray(portrait[::2, ::2])
    (folder / "two.png").write_bytes(png(np.hstack([portrait, portrait[:, ::-1]])))
    (folder / "blank.png").write_bytes(blank_png())
    (folder / "below/写真.jpg").write_bytes(png(small, "JPEG", quality=90))
    (folder / "damaged.jpg").write_bytes(png(small, "JPEG")[:900])
    with open(os.fsencode(folder) + b"/\xff.png", "wb") as file:
        file.write(png(small))
    (folder / "notes.txt").write_text("no picture")
    return folder


def write_many(folder: Path, count: int, portrait: np.ndarray) -> Path:
    """The folder, with so many small pictures: half of a face, half blank."""
    folder.mkdir(parents=True)
    face, blank = png(np.ascontiguousarray(portrait[:256:2, 80:336:2]), "JPEG"), blank_png(128, 128)
    for number in range(count):
        (folder / f"{number:03d}.jpg").write_bytes(blank if number % 2 else face)
    return folder
