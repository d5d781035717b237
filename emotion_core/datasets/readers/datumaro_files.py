"""Datumaro's json, as CVAT exports it: names of labels, and a list of pictures with labels or boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, box_of
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.emotions import emotion_of

_Json = Mapping[str, Any]
#: Kinds of annotations that say what a picture, or a part of it, shows.
_KINDS = ("label", "bbox")


def datumaro(pictures: Pictures) -> Source | None:
    """What Datumaro's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}

    def said_in(name: str) -> Iterator[Entry]:
        names = _names(files[name])
        for number, item in enumerate(one for one in files[name]["items"] if isinstance(one, dict)):
            yield from _entries_of(item, names, f"{name} item {number}", name, pictures)

    return from_files("Datumaro's json", pictures, list(files), said_in)


def _read(tree: Tree, name: str) -> _Json | None:
    content = json_in(tree, name)
    is_one = isinstance(content, dict) and isinstance(content.get("items"), list)
    return content if is_one and isinstance(content.get("categories"), dict) else None


def _names(content: _Json) -> list[str]:
    """The names of the labels, in the order of their numbers."""
    label = content["categories"].get("label")
    return [str(one.get("name", "") if isinstance(one, dict) else one) for one in _list(label, "labels")]


def _entries_of(item: _Json, names: list[str], place: str, file: str, pictures: Pictures) -> Iterator[Entry]:
    picture = item.get("image")
    path = str((picture.get("path") if isinstance(picture, dict) else "") or item.get("id") or "")
    found = [one for one in _list(item, "annotations") if isinstance(one, dict) and one.get("type") in _KINDS]
    for number, one in enumerate(found):
        box = _box(one.get("bbox")) if one["type"] == "bbox" else (None, "")
        where, label = f"{place} annotation {number}", _label(one, names)
        yield face_entry(pictures, file, path, place=where, label=label, box=box)


def _list(holder: Any, name: str) -> list[Any]:
    """A list in an object; an empty one where it is none."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _label(annotation: _Json, names: list[str]) -> str:
    """The label, or where that is as "face" the emotion among the attributes."""
    number, attributes = annotation.get("label_id"), annotation.get("attributes")
    label = names[number] if isinstance(number, int) and 0 <= number < len(names) else ""
    said = label_among(attributes) if isinstance(attributes, dict) else ""
    return said if emotion_of(said) and not emotion_of(label) else label


def _box(numbers: Any) -> Box:
    try:
        return box_of([float(number) for number in numbers], "size"), ""
    except (ValueError, TypeError, OverflowError):
        return None, f"its bbox {str(numbers)[:80]} is none; needed are x, y, width and height in pixels"
