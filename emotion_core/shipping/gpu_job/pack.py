"""Packing what the job needs, where the data is: faces as sheets, and what they teach. Needs no PyTorch."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.datasets.votes import majority_labels, vote_targets
from emotion_core.evaluation.labels import own_labels
from emotion_core.shipping.gpu_job.sheets import (
    PUBLIC_TEST,
    TARGETS,
    TRAINING,
    WIDE,
    read_sheet,
    write_sheet,
)

MOST_BYTES = 64_000_000
#: Of the pack's JPEG, so that it stays below that: labelled faces are to lose less than the others.
LABELLED_QUALITY, OTHERS_QUALITY = 88, 75


def prepare(fer2013: Path, faces: Path, pack: Path) -> str:
    """Write the pack's folder; what it holds, in words.

    Args:
        fer2013: folder with `fer2013.csv` and FER+'s `fer2013new.csv`.
        faces: folder with sheets of faces without labels and their table.
        pack: folder that is written.

    Raises:
        DatasetError: the two tables do not belong together.
        OSError: a file is missing.
        ValueError: there are fewer faces without labels than their table says, or the pack is too large to travel.
    """
    dataset = read_fer2013(fer2013 / "fer2013.csv", fer2013 / "fer2013new.csv").of_classes()
    unlabelled = _count(faces / "faces.csv")
    pack.mkdir(parents=True, exist_ok=True)
    for split, name in (("train", TRAINING), ("validation", PUBLIC_TEST)):
        write_sheet(pack / name, dataset.split(split).images, LABELLED_QUALITY)
    room = 0
    for sheet in sorted(faces.glob("faces-*.jpg")):
        images = read_sheet(sheet, WIDE)
        room += len(images)
        write_sheet(pack / sheet.name, images, OTHERS_QUALITY)
    if room < unlabelled:
        raise ValueError(f"{faces / 'faces.csv'} has {unlabelled:,} rows, and the sheets beside it {room:,} faces")
    targets: dict[str, Any] = targets_of(dataset)
    np.savez_compressed(pack / TARGETS, unlabelled=np.array(unlabelled), **targets)
    size = sum(path.stat().st_size for path in pack.iterdir())
    if size > MOST_BYTES:
        raise ValueError(f"the pack has {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.0f}; give it fewer faces")
    labelled = len(dataset.split("train"))
    return f"{pack}: {size / 1e6:.1f} MB, {labelled:,} labelled faces and {unlabelled:,} without labels"


def targets_of(dataset: Dataset) -> dict[str, np.ndarray]:
    """What FER-2013 teaches and is judged by, row by row of its training and validation split.

    Returns:
        By name: FER-2013's labels (N,) of both splits, as indices into `EMOTIONS`; FER+'s shares of the votes (N, 7)
        of the training faces, and which of them can be learned from so (N,); and the majority's label (N,) of the
        validation faces, -1 where there is none.
    """
    training, public_test = dataset.split("train"), dataset.split("validation")
    shares, usable = vote_targets(training.table)
    return {
        "training_own": own_labels(training),
        "training_shares": shares,
        "training_usable": usable,
        "publictest_own": own_labels(public_test),
        "publictest_majority": majority_labels(public_test.table),
    }


def _count(path: Path) -> int:
    """How many rows a table has below its header."""
    with path.open(newline="") as table:
        return sum(1 for _ in csv.DictReader(table))
