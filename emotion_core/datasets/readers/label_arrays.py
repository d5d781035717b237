"""Labels as .npy files beside pictures, one a picture, as AffectNet's annotations/123_exp.npy for images/123.jpg."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import from_files, nearby_entry
from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

#: A larger file holds more than one label.
MOST_BYTES = 4096
_LABEL_FILE = re.compile(r"(.+)_(?:exp|expr|expression|emotion|label)\.npy", re.IGNORECASE)


def label_arrays(pictures: Pictures) -> Source | None:
    """What numpy's files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = [name for name in tree.names() if _LABEL_FILE.fullmatch(name)]
    others = [name for name in tree.names() if name.lower().endswith(".npy")]  # of AffectNet: valence, arousal, points
    form = "pictures with a label each in a .npy file, as AffectNet's"
    return from_files(form, pictures, files, lambda name: [_entry_of(name, pictures)], others)


def _entry_of(file: str, pictures: Pictures) -> Entry:
    found = _LABEL_FILE.fullmatch(file)
    stem = PurePosixPath(found[1] if found else file).name
    label, problem = _label_in(pictures.tree, file)
    return nearby_entry(pictures, file, stem, place=file, label=label, problem=problem)


def _label_in(tree: Tree, file: str) -> tuple[str, str]:
    """The one label in a file, or what is wrong with it."""
    try:
        array = np.load(io.BytesIO(read_whole(tree, file, MOST_BYTES)), allow_pickle=False)
        return str(array.item()), ""
    except (DatasetError, ValueError, OSError, EOFError, AttributeError):
        return "", "it holds no single label; needed is one number or word, saved without pickle"
