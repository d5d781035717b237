"""Pascal VOC's xml, as annotation tools write it: one a picture, with a name and a box for each face."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from emotion_core.datasets.readers.annotations import from_files, nearby_entry
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import Box, box_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.datasets.readers.xml_files import root_of, xml_names

#: A larger xml is none of one picture.
MOST_BYTES = 2**20


def voc(pictures: Pictures) -> Source | None:
    """What Pascal VOC's xml files in a tree say of its pictures; None where there are none."""
    files = [name for name in xml_names(pictures.tree) if _root(pictures.tree, name) is not None]
    return from_files("Pascal VOC's xml with boxes", pictures, files, lambda name: _entries_of(name, pictures))


def _root(tree: Tree, name: str) -> ElementTree.Element | None:
    """The annotation in a file; None where it holds none."""
    root = root_of(tree, name, MOST_BYTES)
    return root if root is not None and root.tag == "annotation" and root.find("object") is not None else None


def _entries_of(file: str, pictures: Pictures) -> Iterator[Entry]:
    root = _root(pictures.tree, file)
    if root is None:
        return
    path = (root.findtext("filename") or "").strip()
    for number, face in enumerate(root.iter("object"), start=1):
        place, label = f"{file} object {number}", face.findtext("name") or ""
        yield nearby_entry(pictures, file, path, place=place, label=label, box=_box(face))


def _box(face: ElementTree.Element) -> Box:
    """The box, or what is wrong with it."""
    texts = [face.findtext(f"bndbox/{corner}") or "" for corner in ("xmin", "ymin", "xmax", "ymax")]
    try:
        return box_of([float(text) for text in texts], "corners"), ""
    except ValueError:
        return None, f"its bndbox {' '.join(texts)!r} is none; needed are xmin, ymin, xmax and ymax in pixels"
