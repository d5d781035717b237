"""Who works with a stored set at the moment: it is not deleted meanwhile."""

from __future__ import annotations

import glob
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from emotion_core.datasets.names import datasets_folder
from emotion_core.files import is_locked, locked


@contextmanager
def marked_used(names: Iterable[str]) -> Iterator[None]:
    """Mark stored sets as used, by any number at once, until this ends or the process dies."""
    with ExitStack() as stack:
        for name in set(names):
            mark = datasets_folder() / f"{_stem(name)}{os.getpid()}-{threading.get_ident()}"
            stack.callback(mark.unlink, missing_ok=True)
            stack.enter_context(locked(mark))
        yield


def is_used(name: str) -> bool:
    """Whether anybody has a set marked as used."""
    # A mark without a lock stays, as it may be about to be locked; `jobs.leftovers` sweeps those of the dead.
    return any(map(is_locked, datasets_folder().glob(f"{glob.escape(_stem(name))}*")))


def kept_file(name: str) -> Path:
    """The lock of whoever makes a set, deletes it, or derives another one from it."""
    return datasets_folder() / f".{name}.lock"


def _stem(name: str) -> str:
    return f".{name}.used-"
