"""What processes that were killed left behind, swept when the next one starts."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from emotion_core.datasets.names import datasets_folder
from emotion_core.files import TEMPORARY_WORDS, is_cut_short, is_locked, temporary_prefix
from emotion_core.models.registry import own_models_folder
from emotion_core.models.sequence import sequence_models_folder
from emotion_core.processes import process_mark
from emotion_core.runs.folder import runs_folder
from emotion_core.workspace import workspace

#: A mark of a set that is used carries the number of the process that uses it, see `datasets.usage`.
_USED_MARK = re.compile(r"\..*\.used-(\d+)-\d+")
#: Folders of this program among everybody's temporary files carry the number of their process, see
#: `files.temporary_folder`, and end as `tempfile` has it; so do those among models, which have a dot before, as no
#: model has.
_TEMPORARY = re.compile(rf"emotion-(?:{'|'.join(TEMPORARY_WORDS)})-(\d+)-[a-z0-9_]{{8}}")
_SCRATCH = re.compile(r"\.emotion-model-(\d+)-[a-z0-9_]{8}")
#: In the latter the model that gives way to the new one lies for a moment, in a folder of this name.
REPLACED = "replaced"


def scratch_prefix() -> str:
    """How a folder beside the models is to be called while a model is made in it; no model is called so."""
    return f".{temporary_prefix('model')}"


def sweep_leftovers() -> list[Path]:
    """Remove what imports, deletions and writings that were cut short have left; what was removed.

    What cannot be removed, as where it is somebody else's, stays.
    """
    found = [*_folders_cut_short(), *_files_of_the_dead(), *_scratch_of_the_dead(), *_temporary_of_the_dead()]
    return [path for path in found if _is_removed(path)]


def sweep_temporary() -> list[Path]:
    """Remove what killed processes left among temporary files, as `sweep_leftovers`, and nothing of the workspace.

    Several machines or containers may share that, and none knows which processes the others have.
    """
    return [path for path in _temporary_of_the_dead() if _is_removed(path)]


def _is_removed(path: Path) -> bool:
    """Remove a file or folder; whether it is gone."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return not os.path.lexists(path)


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
    roots = (datasets_folder(), runs_folder(), own_models_folder())
    for folder in (workspace(), *roots, *(folder for root in roots for folder in _in(root))):
        yield from (path for path in _in(folder) if is_cut_short(path))


def _scratch_of_the_dead() -> Iterator[Path]:
    """Folders in which a model was being made; one that was just being replaced by it is put back first."""
    for root in (own_models_folder(), sequence_models_folder()):
        for folder in _in(root):
            if _is_of_the_dead(_SCRATCH, folder) and _is_put_back(folder / REPLACED, root):
                yield folder


def _is_put_back(replaced: Path, root: Path) -> bool:
    """Put back a model that had to give way where there is no other in its place; False where it cannot be."""
    for model in _in(replaced):
        if not (root / model.name).exists():
            try:
                os.rename(model, root / model.name)
            except OSError:
                return False
    return True


def _temporary_of_the_dead() -> Iterator[Path]:
    found = (path for path in _in(Path(tempfile.gettempdir())) if _is_of_the_dead(_TEMPORARY, path))
    yield from (path for path in found if path.is_dir())


def _is_of_the_dead(kind: re.Pattern[str], path: Path) -> bool:
    """Whether a path is called like what a process makes that has ended."""
    found = kind.fullmatch(path.name)
    return found is not None and process_mark(int(found[1])) is None


def _in(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it is not there, no folder, or not ours to look into
        return []
