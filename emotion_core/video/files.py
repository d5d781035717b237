"""Which files are videos to be analysed: those that are named, and all within folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

#: File name endings of videos, for walking folders and for upload widgets. A GIF is read as a video too, where that is
#: asked for; by its name it is taken for a picture.
EXTENSIONS = (
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "flv", "wmv", "ogv", "3gp", "mxf",
)  # fmt: skip


def is_video_name(path: Path) -> bool:
    """Whether a file is called like a video."""
    return path.suffix[1:].lower() in EXTENSIONS


def videos_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and of folders all videos in them and below, in order of name.

    A file that is named itself is passed on whatever it is called, so that what is wrong with it is said.
    """
    for path in paths:
        if os.path.isdir(path):
            found = (Path(root, name) for root, _, names in os.walk(path) for name in names)
            yield from sorted(file for file in found if is_video_name(file) and file.is_file())
        else:
            yield path
