"""Pascal VOC's xml, as annotation tools write it: one a picture, with a name and a box for each face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.etree import ElementTree

from emotion_core.datasets.readers.annotations import Annotations, annotated, face_entry
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import AnnotatedBox, box_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.readers.xml_files import root_of
from emotion_core.datasets.splits import split_in_names

#: A larger xml is none of one picture.
MOST_BYTES = 2**20


def voc(pictures: Pictures) -> Source | None:
    """What Pascal VOC's xml files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = [name for name in tree.names() if name.lower().endswith(".xml") and _root(tree, name) is not None]
    if not files:
        return None
    progress = Progress(len(files))

    def said() -> Iterator[Entry]:
        for name in progress.over(files):
            yield from _entries_of(name, pictures)

    return annotated("Pascal VOC's xml with boxes", tree.source, Annotations(said, pictures), progress, files)


def _root(tree: Tree, name: str) -> ElementTree.Element | None:
    """The annotation in a file; None where it holds none."""
    root = root_of(tree, name, MOST_BYTES)
    return root if root is not None and root.tag == "annotation" and root.find("object") is not None else None


def _entries_of(file: str, pictures: Pictures) -> Iterator[Entry]:
    root = _root(pictures.tree, file)
    if root is None:
        return
    named = PurePosixPath((root.findtext("filename") or "").strip().replace("\\", "/"))
    path = pictures.nearest(file, PurePosixPath(file).stem) or pictures.nearest(file, named.stem)
    for number, face in enumerate(root.iter("object"), start=1):
        box, problem = _box(face)
        yield face_entry(
            pictures,
            "" if path else file,
            path or str(named),
            place=f"{file} object {number}",
            label=face.findtext("name") or "",
            split=split_in_names(path or "") or split_in_names(str(PurePosixPath(file).parent)),
            box=box,
            problem=problem,
        )


def _box(face: ElementTree.Element) -> tuple[AnnotatedBox | None, str]:
    """The box, or what is wrong with it."""
    texts = [face.findtext(f"bndbox/{corner}") or "" for corner in ("xmin", "ymin", "xmax", "ymax")]
    try:
        return box_of([float(text) for text in texts], "corners"), ""
    except ValueError:
        return None, f"its bndbox {' '.join(texts)!r} is none; needed are xmin, ymin, xmax and ymax in pixels"
