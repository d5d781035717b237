"""CVAT's xml ("CVAT for images"): all pictures in one file, with boxes, outlines or a tag, and attributes of each."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, around, box_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.datasets.readers.xml_files import root_of, xml_names
from emotion_core.datasets.splits import split_of
from emotion_core.emotions import emotion_of

#: A larger xml is none of pictures.
MOST_BYTES = 256 * 2**20
_OUTLINES = ("polygon", "polyline", "points")


def cvat(pictures: Pictures) -> Source | None:
    """What CVAT's xml files in a tree say of its pictures; None where there are none."""
    files = [name for name in xml_names(pictures.tree) if _root(pictures.tree, name) is not None]
    return from_files("CVAT's xml", pictures, files, lambda name: _entries_of(name, pictures))


def _root(tree: Tree, name: str) -> ElementTree.Element | None:
    root = root_of(tree, name, MOST_BYTES)
    return root if root is not None and root.tag == "annotations" and root.find("image") is not None else None


def _entries_of(file: str, pictures: Pictures) -> Iterator[Entry]:
    root = _root(pictures.tree, file)
    for image in [] if root is None else root.iter("image"):
        path = image.get("name", "")
        subset = image.get("subset", "")
        split = subset if split_of(subset) else ""
        faces = [shape for shape in image if shape.tag in ("box", "tag", *_OUTLINES)]
        boxed = [shape for shape in faces if shape.tag != "tag"]
        for number, shape in enumerate(boxed or faces, start=1):
            place, label, box = f"{file} {path} {shape.tag} {number}", _label(shape, faces), _box(shape)
            yield face_entry(pictures, file, path, place=place, label=label, split=split, box=box)


def _label(shape: ElementTree.Element, faces: list[ElementTree.Element]) -> str:
    """What a shape's attributes say, else its own label, or where that is as "face" the only tag of the picture."""
    own = {one.get("name", ""): one.text for one in shape.iter("attribute")}
    tags = [one.get("label", "") for one in faces if one.tag == "tag"]
    label = shape.get("label", "")
    found = label_among(own)
    if found and (emotion_of(found) or not emotion_of(label)):
        return found
    return tags[0] if len(tags) == 1 and not emotion_of(label) else label


def _box(shape: ElementTree.Element) -> Box:
    """The box, or what is wrong with it; a tag has none."""
    if shape.tag == "tag":
        return None, ""
    try:
        if shape.tag == "box":
            return box_of([float(shape.get(corner, "")) for corner in ("xtl", "ytl", "xbr", "ybr")], "corners"), ""
        points = [[float(number) for number in point.split(",")] for point in shape.get("points", "").split(";")]
        return around(points), ""
    except (ValueError, TypeError):
        return None, f"its {shape.tag} is none; needed are corners in pixels"
