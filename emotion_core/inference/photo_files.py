"""Which files are pictures to be analysed: those that are named, and all within folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from emotion_core.images import EXTENSIONS


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
        if name.rpartition(".")[2].lower() in EXTENSIONS
    ]
    yield from sorted([file for file in found if file.is_file()] + locked)
