"""What processes that were killed left behind, swept when the next one starts."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from emotion_core.datasets.names import datasets_folder
from emotion_core.files import is_locked, temporary_prefix
from emotion_core.models.registry import own_models_folder
from emotion_core.models.sequence import sequence_models_folder
from emotion_core.runs.folder import runs_folder
from emotion_core.runs.processes import process_mark

#: A file that is being written carries the number of the process that writes it, see `files.replacing`.
_PARTIAL_FILE = re.compile(r"\..*\.(\d+)-\d+\.partial(\..*)?")
#: A mark of a set that is used carries the number of the process that uses it, see `datasets.usage`.
_USED_MARK = re.compile(r"\..*\.used-(\d+)-\d+")
#: Folders of this program among everybody's temporary files carry the number of their process, see
#: `files.temporary_folder`; so do those among models, which have a dot before, as no model has.
_TEMPORARY = re.compile(r"emotion-[a-z]+-(\d+)-.*")
_SCRATCH = re.compile(r"\.emotion-model-(\d+)-.*")


def scratch_prefix() -> str:
    """How a folder beside the models is to be called while a model is made in it; no model is called so."""
    return f".{temporary_prefix('model')}"


def sweep_leftovers() -> list[Path]:
    """Remove what imports, deletions and writings that were cut short have left; what was removed."""
    found = [*_folders_cut_short(), *_files_of_the_dead(), *_temporary_of_the_dead()]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return found


def _folders_cut_short() -> Iterator[Path]:
    """Sets and runs that were being made or deleted."""
    for root in (datasets_folder(), runs_folder()):
        for folder in _in(root):
            if not folder.name.startswith(".") or not folder.is_dir():
                continue
            lock = folder.with_name(f"{folder.name.removesuffix('.partial')}.lock")
            if ".deleted-" in folder.name or (folder.name.endswith(".partial") and not is_at_work(lock)):
                yield folder


def is_at_work(lock: Path) -> bool:
    """Whether somebody holds a lock; asking does not make its file."""
    return lock.exists() and is_locked(lock)


def _files_of_the_dead() -> Iterator[Path]:
    yield from (mark for mark in _in(datasets_folder()) if _is_of_the_dead(_USED_MARK, mark))
    for root in (datasets_folder(), runs_folder(), own_models_folder()):
        for folder in _in(root):
            yield from (path for path in _in(folder) if _is_of_the_dead(_PARTIAL_FILE, path))


def _temporary_of_the_dead() -> Iterator[Path]:
    yield from (folder for folder in _in(Path(tempfile.gettempdir())) if _is_of_the_dead(_TEMPORARY, folder))
    for root in (own_models_folder(), sequence_models_folder()):
        yield from (folder for folder in _in(root) if _is_of_the_dead(_SCRATCH, folder))


def _is_of_the_dead(kind: re.Pattern[str], path: Path) -> bool:
    """Whether a path is called like what a process makes that has ended."""
    found = kind.fullmatch(path.name)
    return found is not None and process_mark(int(found[1])) is None


def _in(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it is not there, no folder, or not ours to look into
        return []
