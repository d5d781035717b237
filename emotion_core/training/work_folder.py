"""The folder beside a bundle in which its run is trained: whose it is, and that one process at a time works in it.

A mark in it says which run it holds and what that went on from. It is the first file there, and whoever trains holds
it; a folder that has files and no mark belongs to somebody else.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LAST_FILE
from emotion_core.training.bundle import ABOUT, RUN, unpack_run


@dataclass(frozen=True)
class Work:
    """The folder, and its mark, which is open for as long as this process has the folder."""

    folder: Path
    mark: BinaryIO


@contextmanager
def work_at(bundle: Path) -> Iterator[Work]:
    """Have the folder beside a bundle, made if it is not there, for this process alone.

    Raises:
        RunError: it has files of somebody else in it, or another process trains there.
        OSError: it cannot be made or written to.
    """
    folder = bundle.with_name(f"{bundle.stem}-training")
    folder.mkdir(exist_ok=True)
    others = sorted(path.name for path in folder.iterdir() if path.name != ABOUT)
    path = folder / ABOUT
    if others and not (path.is_file() and path.stat().st_size):
        raise RunError(f"{folder} has other files in it, such as {others[0]}; move it away, or rename {bundle.name}")
    with path.open("a+b") as mark:
        if not _taken(mark):
            raise RunError(f"another process trains in {folder}; wait for its end, or end it")
        yield Work(folder, mark)


def begin(work: Work, archive: zipfile.ZipFile) -> None:
    """Unpack the run of a bundle, or leave it as far as a process has come with it that was killed.

    Raises:
        RunError: the folder is another bundle's, or the bundle has no network to go on from.
        OSError: the disk is full.
    """
    if RUN + LAST_FILE not in archive.namelist():
        raise RunError(f"the bundle has no {LAST_FILE} to go on from; bundle the run again")
    with archive.open(RUN + LAST_FILE) as last:
        about, bundled = archive.read(ABOUT), _sum_of(last)
    kept = work.folder / LAST_FILE
    work.mark.seek(0)
    mark = work.mark.read()
    nothing_lost = not kept.exists() or _sum_at(kept) == bundled
    if mark not in (b"", about + bundled) and not (mark.startswith(about) and nothing_lost):
        reason = "belongs to another run, or to this one when it had come less far"
        raise RunError(f"{work.folder} {reason}; delete it, or move it away")
    work.mark.truncate(0)
    work.mark.write(about + bundled)
    work.mark.flush()
    if kept.exists():
        print(f"going on from {work.folder}, which a process that was killed has left", flush=True)
    else:
        unpack_run(archive, work.folder)


def _sum_at(path: Path) -> bytes:
    with path.open("rb") as file:
        return _sum_of(file)


def _sum_of(file: IO[bytes]) -> bytes:
    summed = hashlib.sha256()
    while part := file.read(2**20):
        summed.update(part)
    return summed.hexdigest().encode()


def _taken(file: BinaryIO) -> bool:
    """Take the lock that a file stands for; the system lets go of it if the process dies. False where another has it.

    Not by `files.locked`, whose library a borrowed machine need not have.
    """
    if sys.platform == "win32":
        import msvcrt

        file.seek(2**30)  # others cannot read what is locked there
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk that knows no locks
        return True
    return True
