"""LabelMe's json: one a picture, with a label and a rectangle or an outline for each face, or flags for the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emotion_core.datasets.readers.annotations import from_files, nearby_entry
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, around
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source


def labelme(pictures: Pictures) -> Source | None:
    """What LabelMe's json files in a tree say of its pictures; None where there are none."""
    files = [name for name in json_names(pictures.tree) if _content(pictures.tree, name) is not None]
    return from_files("LabelMe's json files", pictures, files, lambda name: _entries_of(name, pictures))


def _content(tree: Tree, name: str) -> Mapping[str, Any] | None:
    content = json_in(tree, name)
    is_labelme = isinstance(content, dict) and isinstance(content.get("shapes"), list) and "imagePath" in content
    return content if is_labelme else None


def _entries_of(file: str, pictures: Pictures) -> Iterator[Entry]:
    content = _content(pictures.tree, file) or {}
    shapes = [shape for shape in content.get("shapes", []) if isinstance(shape, dict)]
    flags = content.get("flags")
    if not shapes and isinstance(flags, dict) and any(flags.values()):
        shapes = [{"label": label_among(flags)}]
    for number, shape in enumerate(shapes, start=1):
        place, label = f"{file} shape {number}", str(shape.get("label") or "")
        path = str(content.get("imagePath") or "")
        yield nearby_entry(pictures, file, path, place=place, label=label, box=_box(shape))


def _box(shape: Mapping[str, Any]) -> Box:
    """The box about an outline, or about a circle by its middle and a point on it; or what is wrong with it."""
    if "points" not in shape:
        return None, ""
    try:
        points = [(float(x), float(y)) for x, y in shape["points"]]
        if shape.get("shape_type") == "circle" and len(points) == 2:
            (x, y), (edge_x, edge_y) = points
            radius = ((x - edge_x) ** 2 + (y - edge_y) ** 2) ** 0.5
            points = [(x - radius, y - radius), (x + radius, y + radius)]
        return around(points), ""
    except (ValueError, TypeError, OverflowError):
        return None, f"its points {str(shape['points'])[:80]} are no outline; needed are two or more in pixels"
