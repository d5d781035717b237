"""What lies in the one file in which a run travels to a machine that it is trained on, and back.

    __main__.py, emotion_core/   the program, without what training does not need
    bundle.json                  what was asked of the run, and with which versions it was begun
    faces/NAME.npy               the arrays of `Faces`
    run/                         the run's own files, as far as it has come

Python runs such a zip. Trained further there, its `run/` is what the run has come to, and everything else as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emotion_core.files import reach_disk, replacing
from emotion_core.runs.folder import BEST_FILE, LAST_FILE, METRICS_FILE

if TYPE_CHECKING:
    from emotion_core.training.batches import Faces

FORMAT = 1
ABOUT, RUN, FACES = "bundle.json", "run/", "faces/"
#: Where the epochs were trained that the run has got elsewhere, in words.
WHERE_FILE = "where.json"
#: The files of a run that travel; without the first there is nothing to train.
RUN_FILES = (LAST_FILE, BEST_FILE, METRICS_FILE, WHERE_FILE)


def write_faces(archive: zipfile.ZipFile, faces: Faces) -> None:
    """Put the arrays of a run's faces into a zip."""
    for name, array in _arrays_of(faces):
        with archive.open(f"{FACES}{name}.npy", "w", force_zip64=True) as file:
            np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)


def read_faces(archive: zipfile.ZipFile) -> Faces:
    """The faces of a bundle."""
    from emotion_core.training.batches import Faces, Targets, TrainingData, ValidationData

    found = {}
    for name in archive.namelist():
        if name.startswith(FACES):
            with archive.open(name) as file:
                found[name[len(FACES) : -len(".npy")]] = np.lib.format.read_array(file, allow_pickle=False)
    second = Targets(found["second_shares"], found["second_weights"]) if "second_shares" in found else None
    first = Targets(found["first_shares"], found["first_weights"])
    validation = ValidationData(
        found["validation_images"], found["own"], found.get("majority"), found["targets"], found["usable"]
    )
    return Faces(TrainingData(found["training_images"], first, second), validation, found.get("shift"))


def _arrays_of(faces: Faces) -> Iterator[tuple[str, np.ndarray]]:
    training, validation = faces.training, faces.validation
    named = {
        "training_images": training.images,
        "first_shares": training.first.shares,
        "first_weights": training.first.weights,
        "second_shares": training.second.shares if training.second else None,
        "second_weights": training.second.weights if training.second else None,
        "validation_images": validation.images,
        "own": validation.own,
        "majority": validation.majority,
        "targets": validation.targets,
        "usable": validation.usable,
        "shift": faces.shift,
    }
    return ((name, array) for name, array in named.items() if array is not None)


def read_about(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What `bundle.json` says."""
    about: dict[str, Any] = json.loads(archive.read(ABOUT))
    return about


def unpack_run(archive: zipfile.ZipFile, folder: Path) -> None:
    """Write the run's own files into a folder, each whole, and the one without which there is nothing to train last."""
    names = set(archive.namelist())
    for file in reversed(RUN_FILES):
        if RUN + file in names:
            with (
                archive.open(RUN + file) as packed,
                replacing(folder / file) as partial,
                partial.open("wb") as unpacked,
            ):
                shutil.copyfileobj(packed, unpacked)


def pack_run(archive: zipfile.ZipFile, folder: Path) -> None:
    """Put the run's own files into a zip. Those of networks are packed already."""
    for file in RUN_FILES:
        if (folder / file).exists():
            archive.write(folder / file, RUN + file, zipfile.ZIP_STORED)


def replace_run(bundle: Path, folder: Path) -> None:
    """Exchange the run in a bundle for what is in a folder beside it; the file is there whole or as it was before.

    Raises:
        OSError: the disk is full, or the file cannot be written.
    """
    with (
        replacing(folder / bundle.name) as partial,  # what a killed process leaves of it goes with the folder
        zipfile.ZipFile(bundle) as before,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.infolist():
            if not member.filename.startswith(RUN):
                with before.open(member) as old, after.open(member.filename, "w", force_zip64=True) as new:
                    shutil.copyfileobj(old, new)
        pack_run(after, folder)
    os.replace(folder / bundle.name, bundle)
    reach_disk(bundle.parent)
