"""COCO's json, as annotation tools write it: pictures, categories, and a box with a category for each face."""

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


def coco(pictures: Pictures) -> Source | None:
    """What COCO's json files in a tree say of its pictures; None where there is none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}
    return from_files(
        "COCO's json with boxes", pictures, list(files), lambda name: _entries_of(files[name], name, pictures)
    )


def _read(tree: Tree, name: str) -> _Json | None:
    content = json_in(tree, name)
    is_coco = isinstance(content, dict) and all(isinstance(content.get(k), list) for k in ("images", "annotations"))
    return content if is_coco and isinstance(content.get("categories"), list) else None


def _entries_of(content: _Json, file: str, pictures: Pictures) -> Iterator[Entry]:
    paths = {image.get("id"): str(image.get("file_name", "")) for image in _objects(content, "images")}
    names = {category.get("id"): str(category.get("name", "")) for category in _objects(content, "categories")}
    for number, annotation in enumerate(_objects(content, "annotations")):
        path, category = paths.get(annotation.get("image_id"), ""), names.get(annotation.get("category_id"), "")
        place, label, box = f"{file} annotation {number}", _label(category, annotation), _box(annotation.get("bbox"))
        yield face_entry(pictures, file, path, place=place, label=label, box=box)


def _objects(content: _Json, key: str) -> list[_Json]:
    return [item for item in content[key] if isinstance(item, dict)]


def _label(category: str, annotation: _Json) -> str:
    """The category, or where that is as "face" the emotion among the attributes, as CVAT writes them."""
    attributes = annotation.get("attributes")
    said = label_among(attributes) if isinstance(attributes, dict) else ""
    return said if emotion_of(said) and not emotion_of(category) else category


def _box(numbers: Any) -> Box:
    """The box, if there is one, or what is wrong with it."""
    try:
        return (box_of([float(number) for number in numbers], "size") if numbers else None), ""
    except (ValueError, TypeError, OverflowError):
        return None, f"its bbox {str(numbers)[:80]} is none; needed are x, y, width and height in pixels"
