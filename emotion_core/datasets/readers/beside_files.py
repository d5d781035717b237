"""A file beside each picture with nothing but its label: 0001.cls or 0001.txt, or 0001.json with a label in it."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.json_files import json_in
from emotion_core.datasets.readers.labels import LABEL_COLUMNS, column_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

#: As webdataset's shards have them, and as people do.
ENDINGS = (".cls", ".label", ".lbl", ".txt", ".json")
#: A larger file is no label.
MOST_BYTES = 2**16
_ONE_LABEL = re.compile(r"\d{1,2}|[^\W\d][\w -]{0,59}")


def beside(pictures: Pictures) -> Source | None:
    """What files beside pictures say of them; None where these are none, or hold anything else."""
    tree = pictures.tree
    texts = {name for name in tree.names() if name.endswith(ENDINGS)}
    files = {name: file for name in pictures.names if texts and (file := _file_of(texts, name))}
    if not files or not all(_label_in(tree, file) for file in files.values()):
        return None

    def said_in(name: str) -> list[Entry]:
        return [face_entry(pictures, "", name, place=files[name], label=_label_in(tree, files[name]))]

    form = "a file with the label beside each picture"
    return from_files(form, pictures, list(files), said_in, list(files.values()))


def _file_of(texts: Container[str], picture: str) -> str | None:
    """The file called as a picture, beside it or in the folder labels beside its folder images."""
    stem = PurePosixPath(picture).with_suffix("").as_posix()
    stems = (stem, re.sub(r"(^|/)(?:images|imgs?)(?=/)", r"\1labels", stem))
    return next((name for one in stems for ending in ENDINGS if (name := f"{one}{ending}") in texts), None)


def _label_in(tree: Tree, file: str) -> str:
    """The label that is all a file holds, or that stands under a name such as label in it; empty for none."""
    if file.endswith(".json"):
        content = json_in(tree, file)
        called = isinstance(content, dict) and column_of(list(map(str, content)), LABEL_COLUMNS) is not None
        return label_among(content) if called else ""
    try:
        text = read_whole(tree, file, MOST_BYTES).decode("utf-8-sig").strip()
    except (DatasetError, UnicodeDecodeError):
        return ""
    return text if _ONE_LABEL.fullmatch(text) else ""
