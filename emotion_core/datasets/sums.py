"""Sums of what is stored: of files, and of every face the hash of its pixels."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import content_hash
from emotion_core.progress import Progress, no_progress

_ROWS_AT_ONCE = 512


def file_sha256(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged_rows(stored: Dataset, progress: Progress = no_progress) -> np.ndarray:
    """The rows whose pixels do not agree with the hash in their table."""
    hashes, found = stored.table["hash"].to_numpy(dtype=object), []
    for start in range(0, len(hashes), _ROWS_AT_ONCE):
        faces = np.asarray(stored.images[start : start + _ROWS_AT_ONCE])
        found += [start + place for place, face in enumerate(faces) if content_hash(face) != hashes[start + place]]
        progress(min(1.0, (start + len(faces)) / len(hashes)))
    return np.array(found, dtype=np.int64)
