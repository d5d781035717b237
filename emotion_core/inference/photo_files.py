"""Which files are pictures to be analysed: those that are named, and all within folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from emotion_core.images import EXTENSIONS, begins_as_picture

#: What systems leave in folders of pictures.
HIDDEN = ("Thumbs.db", "desktop.ini")


def photos_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and of folders all pictures in them and below, in order of name.

    A file that is named itself is passed on whatever it is called, so that what is wrong with it is said.
    """
    for path in paths:
        if os.path.isdir(path):  # unlike Path's, it does not mind a folder that may not be looked into
            yield from _pictures_below(path)
        else:
            yield path


def _pictures_below(folder: Path) -> Iterator[Path]:
    """Pictures by their names, and folders that may not be looked into, which are then named as unreadable."""
    locked: list[Path] = []
    found = [
        Path(root, name)
        for root, _, names in os.walk(folder, onerror=lambda error: locked.append(Path(error.filename)))
        for name in names
        if is_photo(Path(root, name))
    ]
    yield from sorted([file for file in found if _may_be_file(file)] + locked)


def _may_be_file(path: Path) -> bool:
    """Whether a path is a file, or may not be looked at, as a link to where somebody may not go: it is named then."""
    try:
        return path.is_file()
    except OSError:
        return True


def skipped_in(paths: Iterable[Path]) -> list[Path]:
    """The files within folders that `photos_in` leaves out; hidden ones are not counted."""
    found = (
        Path(root, name)
        for path in paths
        if os.path.isdir(path)
        for root, _, names in os.walk(path)
        for name in names
        if not name.startswith(".") and name not in HIDDEN
    )
    return sorted(file for file in found if os.path.isfile(file) and not is_photo(file))


def is_photo(path: Path) -> bool:
    """Whether a file is called as pictures are, or has no ending and begins as pictures do."""
    if path.suffix:
        return path.suffix[1:].lower() in EXTENSIONS
    try:
        return path.is_file() and begins_as_picture(_beginning(path))  # a pipe would be waited for
    except OSError:
        return False


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(32)
