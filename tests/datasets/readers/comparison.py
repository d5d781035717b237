"""Whether a data set that was read is the one that was written."""

from __future__ import annotations

from emotion_core.datasets.dataset import Dataset


def same_faces(found: Dataset, drawn: Dataset, ordered: bool = True) -> None:
    """Both hold the same images with the same labels and splits, in the same order if asked."""
    keys = [
        [(image.tobytes(), *row) for image, row in zip(d.images, d.table[["label", "split"]].to_numpy(), strict=True)]
        for d in (found, drawn)
    ]
    if not ordered:
        keys = [sorted(key) for key in keys]
    assert keys[0] == keys[1]
