"""The VGG Image Annotator's json or csv: regions of pictures with attributes, or attributes of whole pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, around, box_of
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.labels import column_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

_COLUMNS = ("filename", "fileattributes", "regionshapeattributes", "regionattributes")
_Object = Mapping[str, Any]


@dataclass(frozen=True)
class _Region:
    """A part of a picture, or with an empty shape the picture as a whole."""

    place: str
    path: str
    shape: _Object
    attributes: _Object


def via(pictures: Pictures) -> Source | None:
    """What the files of the VGG Image Annotator in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = [name for name in json_names(tree) if _pictures_in(tree, name)]
    tables = {name: table for name in tree.names() if name.lower().endswith(".csv") and (table := _table(tree, name))}

    def said_in(name: str) -> Iterator[Entry]:
        for region in _rows_of(tables[name]) if name in tables else _regions_in(tree, name):
            yield _entry(region, name, pictures)

    return from_files("the VGG Image Annotator's files", pictures, [*files, *tables], said_in)


def _pictures_in(tree: Tree, name: str) -> list[_Object]:
    """What a json says of each picture: as a project, or as annotations that were exported."""
    content = json_in(tree, name)
    found = content.get("_via_img_metadata", content) if isinstance(content, dict) else {}
    rows = list(found.values()) if isinstance(found, dict) else []
    return rows if all(isinstance(row, dict) and "filename" in row and "regions" in row for row in rows) else []


def _regions_in(tree: Tree, name: str) -> Iterator[_Region]:
    for picture in _pictures_in(tree, name):
        path, regions = str(picture["filename"]), picture["regions"]
        regions = list(regions.values()) if isinstance(regions, dict) else regions
        of_picture = _object(picture.get("file_attributes"))
        faces = [region for region in regions or [] if isinstance(region, dict)]
        for number, face in enumerate(faces, start=1):
            attributes = _object(face.get("region_attributes"))
            shape = _object(face.get("shape_attributes"))
            yield _Region(f"{name} {path} region {number}", path, shape, attributes or of_picture)
        if not faces and of_picture:
            yield _Region(f"{name} {path}", path, {}, of_picture)


def _table(tree: Tree, name: str) -> Csv | None:
    try:
        table = Csv(tree, name)
    except DatasetError:
        return None
    return table if all(column_of(table.header, (column,)) is not None for column in _COLUMNS) else None


def _rows_of(table: Csv) -> Iterator[_Region]:
    path, of_picture, shape, of_region = (column_of(table.header, (column,)) or 0 for column in _COLUMNS)
    for line, fields in table.rows():
        if len(fields) != len(table.header):
            continue
        attributes = _object(fields[of_region]) or _object(fields[of_picture])
        if attributes:
            yield _Region(f"{table.name} line {line}", fields[path].strip(), _object(fields[shape]), attributes)


def _object(value: Any) -> _Object:
    """An object of json, also where it stands as text; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _entry(region: _Region, file: str, pictures: Pictures) -> Entry:
    label, box = label_among(region.attributes), _box(region.shape)
    return face_entry(pictures, file, region.path, place=region.place, label=label, box=box)


def _box(shape: _Object) -> Box:
    """The box of a rectangle, or about a circle, an ellipse or an outline; or what is wrong with it."""
    if not shape:
        return None, ""
    try:
        if "width" in shape:
            return box_of([float(shape[name]) for name in ("x", "y", "width", "height")], "size"), ""
        if "cx" in shape:
            across, down = float(shape.get("rx", shape.get("r"))), float(shape.get("ry", shape.get("r")))
            x, y = float(shape["cx"]), float(shape["cy"])
            return box_of([x - across, y - down, 2 * across, 2 * down], "size"), ""
        pairs = zip(shape["all_points_x"], shape["all_points_y"], strict=True)
        return around([(float(x), float(y)) for x, y in pairs]), ""
    except (KeyError, ValueError, TypeError, OverflowError):
        return None, f"its shape {json.dumps(shape)[:80]} has no box; needed is a rect, circle, ellipse or polygon"
