"""CreateML's json: a list of pictures, each with a label and a box about a middle for every face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emotion_core.datasets.readers.annotations import Annotations, annotated, face_entry
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import AnnotatedBox, box_of
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_in_names

_Picture = Mapping[str, Any]


def createml(pictures: Pictures) -> Source | None:
    """What CreateML's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}
    if not files:
        return None
    progress = Progress(len(files))

    def said() -> Iterator[Entry]:
        for name in progress.over(list(files)):
            for picture in files[name]:
                yield from _entries_of(picture, name, pictures)

    return annotated("CreateML's json with boxes", tree.source, Annotations(said, pictures), progress, list(files))


def _read(tree: Tree, name: str) -> Sequence[_Picture]:
    content = json_in(tree, name)
    rows = content if isinstance(content, list) else []
    is_createml = all(isinstance(row, dict) and isinstance(row.get("annotations"), list) for row in rows)
    return rows if is_createml and all("image" in row or "imagefilename" in row for row in rows) else []


def _entries_of(picture: _Picture, file: str, pictures: Pictures) -> Iterator[Entry]:
    path = str(picture.get("image") or picture.get("imagefilename") or "")
    faces = [face for face in picture["annotations"] if isinstance(face, dict)]
    for number, face in enumerate(faces, start=1):
        box, problem = _box(face.get("coordinates"))
        label, split = str(face.get("label") or ""), split_in_names(path) or split_in_names(file)
        place = f"{file} {path} annotation {number}"
        yield face_entry(pictures, file, path, place=place, label=label, split=split, box=box, problem=problem)


def _box(coordinates: Any) -> tuple[AnnotatedBox | None, str]:
    """The box, if there is one, or what is wrong with it. Its x and y are those of its middle."""
    if not coordinates:
        return None, ""
    try:
        x, y, width, height = (float(coordinates[name]) for name in ("x", "y", "width", "height"))
        return box_of([x - width / 2, y - height / 2, width, height], "size"), ""
    except (KeyError, ValueError, TypeError, OverflowError):
        return None, f"its coordinates {str(coordinates)[:80]} are none; needed are x, y, width and height in pixels"
