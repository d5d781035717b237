"""Where a face lies in its picture: boxes as tables and annotation tools write them, and the face cut out by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from emotion_core.datasets.errors import DatasetError

#: What the columns of a box are called, without "face", "box" and signs: a corner and a size, or two corners.
_SIZES = (
    *(("x", "y", "w", "h"), ("x", "y", "width", "height"), ("left", "top", "width", "height")),
    *(("x1", "y1", "w", "h"), ("x1", "y1", "width", "height"), ("xmin", "ymin", "width", "height")),
)
_CORNERS = (
    *(("xmin", "ymin", "xmax", "ymax"), ("x1", "y1", "x2", "y2"), ("left", "top", "right", "bottom")),
    *(("x0", "y0", "x1", "y1"), ("xtl", "ytl", "xbr", "ybr"), ("startx", "starty", "endx", "endy")),
)
_Kind = Literal["size", "corners"]


@dataclass(frozen=True)
class AnnotatedBox:
    """A face's box in the pixels of its picture, or in shares of its width and height where `relative`."""

    x: float
    y: float
    width: float
    height: float
    relative: bool = False

    def __str__(self) -> str:
        return f"{self.x:g},{self.y:g} {self.width:g}x{self.height:g}"


#: A box, or None for the whole picture; and what is wrong with what is said of it, if anything is.
Box = tuple[AnnotatedBox | None, str]


@dataclass(frozen=True)
class BoxColumns:
    """Which columns of a table hold a box: four numbers in one or in four; left, top and a size, or two corners."""

    places: Sequence[int]
    kind: _Kind

    def read(self, fields: Sequence[str]) -> AnnotatedBox:
        """The box in a row; raises a DatasetError where it is none."""
        texts = [fields[place] for place in self.places]
        if len(texts) == 1:
            texts = re.findall(r"[^\s,;()\[\]]+", texts[0])
        try:
            numbers = [float(text) for text in texts]
            return box_of(numbers, self.kind)
        except ValueError:
            needed = "left, top, width, height" if self.kind == "size" else "left, top, right, bottom"
            raise DatasetError(f"its box {' '.join(texts)!r} is none; needed are {needed} in pixels") from None


def box_of(numbers: Sequence[float], kind: _Kind) -> AnnotatedBox:
    """A box by four numbers, in shares of the picture where none is above 1; raises a ValueError if it has no area."""
    x, y, third, fourth = numbers
    width, height = (third, fourth) if kind == "size" else (third - x, fourth - y)
    if not (np.isfinite(numbers).all() and width > 0 and height > 0):
        raise ValueError(numbers)
    return AnnotatedBox(x, y, width, height, relative=max(numbers) <= 1)


def around(points: Sequence[Sequence[float]]) -> AnnotatedBox:
    """The box around points as (x, y) in pixels; raises a ValueError where it has no area."""
    xs, ys = zip(*points, strict=True)
    return box_of([min(xs), min(ys), max(xs), max(ys)], "corners")


def box_columns(header: Sequence[str]) -> BoxColumns | None:
    """The columns of a box by their names, such as xmin, ymin, xmax and ymax, or a bbox with four numbers."""
    names = [re.sub(r"[^a-z0-9]|face|bbox|box|region", "", column.casefold()) for column in header]
    kinds: tuple[tuple[_Kind, tuple[tuple[str, ...], ...]], ...] = (("corners", _CORNERS), ("size", _SIZES))
    for kind, forms in kinds:
        for form in forms:
            if set(form) <= set(names):
                return BoxColumns([names.index(name) for name in form], kind)
    whole = [re.sub(r"[^a-z]", "", column.casefold()) for column in header]
    single = next((whole.index(name) for name in ("bbox", "box", "facebox", "boundingbox") if name in whole), None)
    return None if single is None else BoxColumns((single,), "size")


def within(picture: Callable[[], np.ndarray], box: AnnotatedBox) -> Callable[[], np.ndarray]:
    """What loads the face in a box of a picture: the square as high as the box about its middle."""
    return partial(_cut_out, picture, box)


def _cut_out(load: Callable[[], np.ndarray], box: AnnotatedBox) -> np.ndarray:
    picture = load()
    height, width = picture.shape[:2]
    across, down = (width, height) if box.relative else (1, 1)
    side = max(1, round(box.height * down))
    left = round((box.x + box.width / 2) * across - side / 2)
    top = round(box.y * down)
    if not (-side < left < width and -side < top < height) or side > 2 * max(height, width):
        raise DatasetError(f"its box {box} lies outside the picture of {width}x{height}")
    inside = picture[max(0, top) : top + side, max(0, left) : left + side]
    edges = [(max(0, -top), max(0, top + side - height)), (max(0, -left), max(0, left + side - width)), (0, 0)]
    return np.pad(inside, edges[: picture.ndim], mode="edge")
