"""Json of strangers: what it holds, where it can be read."""

from __future__ import annotations

import json
from typing import Any

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, read_whole

#: A larger json is none of labels.
MOST_BYTES = 512 * 2**20


def json_in(tree: Tree, name: str) -> Any:
    """What a file holds; None where it is no json."""
    try:
        return json.loads(read_whole(tree, name, MOST_BYTES))
    except (DatasetError, ValueError, RecursionError):
        return None


def json_names(tree: Tree) -> list[str]:
    """The names of the json files."""
    return [name for name in tree.names() if name.lower().endswith(".json")]
