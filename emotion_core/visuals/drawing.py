"""Pictures with what was found in them: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from emotion_core.classes import colours_of
from emotion_core.faces.box import Box
from emotion_core.images import Picture, load_image
from emotion_core.inference.results import FaceResult
from emotion_core.inference.words import UNCERTAIN, percent
from emotion_core.visuals.lettering import can_be_written, font_for

if TYPE_CHECKING:
    from emotion_core.streams.answers import TrackedFace

#: A smaller picture is enlarged, or a word would not fit into it.
SMALLEST_DRAWN = 384
#: Height of the letters and width of the lines, as parts of the picture's longer side.
LETTERS = 1 / 34
#: The same as parts of the faces' height, where that is less.
LETTERS_OF_FACE, LINE_OF_FACE = 1 / 4, 1 / 24
#: In a stream, which is often shown small.
LIVE_LETTERS = 1 / 28
LINE = 1 / 220
#: So many letters of a class's name are written.
LONGEST_WRITTEN = 24
#: What may stand beside a person's name, whichever class it is.
BESIDE_A_NAME = "class 0123456789 %"
#: The face that was chosen has a line this much wider.
CHOSEN = 2.5
#: What speaks for an emotion and what speaks against it, told apart by the colour-blind, and how much of the face they
#: hide where they are strongest.
FOR, AGAINST, STRONGEST_TINT = "#E69F00", "#0072B2", 0.75
#: A map whose strongest place is weaker than this, in log-odds, is drawn as weak as it is.
WEAK_MAP = 0.5

#: Left, top, right and bottom in pixels.
Area = tuple[float, float, float, float]
#: Of a label, the first one on top.
Lines = tuple[str, ...]


def annotate(picture: Picture, faces: Sequence[FaceResult], chosen: int | None = None) -> np.ndarray:
    """A copy of a picture with a box around every face, its number and how it looks, each in its emotion's colour.

    Args:
        picture: path, bytes, Pillow image or array; see `emotion_core.images.load_image`.
        faces: what `emotion_core.analyze` found in it; numbered from 1 in this order.
        chosen: the number of a face to be drawn with a wider line.

    Returns:
        RGB of shape (height, width, 3), uint8, of the picture's size upright, or of the same proportions with a longer
        side of `SMALLEST_DRAWN` if that is larger.

    Raises:
        ImageError: the picture cannot be used.
    """
    image = load_image(picture)
    factor = max(1.0, SMALLEST_DRAWN / max(image.shape[:2]))
    drawn = Image.fromarray(resized(image, factor))
    draw = ImageDraw.Draw(drawn)
    longer = max(drawn.size)
    # In a crowd lines and letters are as small as the faces are, so that neither hides them.
    face_height = float(np.median([face.box.height for face in faces])) * factor if faces else longer
    line = max(1.0, min(longer * LINE, face_height * LINE_OF_FACE))
    letters = round(max(10.0, min(longer * LETTERS, face_height * LETTERS_OF_FACE)))
    boxes = [_area(face.box.scaled(factor), drawn.size, line) for face in faces]
    # The chosen face's line lies above its neighbours'.
    for number in sorted(range(1, len(faces) + 1), key=lambda number: number == chosen):
        width = round(line * (CHOSEN if number == chosen else 1))
        _outline(draw, boxes[number - 1], _colour_of(faces[number - 1]), width)
    _label(draw, drawn.size, letters, [(number, (face,)) for number, face in enumerate(faces, start=1)], boxes)
    return np.asarray(drawn)


def annotate_live(
    image: np.ndarray, faces: Sequence[TrackedFace], names: Mapping[int, str] | None = None
) -> np.ndarray:
    """A copy of a stream's picture with every face's box, number, expression and confidence.

    What a second model says stands below that of the first one, and its colour is the inner one of the box.

    Args:
        image: RGB of shape (height, width, 3), uint8.
        faces: those seen in it.
        names: what is written in place of their numbers, by these.

    Returns:
        RGB of the same shape, whatever its size: a stream's pictures do not change it.
    """
    drawn = Image.fromarray(image)
    draw = ImageDraw.Draw(drawn)
    longer = max(drawn.size)
    line = max(2.0, longer * LINE)
    boxes = [_area(face.result.box, drawn.size, line) for face in faces]
    for face, box in zip(faces, boxes, strict=True):
        _outline(draw, box, _colour_of(face.result), round(line))
        for answer in face.answers[1:]:
            _inner_outline(draw, box, _colour_of(answer), round(line))
    letters = round(max(12.0, longer * LIVE_LETTERS))
    known = {number: name for number, name in (names or {}).items() if can_be_written(f"{name} {BESIDE_A_NAME}")}
    _label(draw, drawn.size, letters, [(known.get(face.number, face.number), face.answers) for face in faces], boxes)
    return np.asarray(drawn)


def resized(image: np.ndarray, factor: float) -> np.ndarray:
    """A picture `factor` times as large."""
    if factor == 1:
        return image
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def at_most(image: np.ndarray, faces: list[FaceResult], side: int) -> tuple[np.ndarray, list[FaceResult]]:
    """A picture reduced to a longer side of `side` pixels if that is less, with its faces' boxes in its pixels."""
    factor = min(1.0, side / max(image.shape[:2]))
    return resized(image, factor), [replace(face, box=face.box.scaled(factor)) for face in faces]


