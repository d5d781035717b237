"""The whole state of a run in one file, which is there whole or as it was before.

A .keras file is a zip that Keras fills with the network and its optimizer; what else must not be lost with them is put
into it beside, so that one renaming makes all of it valid at once.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

import emotion_core.networks.affine_sampling  # noqa: F401  so that Keras knows the layer that is our own
from emotion_core.files import replacing
from emotion_core.networks.damaged import DAMAGED
from emotion_core.runs.errors import RunError
from emotion_core.runs.progress import PROGRESS_FILE, Progress, progress_from

_MEAN = "mean.npz"


def save(path: Path, network: keras.Model, progress: Progress, mean: list[np.ndarray] | None = None) -> None:
    """Write network, optimizer, progress and the EMA of the weights.

    Raises:
        OSError: the folder is gone, or the disk is full; the file is then as it was before.
    """
    if not path.parent.is_dir():  # Keras would make it again
        raise FileNotFoundError(f"the folder {path.parent} is gone")
    with replacing(path) as partial:
        network.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.writestr(PROGRESS_FILE, json.dumps(asdict(progress)))
            if mean:
                archive.writestr(_MEAN, _packed(mean))


def load_network(path: Path) -> keras.Model:
    """The network of a file, not ready to train.

    Raises:
        RunError: the file is damaged.
    """
    try:
        return keras.saving.load_model(path, compile=False)
    except DAMAGED as error:
        raise _damaged(path, error) from None


def load_optimizer(path: Path, network: keras.Model) -> None:
    """Set the optimizer of a compiled network, and the network itself, to what was saved.

    Raises:
        RunError: the file is damaged.
    """
    network.optimizer.build(network.trainable_variables)  # else its part of the file would be passed over
    try:
        network.load_weights(path)
    except DAMAGED as error:
        raise _damaged(path, error) from None


def load_progress(path: Path) -> tuple[Progress, list[np.ndarray] | None]:
    """How far the run had come, and the EMA of the weights if there was one.

    Raises:
        RunError: the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            progress = progress_from(archive.read(PROGRESS_FILE))
            mean = _unpacked(archive.read(_MEAN)) if _MEAN in archive.namelist() else None
        return progress, mean
    except DAMAGED as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> RunError:
    reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
    return RunError(
        f"{path} is damaged or cut short ({reason}), so the run cannot go on from it; start a new run, from the best "
        "network of this one if you like"
    )


def _packed(arrays: list[np.ndarray]) -> bytes:
    out = io.BytesIO()
    np.savez(out, *arrays)
    return out.getvalue()


def _unpacked(content: bytes) -> list[np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return [arrays[f"arr_{n}"] for n in range(len(arrays.files))]
