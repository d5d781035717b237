"""YOLO's texts, as annotation tools write them: one a picture, a line a face: its class's number and its box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.datasets.readers.boxes import AnnotatedBox, Box
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

#: A larger text is none of one picture.
MOST_BYTES = 2**20
_FACE = re.compile(r"\d{1,3}(\s+-?[\d.]+(e-?\d+)?){4,}\s*")


def yolo(pictures: Pictures) -> Source | None:
    """What YOLO's texts in a tree say of its pictures; None where there are none. What numbers mean, legends say."""
    tree = pictures.tree
    texts = {name: text for name in pictures.names if (text := _text_of(tree, name))}
    if not any(_FACE.fullmatch(line) for text in texts.values() for line in _lines(tree, text)):
        return None
    form, read = "YOLO's texts with boxes", list(texts.values())
    return from_files(form, pictures, list(texts), lambda name: _entries_of(name, texts[name], pictures), read)


def _text_of(tree: Tree, picture: str) -> str | None:
    """The text of a picture: beside it, or in labels where the picture lies in images."""
    path = PurePosixPath(picture).with_suffix(".txt")
    parts = ["labels" if part.casefold() == "images" else part for part in path.parts[:-1]]
    return next(
        (name for name in (path.as_posix(), PurePosixPath(*parts, path.name).as_posix()) if tree.has(name)), None
    )


def _entries_of(picture: str, text: str, pictures: Pictures) -> Iterator[Entry]:
    for number, line in enumerate(_lines(pictures.tree, text), start=1):
        place, label = f"{text} line {number}", line.split()[0]
        yield face_entry(pictures, "", picture, place=place, label=label, box=_box(line))


def _box(line: str) -> Box:
    """The box about a middle, or about the corners of an outline; or what is wrong with it."""
    if not _FACE.fullmatch(line):
        needed = "needed are the class's number and x, y, width, height as shares of the picture"
        return None, f"{line[:80]!r} is no face; {needed}"
    return _box_of([float(value) for value in line.split()[1:]]), ""


def _box_of(values: Sequence[float]) -> AnnotatedBox:
    if len(values) > 4:
        xs, ys = values[::2], values[1::2]
        return AnnotatedBox(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), relative=True)
    x, y, width, height = values
    return AnnotatedBox(x - width / 2, y - height / 2, width, height, relative=True)


def _lines(tree: Tree, name: str) -> list[str]:
    try:
        text = read_whole(tree, name, MOST_BYTES).decode("utf-8-sig", "replace")
    except DatasetError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]
