"""Pictures as files."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def png(image: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """An array of uint8, grey (H, W) or RGB (H, W, 3), as a file of a kind that Pillow knows."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.getvalue()


def blank_png(width: int = 300, height: int = 200, colour: str = "grey") -> bytes:
    """A picture without anything in it."""
    return png(np.asarray(Image.new("RGB", (width, height), colour)))
