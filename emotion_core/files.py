"""Writing a file whole or not at all, a lock that keeps two processes apart, and folders for temporary files."""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Seconds between two tries to get a lock that another holds.
_RETRY_SECONDS = 0.01
#: What temporary folders are for; one that is called otherwise is not of this program.
TEMPORARY_WORDS = ("clip", "convert", "export", "jobs", "load", "model", "serve", "teach", "train", "upload", "video")

#: What is being written carries the numbers of the process and the thread that write it.
_PARTIAL = re.compile(r"\..*\.(\d+)-(\d+)\.partial(\..*)?", re.DOTALL)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside a file, with the same ending, to write to. It takes the file's place when all went well.

    Otherwise it vanishes and the file is as it was before. So whoever reads meanwhile, and whoever looks after the
    machine has lost power, finds the old content or the new one, whole.

    Raises:
        OSError: the folder is gone, the disk is full, or the file cannot be replaced.
    """
    partial = _partial(path)
    try:
        yield partial
        reach_disk(partial)
        os.replace(partial, path)
        reach_disk(path.parent)
    finally:
        with suppress(OSError):  # where nothing can be written, nothing can be removed; what failed first is said
            partial.unlink()


@contextmanager
def exporting(path: Path) -> Iterator[Path]:
    """As `replacing`, for a file anywhere that somebody named: a link stays, and what it leads to is replaced.

    A pipe or a device is written to as it is. What was left by processes that were killed goes first, see
    `clear_leftovers`.

    Raises:
        OSError: as `replacing`.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        yield target
        return
    clear_leftovers(target)
    with replacing(target) as partial:
        yield partial


@contextmanager
def scratch_beside(path: Path) -> Iterator[Path]:
    """A folder beside what is made in it and moved out when it is whole; see `clear_leftovers`.

    Raises:
        OSError: the folder that it is to lie in is gone, or cannot be written to.
    """
    clear_leftovers(path)
    scratch = _partial(path)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def clear_leftovers(path: Path) -> None:
    """Remove what processes that were killed have left of a file or folder that they were about to write.

    On a disk that several machines or containers share, what one of the others is just writing goes, too.
    """
    for left in path.parent.glob(f".{glob.escape(path.stem)}.*.partial{glob.escape(path.suffix)}"):
        if not is_cut_short(left):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def is_cut_short(partial: Path) -> bool:
    """Whether something is called as what is being written, and nobody writes to it any more."""
    found = _PARTIAL.fullmatch(partial.name)
    if found is None:
        return False
    process, thread = int(found[1]), int(found[2])
    if process == os.getpid():  # of another one perhaps: in a container each new one begins with the same number
        return thread not in {one.ident for one in threading.enumerate()}
    from emotion_core.processes import process_mark  # what trains on a borrowed machine has no need of it

    return process_mark(process) is None


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.stem}.{os.getpid()}-{threading.get_ident()}.partial{path.suffix}")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or as it was before; see `replacing`."""
    with replacing(path) as partial:
        partial.write_bytes(content)


def move_into_place(written: Path, target: Path) -> None:
    """Rename a file or folder so that under its new name it is whole, also after the power was lost.

    Raises:
        OSError: there is something under that name, the disk is full, or the folder is gone.
    """
    reach_disk_whole(written)
    os.rename(written, target)
    reach_disk(target.parent)


def reach_disk_whole(written: Path) -> None:
    """Wait until a file, or a folder with all that is in it, is on the disk.

    Raises:
        OSError: the disk is full or fails, or a file is gone.
    """
    if written.is_file():
        reach_disk(written)
    for place, _, files in os.walk(written):
        for name in files:
            reach_disk(Path(place) / name)
        reach_disk(Path(place))


def reach_disk(path: Path) -> None:
    """Wait until what a file holds, or which names a folder has, is on the disk.

    Raises:
        OSError: the disk is full or fails, or it is gone.
    """
    if path.is_dir() and os.name == "nt":  # which has no such thing
        return
    opened = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def locked(path: Path, busy: Exception | None = None) -> Iterator[None]:
    """Hold the lock that a file stands for. The system lets go of it if the process dies.

    Two threads of one process keep each other out, too; so one thread must not ask for the same lock twice.

    Args:
        path: of the file, which is made if it is missing and stays; its folder must be there.
        busy: what to raise where another holds the lock; without it, this waits.

    Raises:
        OSError: the file cannot be opened.
    """
    from filelock import lock_descriptor  # takes longer to load than a look at a photo can spare

    with path.open("ab") as file:
        if not lock_descriptor(file.fileno(), blocking=busy is None, poll_interval=_RETRY_SECONDS):
            assert busy is not None
            raise busy
        yield


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock that a file stands for; nobody can hold one that cannot be opened."""
    from filelock import lock_descriptor

    try:
        with path.open("ab") as file:
            return not lock_descriptor(file.fileno(), blocking=False)
    except OSError:
        return False


def temporary_folder(what: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for temporary files, which is swept by `jobs.sweep_leftovers` where this process is killed.

    Args:
        what: it is for, one of `TEMPORARY_WORDS`.

    Raises:
        ValueError: it is another word, by which such a folder would not be swept.
    """
    return tempfile.TemporaryDirectory(prefix=temporary_prefix(what))


def temporary_prefix(what: str) -> str:
    """How such a folder's name begins: with the number of the process that it is of. Raises as `temporary_folder`."""
    if what not in TEMPORARY_WORDS:
        raise ValueError(f"no temporary folder is for {what!r}; allowed are {', '.join(TEMPORARY_WORDS)}")
    return f"emotion-{what}-{os.getpid()}-"
