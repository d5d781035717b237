"""Archives inside a folder or an archive, such as train.zip and test.zip in one zip: each read like a folder.

They are opened one level deep, and all together may unpack to no more than a single archive may.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import (
    MOST_FILES,
    Archive,
    Tree,
    Zip,
    damage_named,
    most_unpacked,
    nested_archives,
)
from emotion_core.datasets.readers.tar_files import Tar

#: More archives than this are not opened.
MOST_ARCHIVES = 100
_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class Unpacked:
    """The files of a tree, and those of archives in it, each as in a folder called like the archive.

    The folder has the archive's ending, too, where files in it would be called like others without.

    Attributes:
        archives: the names of these archives.
        repeated: the names that more than one member of an archive, or of the tree, has; see `Archive`.
    """

    def __init__(self, outer: Tree, inner: Mapping[str, Zip | Tar]):
        self.source = outer.source
        self.archives = list(inner)
        self.repeated = list(outer.repeated) if isinstance(outer, Archive) else []
        self.repeated += [f"{archive}/{name}" for archive, tree in inner.items() for name in tree.repeated]
        self._places: dict[str, tuple[Tree, str]] = {name: (outer, name) for name in outer.names() if name not in inner}
        for archive, tree in inner.items():
            folder = _folder_of(archive)
            if any(f"{folder}/{name}" in self._places for name in tree.names()):  # train.tar beside train.zip
                folder = archive
            self._places |= {f"{folder}/{name}": (tree, name) for name in tree.names()}
        if len(self._places) > MOST_FILES:
            raise DatasetError(f"{self.source} holds more than {MOST_FILES:,} files in its archives")

    def names(self) -> list[str]:
        return sorted(self._places)

    def open(self, name: str) -> BinaryIO:
        tree, inside = self._at(name)
        return tree.open(inside)

    def has(self, name: str) -> bool:
        return name in self._places

    def size(self, name: str) -> int:
        tree, inside = self._at(name)
        return tree.size(inside)

    def _at(self, name: str) -> tuple[Tree, str]:
        if name not in self._places:
            raise DatasetError(f"{self.source}: there is no file {name!r}")
        return self._places[name]


def unpacked(tree: Tree, packed: int | None) -> Tree:
    """A tree with the zips and tars in it opened; the same where there are none.

    Args:
        packed: the bytes of the archive that it is; None for a folder.

    Raises:
        DatasetError: one of them is damaged or hostile, or all would unpack to far more than they should.
    """
    names = [name for name in nested_archives(tree) if name.lower().endswith(_ENDINGS)]
    if not names:
        return tree
    if len(names) > MOST_ARCHIVES:
        raise DatasetError(f"{tree.source} holds {len(names):,} archives; at most {MOST_ARCHIVES} are opened")
    left = most_unpacked(sum(map(tree.size, names)) if packed is None else packed)
    opened: dict[str, Zip | Tar] = {}
    for name in names:
        opened[name] = _opened(tree, name, left)
        left -= sum(map(opened[name].size, opened[name].names()))
        if left < 0:
            raise _too_much(tree)
    return Unpacked(tree, opened)


def _opened(tree: Tree, name: str, most: int) -> Zip | Tar:
    if tree.size(name) > most:
        raise _too_much(tree)
    shown, file = f"{tree.source}/{name}", _copied(tree, name)
    return Zip(file, shown) if name.lower().endswith(".zip") else Tar(file, shown, most)


def _copied(tree: Tree, name: str) -> IO[bytes]:
    """An archive as a file that can be read in any order, without a name; it is gone with this process."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (it is read as long as the archive lives)
    with damage_named(tree, name), tree.open(name) as file:
        shutil.copyfileobj(file, copy)
    copy.seek(0)
    return copy


def _too_much(tree: Tree) -> DatasetError:
    return DatasetError(f"{tree.source}: its archives would unpack to far more than pictures do; unpack them yourself")


def _folder_of(archive: str) -> str:
    """train for train.zip and for train.tar.gz."""
    ending = max((ending for ending in _ENDINGS if archive.lower().endswith(ending)), key=len)
    return PurePosixPath(archive[: -len(ending)] or archive).as_posix()
