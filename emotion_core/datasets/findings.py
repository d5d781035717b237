"""What takes long to find in a stored set, found once: near-duplicates and empty images, and a model's predictions.

It depends on the pictures alone. Those of an import never change, so it is kept in the import's folder, and the sets
derived from it share it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from emotion_core.datasets.quality import ImageFindings, examine_images
from emotion_core.datasets.store import import_folder, open_import
from emotion_core.files import replacing
from emotion_core.progress import Progress, no_progress


def image_findings_file(name: str) -> Path:
    """Where what was found in a set's pictures is kept; raises a DatasetError if there is no such set."""
    return import_folder(name) / "likeness.npz"  # called so since the first version


def predictions_file(name: str, mark: str) -> Path:
    """Where a model's predictions are kept; `mark` says which model, as a file's name may."""
    return import_folder(name) / f"answers-{mark}.npy"  # called so since the first version


def kept_image_findings(name: str) -> ImageFindings | None:
    """What was found in a set's pictures, if they were examined before."""
    try:
        with image_findings_file(name).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return ImageFindings(kept["empty"], kept["pairs"])
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):  # not examined yet, or damaged
        return None


def kept_predictions(name: str, mark: str) -> np.ndarray | None:
    """A model's predictions for all faces of the import, (N, classes), if they were made before."""
    predictions = kept_array(predictions_file(name, mark))
    return predictions if predictions is not None and predictions.ndim == 2 else None


def image_findings_of(name: str, progress: Progress = no_progress) -> ImageFindings:
    """Examine a set's pictures; the first time it takes seconds for ten thousands of them.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    kept = kept_image_findings(name)
    if kept is not None:
        return kept
    found = examine_images(open_import(name), progress)
    keep(image_findings_file(name), lambda file: np.savez(file, empty=found.empty, pairs=found.near_duplicates))
    return found


def predictions_of(name: str, mark: str, predict: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A model's predictions for all faces of the import, (N, classes) float32, made the first time.

    Args:
        name: the set.
        mark: which model it is.
        predict: from faces, a memory map, to (N, classes) probabilities, columns in the order of the model's classes.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    kept = kept_predictions(name, mark)
    if kept is not None:
        return kept
    predictions = predict(open_import(name).images)
    keep(predictions_file(name, mark), lambda file: np.save(file, predictions))
    return predictions


def kept_array(path: Path) -> np.ndarray | None:
    """An array that was kept in a file of its own; None where it was not made yet, or is damaged."""
    try:
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def keep(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file whole or not at all. Where the disk is full, what was found is used all the same, and not kept."""
    with suppress(OSError), replacing(path) as partial:
        write(partial)
