"""The pixels of a decoded picture as an upright RGB array."""

from __future__ import annotations

import numpy as np
from PIL import ExifTags, Image

_PIXELS_AT_ONCE = 2_000_000

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """How a picture is to be turned, as its EXIF block says; None where it stands upright."""
    try:
        return _TURNS.get(image.getexif()[ExifTags.Base.Orientation])
    except Exception:  # there is none; a corrupt EXIF block, too, is no reason to refuse the picture
        return None


def rows_at_once(width: int) -> int:
    """How many rows of a picture are worked on at once, as copies of the whole would take several times its memory."""
    return max(1, _PIXELS_AT_ONCE // width)


def upright(image: Image.Image, turn: Image.Transpose | None) -> np.ndarray:
    """The RGB array of a picture of 8 bits, turned."""
    (width, height), turns = image.size, Image.Transpose
    sideways = turn in (turns.TRANSPOSE, turns.ROTATE_90, turns.ROTATE_270, turns.TRANSVERSE)
    from_the_end = turn in (turns.FLIP_TOP_BOTTOM, turns.ROTATE_180, turns.ROTATE_270, turns.TRANSVERSE)
    found = np.empty((width, height, 3) if sideways else (height, width, 3), np.uint8)
    rows = rows_at_once(width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        part = to_rgb(image if bottom - top == height else image.crop((0, top, width, bottom)))
        place = slice(height - bottom, height - top) if from_the_end else slice(top, bottom)
        found[(slice(None), place) if sideways else place] = np.asarray(part if turn is None else part.transpose(turn))
    return found


def to_rgb(image: Image.Image) -> Image.Image:
    """A picture of 8 bits in RGB, on white where it is transparent; itself where it is that already."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
