"""CreateML's json: a list of pictures, each with a label and a box about a middle for every face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import Box, box_of
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

_Picture = Mapping[str, Any]


def createml(pictures: Pictures) -> Source | None:
    """What CreateML's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}
    return from_files(
        "CreateML's json with boxes", pictures, list(files), lambda name: _entries_of(files[name], name, pictures)
    )


def _read(tree: Tree, name: str) -> Sequence[_Picture]:
    content = json_in(tree, name)
    rows = content if isinstance(content, list) else []
    is_createml = all(isinstance(row, dict) and isinstance(row.get("annotations"), list) for row in rows)
    return rows if is_createml and all("image" in row or "imagefilename" in row for row in rows) else []


def _entries_of(rows: Sequence[_Picture], file: str, pictures: Pictures) -> Iterator[Entry]:
    for picture in rows:
        path = str(picture.get("image") or picture.get("imagefilename") or "")
        faces = [face for face in picture["annotations"] if isinstance(face, dict)]
        for number, face in enumerate(faces, start=1):
            place, label, box = f"{file} {path} annotation {number}", face.get("label"), _box(face.get("coordinates"))
            yield face_entry(pictures, file, path, place=place, label=str(label or ""), box=box)


def _box(coordinates: Any) -> Box:
    """The box, if there is one, or what is wrong with it. Its x and y are those of its middle."""
    if not coordinates:
        return None, ""
    try:
        x, y, width, height = (float(coordinates[name]) for name in ("x", "y", "width", "height"))
        return box_of([x - width / 2, y - height / 2, width, height], "size"), ""
    except (KeyError, ValueError, TypeError, OverflowError):
        return None, f"its coordinates {str(coordinates)[:80]} are none; needed are x, y, width and height in pixels"
