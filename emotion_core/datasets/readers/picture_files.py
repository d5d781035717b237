"""Pictures among the files of a folder or an archive, and those that a table means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import unquote

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Folder, Tree, read_whole
from emotion_core.images import EXTENSIONS, MAX_BYTES, begins_as_picture, load_image

#: What the aligned faces of RAF-DB have after their names in the list.
_ALIGNED = "_aligned"
#: What Label Studio puts before the name of a picture that was uploaded.
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")


def is_picture(name: str) -> bool:
    """Whether a file is called as pictures are."""
    return name.lower().rpartition(".")[2] in EXTENSIONS


def load_picture(tree: Tree, name: str) -> np.ndarray:
    """A picture as an RGB or grey array; raises a ValueError where it cannot be read."""
    return load_image(read_whole(tree, name, MAX_BYTES))


class Pictures:
    """The pictures in a tree, and those among them that paths in a table mean, which start where the table lies.

    Args:
        tree: the files.
        everywhere: a picture that is not there may lie anywhere in the tree, if no other one is called so. Else it may
            lie in a folder beside the table, and no more is looked at: around a table may be a whole home.
    """

    def __init__(self, tree: Tree, everywhere: bool = False):
        self.tree, self.everywhere = tree, everywhere

    @cached_property
    def names(self) -> list[str]:
        """All pictures: files that are called so, and such as have no ending and begin as pictures do."""
        return [name for name in self.tree.names() if is_picture(name) or self._is_unnamed_picture(name)]

    def find(self, table: str, path: str) -> str | None:
        """The name of a picture in the tree, or None where there is none, or more than one."""
        beside = (PurePosixPath(table).parent / path).as_posix()
        if self.tree.has(beside):
            return beside
        for one in dict.fromkeys((path, _of_address(path))):
            if self.everywhere:
                found = self._elsewhere(PurePosixPath(one))
            else:
                found = self._with_an_ending(beside) or self._one_folder_below(one) or self._nearby.get(_folded(one))
            if found:
                return found
        return None

    def why_missing(self, path: str) -> str:
        """Why there is no picture that a path means, where `find` finds none."""
        count = len(self._by_name[_folded(PurePosixPath(path).name)]) if self.everywhere else 0
        return f"{count} pictures are called {path!r}" if count > 1 else f"there is no picture {path!r}"

    def _with_an_ending(self, path: str) -> str | None:
        return next((name for ending in EXTENSIONS if path and self.tree.has(name := f"{path}.{ending}")), None)

    def _one_folder_below(self, path: str) -> str | None:
        """The picture in one of the folders beside the table, if it is in one of them only."""
        folders = self.tree.subfolders if isinstance(self.tree, Folder) and path else []
        found = [f"{folder}/{path}" for folder in folders if self.tree.has(f"{folder}/{path}")]
        found = found or [name for folder in folders if (name := self._with_an_ending(f"{folder}/{path}"))]
        return found[0] if len(found) == 1 else None

    def nearest(self, file: str, stem: str) -> str | None:
        """Of the pictures so called but for their ending the one that has most folders in common with a file."""
        found = self._by_stem[_folded(stem)]
        near = sorted((_shared(PurePosixPath(name).parts, PurePosixPath(file).parts), name) for name in found)
        return near[-1][1] if len(near) == 1 or (near and near[-1][0] > near[-2][0]) else None

    def _elsewhere(self, path: PurePosixPath) -> str | None:
        """The only picture called so, or called so but for its ending; of several the one in folders called so, too."""
        file, stem = _folded(path.name), _folded(path.stem)
        uploaded = _UPLOADED.sub("", file)
        for found in (
            self._by_name[file],
            self._by_stem[file],
            self._by_stem[stem],
            self._by_stem[stem + _ALIGNED],
            self._by_name[uploaded],
            self._by_number[file],
        ):
            if found:
                return found[0] if len(found) == 1 else _by_its_folders(found, path)
        return None

    @cached_property
    def _nearby(self) -> dict[str, str]:
        """What lies beside a table or one folder below by its name in small letters, if it is the only one."""
        names = self.tree.nearby() if isinstance(self.tree, Folder) else []
        found = _grouped(names + names, [_folded(n) for n in names] + [_folded(n.rpartition("/")[2]) for n in names])
        return {key: same[0] for key, same in found.items() if len(set(same)) == 1 and is_picture(same[0])}

    @cached_property
    def _by_number(self) -> defaultdict[str, list[str]]:
        """By a number those that are called by it with noughts before it, which spreadsheets take away."""
        numbered = [(name, PurePosixPath(name).stem) for name in self.names]
        found = [(name, stem.lstrip("0") or "0") for name, stem in numbered if stem.isdecimal()]
        return _grouped([name for name, _ in found], [number for _, number in found])

    @cached_property
    def _by_name(self) -> defaultdict[str, list[str]]:
        return _grouped(self.names, [_folded(PurePosixPath(name).name) for name in self.names])

    @cached_property
    def _by_stem(self) -> defaultdict[str, list[str]]:
        return _grouped(self.names, [_folded(PurePosixPath(name).stem) for name in self.names])

    def _is_unnamed_picture(self, name: str) -> bool:
        if re.fullmatch(r"(\.\d*)?", PurePosixPath(name).suffix) is None:
            return False
        try:
            with self.tree.open(name) as file:
                return begins_as_picture(file.read(32))
        except (DatasetError, OSError, ValueError, EOFError):
            return False


def _folded(text: str) -> str:
    """A name in small letters, its accents as everywhere but on Macs."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _of_address(path: str) -> str:
    """The path in an address of the web, or in one of Label Studio: /data/local-files/?d=faces/my%20face.png."""
    if "?d=" in path:
        path = path.partition("?d=")[2]
    elif "://" in path:
        path = path.partition("?")[0]
    return unquote(path)


def _grouped(names: Sequence[str], keys: Sequence[str]) -> defaultdict[str, list[str]]:
    found = defaultdict(list)
    for name, key in zip(names, keys, strict=True):
        found[key].append(name)
    return found


def _by_its_folders(names: Sequence[str], path: PurePosixPath) -> str | None:
    """Of several pictures that are called alike the one that has most folders in common with a path, if one has."""
    shared = sorted((_shared(PurePosixPath(name).parts[-2::-1], path.parts[-2::-1]), name) for name in names)
    return shared[-1][1] if shared[-1][0] > shared[-2][0] else None


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many of the first parts of two paths are the same."""
    pairs = zip(first, second, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a.casefold() != b.casefold()), min(len(first), len(second)))
