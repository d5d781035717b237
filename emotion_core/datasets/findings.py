"""What takes long to find in a stored set, found once: which pictures are alike, and what a model answers.

It depends on the pictures alone. Those of an import never change, so it is kept in the import's folder, and the sets
derived from it share it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from emotion_core.datasets.quality import Likeness, find_likeness
from emotion_core.datasets.store import import_folder, open_import
from emotion_core.emotions import EMOTIONS
from emotion_core.files import replacing


def likeness_file(name: str) -> Path:
    """Where the likeness of a set's pictures is kept; raises a DatasetError if there is no such set."""
    return import_folder(name) / "likeness.npz"


def answers_file(name: str, mark: str) -> Path:
    """Where a model's answers are kept; `mark` says which model, as a file's name may."""
    return import_folder(name) / f"answers-{mark}.npy"


def kept_likeness(name: str) -> Likeness | None:
    """The likeness of a set's pictures, if it was looked for before."""
    try:
        with likeness_file(name).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return Likeness(kept["empty"], kept["pairs"])
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):  # not looked for yet, or damaged
        return None


def kept_answers(name: str, mark: str) -> np.ndarray | None:
    """A model's answers to all faces of the import, (N, 7), if it was asked before."""
    try:
        with answers_file(name, mark).open("rb") as file:
            answers = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):  # not asked yet, or damaged
        return None
    return answers if answers.shape[1:] == (len(EMOTIONS),) else None


def look_for_likeness(name: str, progress: Callable[[float], None] = lambda share: None) -> Likeness:
    """The likeness of a set's pictures; the first time it takes seconds for ten thousands of them.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    kept = kept_likeness(name)
    if kept is not None:
        return kept
    found = find_likeness(open_import(name), progress)
    _keep(likeness_file(name), lambda file: np.savez(file, empty=found.empty, pairs=found.pairs))
    return found


def ask(
    name: str,
    mark: str,
    predict: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """A model's answers to all faces of the import, (N, 7) float32, asked the first time.

    Args:
        name: the set.
        mark: which model it is.
        predict: from faces, a memory map, to probabilities, columns in the order of `EMOTIONS`.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    kept = kept_answers(name, mark)
    if kept is not None:
        return kept
    answers = predict(open_import(name).images)
    _keep(answers_file(name, mark), lambda file: np.save(file, answers))
    return answers


def _keep(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file whole or not at all. Where the disk is full, what was found is used all the same, and not kept."""
    with suppress(OSError), replacing(path) as partial:
        write(partial)