def thumbnail(image: np.ndarray, side: int) -> np.ndarray:
    """A picture with the longer side of at most `side` pixels."""
    return resized(image, min(1.0, side / max(image.shape[:2])))


def enlarged(crop: np.ndarray, factor: int) -> np.ndarray:
    """A crop of shape (h, w) or (h, w, 3) with every pixel as a square of `factor` pixels."""
    return crop.repeat(factor, axis=0).repeat(factor, axis=1)


def heat_overlay(crop: np.ndarray, heat: np.ndarray, factor: int) -> np.ndarray:
    """A face tinted by what its parts are worth to an emotion: `FOR` where they speak for it, `AGAINST` where not.

    Args:
        crop: (h, w) grey or (h, w, 3) RGB, uint8.
        heat: (h, w), see `emotion_core.evaluation.explanation`.
        factor: so many times as large is the answer.

    Returns:
        RGB of (h * factor, w * factor, 3), uint8.
    """
    face = crop if crop.ndim == 3 else cv2.cvtColor(crop, cv2.COLOR_GRAY2RGB)
    size = crop.shape[1] * factor, crop.shape[0] * factor
    large = cv2.resize(face, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    smooth = cv2.resize(heat.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    strength = np.clip(np.abs(smooth) / max(float(np.abs(heat).max()), WEAK_MAP), 0, 1)[..., np.newaxis]
    tints = [np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) for colour in (FOR, AGAINST)]
    tint = np.where(smooth[..., np.newaxis] > 0, *tints)
    share = STRONGEST_TINT * strength
    return np.rint(large * (1 - share) + tint * share).clip(0, 255).astype(np.uint8)


def _area(box: Box, size: tuple[int, int], line: float) -> Area:
    """A box within the picture, so that no line is lost over its edge, and at least as large as its line is wide."""
    left, right = _within(box.x, box.x + box.width, size[0] - 1, line)
    top, bottom = _within(box.y, box.y + box.height, size[1] - 1, line)
    return left, top, right, bottom


def _within(low: float, high: float, end: float, least: float) -> tuple[float, float]:
    low = min(max(low, 0.0), max(end - least, 0.0))
    return low, min(max(high, low + least), max(end, low))


def _colour_of(face: FaceResult) -> str:
    return colours_of(list(face.probabilities), face.colours)[face.emotion]


def _outline(draw: ImageDraw.ImageDraw, box: Area, colour: str, width: int) -> None:
    left, top, right, bottom = box
    # A white edge makes every colour seen on every picture.
    draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="#ffffff", width=width + 2)
    draw.rectangle((left, top, right, bottom), outline=colour, width=width)


def _inner_outline(draw: ImageDraw.ImageDraw, box: Area, colour: str, width: int) -> None:
    """A line within a box's own, where there is room for it."""
    left, top, right, bottom = box[0] + width, box[1] + width, box[2] - width, box[3] - width
    if right - left >= 2 * width and bottom - top >= 2 * width:
        draw.rectangle((left, top, right, bottom), outline=colour, width=width)


