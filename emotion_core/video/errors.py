"""What is wrong with a video, in words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from emotion_core.images import ImageError, load_image

READABLE = "MP4, MOV, MKV, WebM, AVI, MPEG, FLV, WMV and GIF"
NO_MEMORY = "decoding it takes more memory than there is"


class VideoError(ValueError):
    """A video that cannot be used; the message says why and what is allowed."""


def check_file(path: Path) -> None:
    """Raise a VideoError unless a path leads to a file that may be read and holds something."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise VideoError("there is no such file") from None
    except PermissionError:
        raise VideoError("no permission to read the file") from None
    except (OSError, ValueError) as error:  # a link to itself, a name too long or with a null character
        raise VideoError(f"the file cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if stat.S_ISDIR(status.st_mode):
        raise VideoError("this is a folder, not a video")
    if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device might never end
        raise VideoError("this is a pipe or a device, not a file; allowed are files")
    if not status.st_size:
        raise VideoError("the file is empty")
    if not os.access(path, os.R_OK):
        raise VideoError("no permission to read the file")


def form_of(path: Path) -> str | None:
    """What FFmpeg calls the form that a file's first bytes tell; None for one that is not among the usual."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    return "avi" if head[:4] == b"RIFF" and head[8:11] == b"AVI" else None


def why_unreadable(path: Path) -> str:
    """Why a file that is no video, or a damaged one, cannot be read."""
    if is_picture(path):
        return "this is a picture, not a video; analyse it as a photo"
    if form_of(path):
        return "the video is damaged or incomplete: its index or its first frames are missing"
    return f"this is not a video that can be read; readable are {READABLE}"


def is_picture(path: Path) -> bool:
    """Whether a file is a picture, whatever it is called."""
    try:
        load_image(path)
    except ImageError:
        return False
    return True
