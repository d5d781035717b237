"""COCO's json, as annotation tools write it: pictures, categories, and a box with a category for each face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emotion_core.datasets.readers.annotations import Annotations, annotated, face_entry
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import AnnotatedBox, box_of
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_in_names

_Json = Mapping[str, Any]


def coco(pictures: Pictures) -> Source | None:
    """What COCO's json files in a tree say of its pictures; None where there is none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}
    if not files:
        return None
    progress = Progress(len(files))

    def said() -> Iterator[Entry]:
        for name in progress.over(list(files)):
            yield from _entries_of(files[name], name, pictures)

    return annotated("COCO's json with boxes", tree.source, Annotations(said, pictures), progress, list(files))


def _read(tree: Tree, name: str) -> _Json | None:
    content = json_in(tree, name)
    is_coco = isinstance(content, dict) and all(isinstance(content.get(k), list) for k in ("images", "annotations"))
    return content if is_coco and isinstance(content.get("categories"), list) else None


def _entries_of(content: _Json, file: str, pictures: Pictures) -> Iterator[Entry]:
    paths = {image.get("id"): str(image.get("file_name", "")) for image in _objects(content, "images")}
    names = {category.get("id"): str(category.get("name", "")) for category in _objects(content, "categories")}
    for number, annotation in enumerate(_objects(content, "annotations")):
        path = paths.get(annotation.get("image_id"), "")
        split = split_in_names(path) or split_in_names(file)
        label, place = names.get(annotation.get("category_id"), ""), f"{file} annotation {number}"
        box, problem = _box(annotation.get("bbox"))
        yield face_entry(pictures, file, path, place=place, label=label, split=split, box=box, problem=problem)


def _objects(content: _Json, key: str) -> list[_Json]:
    return [item for item in content[key] if isinstance(item, dict)]


def _box(numbers: Any) -> tuple[AnnotatedBox | None, str]:
    """The box, if there is one, or what is wrong with it."""
    try:
        return (box_of([float(number) for number in numbers], "size") if numbers else None), ""
    except (ValueError, TypeError, OverflowError):
        return None, f"its bbox {str(numbers)[:80]} is none; needed are x, y, width and height in pixels"
