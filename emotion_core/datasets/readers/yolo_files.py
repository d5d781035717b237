"""YOLO's texts, as annotation tools write them: one a picture, a line a face: its class's number and its box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import Annotations, annotated, face_entry
from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.datasets.readers.boxes import AnnotatedBox
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_in_names

#: A larger text is none of one picture, or of the names of classes.
MOST_BYTES = 2**20
_FACE = re.compile(r"\d{1,3}(\s+-?[\d.]+(e-?\d+)?){4,}\s*")
_NAMES = ("classes.txt", "obj.names", "_darknet.labels", "labels.txt")


def yolo(pictures: Pictures) -> Source | None:
    """What YOLO's texts in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    texts = {name: text for name in pictures.names if (text := _text_of(tree, name))}
    first = next(iter(texts.values()), None)
    if first is None or not any(_FACE.fullmatch(line) for text in texts.values() for line in _lines(tree, text)):
        return None
    names_file, names = _class_names(tree)
    progress = Progress(len(texts))

    def said() -> Iterator[Entry]:
        for picture in progress.over(list(texts)):
            yield from _entries_of(picture, texts[picture], names, pictures)

    read = [*texts.values(), *([names_file] if names_file else [])]
    return annotated("YOLO's texts with boxes", tree.source, Annotations(said, pictures), progress, read)


def _text_of(tree: Tree, picture: str) -> str | None:
    """The text of a picture: beside it, or in labels where the picture lies in images."""
    path = PurePosixPath(picture).with_suffix(".txt")
    parts = ["labels" if part.casefold() == "images" else part for part in path.parts[:-1]]
    return next(
        (name for name in (path.as_posix(), PurePosixPath(*parts, path.name).as_posix()) if tree.has(name)), None
    )


def _entries_of(picture: str, text: str, names: Sequence[str], pictures: Pictures) -> Iterator[Entry]:
    for number, line in enumerate(_lines(pictures.tree, text), start=1):
        label, *values = line.split()
        label = names[int(label)] if label.isdecimal() and int(label) < len(names) else label
        needed = "needed are the class's number and x, y, width, height as shares of the picture"
        problem = "" if _FACE.fullmatch(line) else f"{line[:80]!r} is no face; {needed}"
        box = None if problem else _box([float(value) for value in values])
        split = split_in_names(str(PurePosixPath(picture).parent))
        place = f"{text} line {number}"
        yield face_entry(pictures, "", picture, place=place, label=label, split=split, box=box, problem=problem)


def _box(values: Sequence[float]) -> AnnotatedBox:
    """The box about a middle, or about the corners of an outline."""
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


def _class_names(tree: Tree) -> tuple[str | None, list[str]]:
    """The file with the names of the classes, and these in the order of their numbers."""
    for name in tree.names():
        file = PurePosixPath(name).name.lower()
        if file.endswith((".yaml", ".yml")) and (names := _names_in_yaml(_lines(tree, name))):
            return name, names
        if file in _NAMES or file.endswith(".names"):
            return name, _lines(tree, name)
    return None, []


def _names_in_yaml(lines: Sequence[str]) -> list[str]:
    """What stands under names: as [angry, happy], with - before each, or with each one's number."""
    text = "\n".join(lines)
    found = re.search(r"^names:\s*(\[[^\]]*\]|\{[^}]*\}|(?:\n(?:-|['\"]?\d+['\"]?\s*:)[^\n]*)+)", text, re.MULTILINE)
    if found is None:
        return []
    numbered = re.findall(r"['\"]?(\d+)['\"]?\s*:\s*([^,\n}]+)", found[1])
    if numbered:
        return [_unquoted(word) for _, word in sorted(numbered, key=lambda pair: int(pair[0]))]
    return [_unquoted(word) for word in re.split(r"[,\n]", found[1].strip("[]\n")) if word.strip(" -")]


def _unquoted(word: str) -> str:
    return re.sub(r"\s+#.*", "", word).strip().removeprefix("-").strip().strip("'\"")
