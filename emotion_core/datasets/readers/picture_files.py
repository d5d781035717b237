"""Pictures among the files of a folder or a zip."""

from __future__ import annotations

import numpy as np

from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.images import EXTENSIONS, MAX_BYTES, load_image


def is_picture(name: str) -> bool:
    """Whether a file is called as pictures are."""
    return name.lower().rpartition(".")[2] in EXTENSIONS


def load_picture(tree: Tree, name: str) -> np.ndarray:
    """A picture as an RGB or grey array; raises a ValueError where it cannot be read."""
    return load_image(read_whole(tree, name, MAX_BYTES))
