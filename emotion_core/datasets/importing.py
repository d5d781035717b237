"""Bringing a data set into the workspace, whole or not at all: of any form, from memory, or drawn."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import Description, counted, with_version, write_description
from emotion_core.datasets.duplicates import content_hash
from emotion_core.datasets.errors import failures_named
from emotion_core.datasets.names import check_new, unique_name
from emotion_core.datasets.readers.formats import recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import gather
from emotion_core.datasets.readers.source import Source, storable
from emotion_core.datasets.readers.understood import Reading
from emotion_core.datasets.store import IMAGES_FILE, TABLE_FILE, new_folder
from emotion_core.datasets.sums import file_sha256
from emotion_core.datasets.synthetic import FACES, NAME as SYNTHETIC_NAME, synthetic_faces
from emotion_core.datasets.synthetic_clips import CLIPS, CLIPS_NAME, synthetic_clips

#: By the field of the description that has its sum.
_FILES = {"images": IMAGES_FILE, "table": TABLE_FILE}
#: Bytes of the header of `IMAGES_FILE`: more than it needs, as it is written when the number of images is known.
_HEADER = 256
_Shape = tuple[int, ...]


def import_dataset(
    path: Path | str,
    name: str,
    votes: Path | str | None = None,
    source: str | None = None,
    options: ReadOptions | None = None,
    *,
    dry_run: bool = False,
    shown: str = "",
) -> Description:
    """Read a data set of any form and store it, whole or not at all, in this process.

    Args:
        path, votes, options: see `readers.formats.load_dataset`.
        name, source: what it is to be called; where it comes from, in words, if not from the path.
        dry_run: read everything and say what would be stored, and store nothing.
        shown: what the path is called in messages, if not by itself.

    Raises:
        DatasetError: the name is taken or not allowed, the same name is just being imported, or the source cannot be
            used; see `load_dataset`.
        OSError: a file cannot be read, or the disk is full.
    """
    check_new(name)
    options = options or ReadOptions()
    origin = storable(source or str(Path(path).resolve()))
    with failures_named(shown or path):
        recognised = recognise(path, votes, options, shown)
        if dry_run:
            return _read_only(name, origin, recognised, options)
        return _written(name, origin, lambda pile: gather(recognised, options, pile))


def add_dataset(dataset: Dataset, name: str, source: str) -> Description:
    """Store a data set that is in memory, and was made by other means; raises as `import_dataset` does.

    Args:
        source: what it comes from, in words.
    """
    table = dataset.table.assign(
        width=dataset.images.shape[2], height=dataset.images.shape[1], hash=[content_hash(i) for i in dataset.images]
    )
    reading = Reading(
        form=source,
        faces=len(table),
        labels={label: label for label in sorted(set(table["label"]))},
        left_out={},
        classes=dataset.classes,
        colours=dict(dataset.colours),
        votes_as=dict(dataset.votes_as),
    )

    def write(pile: BinaryIO) -> tuple[pd.DataFrame, _Shape, Reading]:
        pile.write(np.ascontiguousarray(dataset.images).tobytes())
        return table, dataset.images.shape[1:], reading

    return _written(name, source, write)


def add_synthetic(name: str | None = None, count: int = FACES, seed: int = 0) -> Description:
    """Draw faces, see `synthetic`, and store them; raises as `import_dataset` does.

    Args:
        name: what the set is to be called; if not given, `synthetic.NAME`, numbered where that is taken.
        count: how many faces.
        seed: the same seed and count give the same faces.
    """
    name = unique_name(SYNTHETIC_NAME) if name is None else name
    check_new(name)
    return add_dataset(synthetic_faces(count, seed), name, f"{SYNTHETIC_NAME}, seed {seed}")


def add_synthetic_clips(name: str | None = None, count: int = CLIPS, seed: int = 0) -> Description:
    """Draw clips, see `synthetic_clips`, and store them; as `add_synthetic` does faces."""
    name = unique_name(CLIPS_NAME) if name is None else name
    check_new(name)
    return add_dataset(synthetic_clips(count, seed), name, f"{SYNTHETIC_NAME} in clips, seed {seed}")


def _read_only(name: str, origin: str, recognised: Source, options: ReadOptions) -> Description:
    """What would be stored of a source, all of which is read."""
    with open(os.devnull, "wb") as nowhere:
        return _described(name, origin, *gather(recognised, options, nowhere))


def _written(name: str, source: str, write: Callable[[BinaryIO], tuple[pd.DataFrame, _Shape, Reading]]) -> Description:
    with new_folder(name) as folder:
        with (folder / IMAGES_FILE).open("wb") as file:
            file.seek(_HEADER)
            table, shape, reading = write(file)
            file.seek(0)
            file.write(_header((len(table), *shape)))
        table.to_parquet(folder / TABLE_FILE, index=False, write_page_checksum=True)
        sums = {f"{part}_sha256": file_sha256(folder / file) for part, file in _FILES.items()}
        described = _described(name, source, table, shape, reading).model_copy(update=sums)
        write_description(folder, described)
    return described


def _described(name: str, source: str, table: pd.DataFrame, shape: _Shape, reading: Reading) -> Description:
    described = Description(
        name=name,
        source=source,
        date=time.strftime("%Y-%m-%d"),
        faces=0,
        counts={},
        shape=shape,
        sha256="",
        reading=reading,
        classes=reading.classes,
        colours=reading.colours,
        votes_as=reading.votes_as,
    )
    return with_version(counted(described, table))


def _header(shape: _Shape) -> bytes:
    """How an .npy file of uint8 begins, in `_HEADER` bytes."""
    magic = np.lib.format.magic(1, 0)
    room = _HEADER - len(magic) - 2
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return magic + room.to_bytes(2, "little") + text.ljust(room - 1) + b"\n"
