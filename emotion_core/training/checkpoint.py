"""The whole state of a run in one file, which is there whole or as it was before.

A .keras file is a zip that Keras fills with the network and its optimizer; what else must not be lost with them is put
into it beside, so that one renaming makes all of it valid at once.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from pydantic import BaseModel

from emotion_core.files import replacing
from emotion_core.networks.architectures import DAMAGED  # which has Keras know the layers that are our own, too
from emotion_core.runs.errors import RunError
from emotion_core.runs.history import Epoch

_PROGRESS = "progress.json"
_MEAN = "mean.npz"


class Progress(BaseModel):
    """How far a run has come. The schedule, early stopping and the best value all follow from it.

    Attributes:
        asked: the recipe and the seed that it was trained with; empty in those of an earlier version.
        history: the finished epochs.
        batch: how many batches of the next epoch are done; above 0 only where the run was stopped within it.
        loss, accuracy: their means over these batches.
        seconds: how long these batches took.
    """

    asked: dict[str, Any] = {}
    history: list[Epoch] = []
    batch: int = 0
    loss: float = 0.0
    accuracy: float = 0.0
    seconds: float = 0.0

    @property
    def epoch(self) -> int:
        """The last finished epoch; 0 before the first."""
        return len(self.history)

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the best network."""
        return next((epoch.epoch for epoch in reversed(self.history) if epoch.best), None)


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
            archive.writestr(_PROGRESS, progress.model_dump_json())
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
            progress = Progress.model_validate_json(archive.read(_PROGRESS))
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