def _label(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    letters: int,
    faces: Sequence[tuple[int | str, tuple[FaceResult, ...]]],
    boxes: list[Area],
) -> None:
    """Write at each box as much as covers no other label or face: the number at the least."""
    taken: list[Area] = []
    for (number, answers), box in zip(faces, boxes, strict=True):
        others = taken + [other for other in boxes if other is not box]
        lines, place = _fitting(draw, size, letters, _texts(number, answers), box, others)
        taken.append(place)
        _write(draw, letters, lines, place, [_colour_of(answer) for answer in answers])


def _texts(number: int | str, answers: tuple[FaceResult, ...]) -> list[Lines]:
    """What may be written at a face, a line a model, the longest first."""
    lines = [_line(f"{number} " if place == 0 else "", one) for place, one in enumerate(answers)]
    sure, named = (tuple(line) for line in zip(*lines, strict=True))
    return list(dict.fromkeys([sure, named, (f"{number}",)]))


def _line(before: str, face: FaceResult) -> tuple[str, str]:
    """How a face looks, with its confidence and without.

    A long name is cut. The class has its number where no font of this machine has all signs of the finished line.
    """
    name = face.emotion
    if name == UNCERTAIN:
        return before + name, before + name
    cut = name if len(name) <= LONGEST_WRITTEN else f"{name[:LONGEST_WRITTEN].rstrip()}..."
    numbered = f"class {list(face.probabilities).index(name) + 1}"
    lines = [(f"{before}{one} {percent(face.confidence)}", before + one) for one in (cut, numbered)]
    return lines[0] if can_be_written(lines[0][0]) else lines[1]


def _write(draw: ImageDraw.ImageDraw, letters: int, lines: Lines, place: Area, colours: Sequence[str]) -> None:
    """Each line on the colour of what it says."""
    left, top, right, bottom = place
    height = (bottom - top) / len(lines)
    # Where there is room for the number alone, there is one line.
    for row, (text, colour) in enumerate(zip(lines, colours, strict=False)):
        area = left, top + row * height, right, top + (row + 1) * height
        draw.rectangle(area, fill=colour)
        middle = (left + right) / 2, (area[1] + area[3]) / 2
        draw.text(middle, text, fill=readable_on(colour), font=font_for(text, letters), anchor="mm")


def _fitting(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    letters: int,
    texts: list[Lines],
    box: Area,
    others: list[Area],
) -> tuple[Lines, Area]:
    """The first text with a place where it covers nothing else; if there is none, the last text in its first place."""
    places: list[tuple[Lines, Area]] = []
    for lines in texts:
        width, height = _text_size(draw, letters, lines)
        places = [(lines, place) for place in _places(width, height, box, size)]
        for lines_and_place in places:
            if not any(_overlap(lines_and_place[1], other) for other in others):
                return lines_and_place
    return places[0]


def _text_size(draw: ImageDraw.ImageDraw, letters: int, lines: Lines) -> tuple[float, float]:
    """Width and height of a label. All lines are equally high, letters above and below the line or not."""
    fonts = [font_for(text, letters) for text in lines]
    areas = [draw.textbbox((0, 0), "1 happy angry", font=font) for font in fonts]
    height = max(bottom - top for _, top, _, bottom in areas)
    padding = height * 0.25
    width = max(draw.textlength(text, font=font) for text, font in zip(lines, fonts, strict=True))
    return width + 2 * padding, len(lines) * (height + padding)


def _places(width: float, height: float, box: Area, size: tuple[int, int]) -> list[Area]:
    """Where a label may lie: over, under or in its box, at its left or right, always within the picture."""
    lefts = [min(max(left, 0.0), max(size[0] - width, 0.0)) for left in (box[0], box[2] - width)]
    tops = [top for top in (box[1] - height, box[3], box[1]) if top >= 0 and top + height <= size[1]] or [0.0]
    return [(left, top, left + width, top + height) for top in tops for left in lefts]


def _overlap(one: Area, other: Area) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 1


def readable_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour such as "#D55E00" (by the contrast of WCAG 2)."""
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"
