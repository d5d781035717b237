"""V7 Darwin's json: one file a picture, with tags for the picture and boxes of faces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, box_of
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.labels import LABEL_COLUMNS, column_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.emotions import emotion_of

_Json = Mapping[str, Any]


def darwin(pictures: Pictures) -> Source | None:
    """What V7 Darwin's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = [name for name in json_names(tree) if _picture_in(_content(tree, name))]
    return from_files(
        "V7 Darwin's json files", pictures, files, lambda name: _entries_of(_content(tree, name), name, pictures)
    )


def _content(tree: Tree, name: str) -> _Json:
    content = json_in(tree, name)
    return content if isinstance(content, dict) else {}


def _picture_in(content: _Json) -> str:
    """The path of the picture that a file is about, as its version 2 or 1 has it; empty where it is another's file."""
    for described, named in (("item", "name"), ("image", "filename")):
        picture = content.get(described)
        if isinstance(picture, dict) and picture.get(named) and isinstance(content.get("annotations"), list):
            return PurePosixPath(str(picture.get("path") or "").strip("/"), str(picture[named])).as_posix()
    return ""


def _entries_of(content: _Json, file: str, pictures: Pictures) -> Iterator[Entry]:
    path = _picture_in(content)
    said = [one for one in content["annotations"] if isinstance(one, dict)]
    faces = [one for one in said if "bounding_box" in one]
    tags = [str(one.get("name") or "") for one in said if "tag" in one]
    emotions = list(dict.fromkeys(name for name in tags if emotion_of(name)))
    for number, face in enumerate(faces, start=1):
        place, box, label = f"{file} annotation {number}", _box(face["bounding_box"]), _label_of(face)
        if len(faces) == len(emotions) == 1 and not emotion_of(label):  # the box says that it is a face, the tag which
            label = emotions[0]
        yield face_entry(pictures, file, path, place=place, label=label, box=box)
    if tags and not faces:
        labels = emotions or list(dict.fromkeys(tags))
        problem = f"its tags say {' and '.join(labels)[:80]}; one label can stand" if len(labels) > 1 else ""
        yield face_entry(pictures, file, path, place=file, label=labels[0], problem=problem)


def _label_of(face: _Json) -> str:
    """The label of a box: what is noted of it as its emotion, else its class."""
    name, attributes, properties = str(face.get("name") or ""), face.get("attributes"), face.get("properties")
    noted: dict[str, Any] = {str(one): True for one in (attributes if isinstance(attributes, list) else [])}
    for one in properties if isinstance(properties, list) else []:
        if isinstance(one, dict):
            noted[str(one.get("name") or "")] = one.get("value")
    ticked = [attribute for attribute, value in noted.items() if value is True and emotion_of(attribute)]
    label = ticked[0] if len(ticked) == 1 else label_among(noted)
    is_label = emotion_of(label) or column_of(list(noted), LABEL_COLUMNS) is not None
    return label if is_label and not emotion_of(name) else name


def _box(corner_and_size: Any) -> Box:
    try:
        return box_of([float(corner_and_size[name]) for name in ("x", "y", "w", "h")], "size"), ""
    except (KeyError, ValueError, TypeError, OverflowError):
        return None, f"its bounding box {str(corner_and_size)[:80]} is none; needed are x, y, w and h in pixels"
