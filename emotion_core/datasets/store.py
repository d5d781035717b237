"""The user's data sets: opened in an instant, corrected without being changed, deleted.

An imported set is a folder of the workspace: `images.npy`, opened by memory map; `table.parquet`, one row a face;
`dataset.json`, what it is. A derived set is a folder with `dataset.json`, which names the set that it comes from, and
`edits.jsonl`, the corrections to it. `importing` makes the one, `derived` the other.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import Description, counted, read_description
from emotion_core.datasets.edits import Edits, edited
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.names import (
    DESCRIPTION_FILE,
    EDITS_FILE,
    check_new,
    dataset_folder,
    dataset_names,
    datasets_folder,
    is_name,
)
from emotion_core.datasets.sums import file_sha256
from emotion_core.datasets.usage import is_used, kept_file
from emotion_core.files import locked, move_into_place

IMAGES_FILE = "images.npy"
TABLE_FILE = "table.parquet"
#: The label, in a derived set, of faces that its table of classes leaves out.
UNKNOWN = "unknown"


def describe(name: str) -> Description:
    """What a stored set is; the counts of a derived one are counted anew.

    Raises:
        DatasetError: there is none of that name, or its description is damaged.
    """
    stored = stored_description(name)
    return counted(stored, open_dataset(name).table) if stored.base else stored


def stored_description(name: str) -> Description:
    """What a stored set is, at once: the counts of a derived one are those of the set that it comes from.

    Raises:
        DatasetError: there is none of that name, a newer version of this program wrote it, or its description is
            damaged.
    """
    return read_description(_check_there(name), name)


def open_dataset(name: str) -> Dataset:
    """A stored set, its images read from the disk as they are needed; corrected, if it is a derived one.

    Excluded faces are not in it. The table of a derived set has the columns of `edits.edited` besides.

    Raises:
        DatasetError: there is none of that name, or it is damaged.
    """
    images, table = _opened(name)
    return _without_excluded(_with_its_classes(name, images, table))


def _without_excluded(dataset: Dataset) -> Dataset:
    table = dataset.table
    if "excluded" not in table or not table["excluded"].any():
        return dataset
    return dataset.rows(~table["excluded"].to_numpy())


def open_with_excluded(name: str) -> Dataset:
    """A stored set with the excluded faces and the columns of `edits.edited`, for looking through it."""
    images, table = _opened(name)
    return _with_its_classes(name, images, table if "excluded" in table else edited(table, []))


def _with_its_classes(name: str, images: np.ndarray, table: pd.DataFrame) -> Dataset:
    described = stored_description(name)
    return Dataset(images, table, described.classes, described.colours, described.votes_as)


def open_import(name: str) -> Dataset:
    """The import that a set is or comes from, without any correction."""
    return open_dataset(import_name(name))


def import_folder(name: str) -> Path:
    """The folder of the import that a set is or comes from; raises a DatasetError if there is no such set."""
    return dataset_folder(import_name(name))


def import_name(name: str) -> str:
    """The name of the import that a set is or comes from; raises a DatasetError if there is no such set."""
    return _base(name) or name


def edits_of(name: str) -> Edits:
    """The corrections of a derived set.

    Raises:
        DatasetError: there is no such set, or it is an import, which is never changed: derive one from it.
    """
    described = stored_description(name)
    if not described.base:
        raise DatasetError(f"{name!r} is an import, which is never changed; derive a set from it and correct that")
    return Edits(dataset_folder(name) / EDITS_FILE, described.classes)


def delete_dataset(name: str) -> None:
    """Remove a stored set for good.

    Raises:
        DatasetError: there is none of that name, or others are derived from it.
    """
    _check_there(name)
    busy = DatasetError(f"{name!r} cannot be deleted while a set is being derived from it; try again in a moment")
    with locked(kept_file(name), busy):
        derived = [other for other in dataset_names() if comes_from(other, name)]
        if derived:
            raise DatasetError(f"{name!r} cannot be deleted, as {', '.join(derived)} comes from it; delete that first")
        if is_used(name):
            raise DatasetError(f"{name!r} cannot be deleted while a run trains on it; stop the run first")
        doomed = datasets_folder() / f".{name}.deleted-{os.getpid()}-{time.monotonic_ns()}"
        os.rename(_check_there(name), doomed)  # gone at once, even if what follows is cut short
    shutil.rmtree(doomed)


def _check_there(name: str) -> Path:
    """The folder of a set; raises a DatasetError if there is no such set."""
    if not is_name(name) or not (dataset_folder(name) / DESCRIPTION_FILE).is_file():
        raise DatasetError(f"there is no data set {name!r}; there are {', '.join(dataset_names()) or 'none yet'}")
    return dataset_folder(name)


def comes_from(name: str, base: str) -> bool:
    """Whether a set is derived from that import."""
    try:
        return _base(name) == base
    except DatasetError:  # a damaged one is no reason to keep another
        return False


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """A folder to write a new set into, which gets its name when all went well and vanishes otherwise."""
    check_new(name)
    root = datasets_folder()
    root.mkdir(parents=True, exist_ok=True)
    busy = DatasetError(f"a data set {name!r} is just being imported; wait, or choose another name")
    with locked(kept_file(name), busy):
        partial = root / f".{name}.partial"
        if partial.exists():  # of a process that was killed
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            yield partial
            check_new(name)
            move_into_place(partial, dataset_folder(name))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            words = f"the disk is full, so the data set {name!r} was not stored"
            raise OSError(error.errno, words, str(root)) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _opened(name: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Images and table of a set; with the columns of `edited` if it is a derived one."""
    described = stored_description(name)
    base = described.base
    folder = dataset_folder(base or name)
    stored = stored_description(base or name)
    try:
        if stored.table_sha256 and file_sha256(folder / TABLE_FILE) != stored.table_sha256:
            raise ValueError("its table is not what was stored")
        images = np.load(folder / IMAGES_FILE, mmap_mode="r", allow_pickle=False)
        table = pd.read_parquet(folder / TABLE_FILE)
    except (OSError, ValueError, EOFError, SyntaxError, TypeError, RecursionError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise DatasetError(_damaged(base or name, reason)) from None
    missing = {"source", "label", "split", "hash"} - set(table.columns)
    if missing:
        raise DatasetError(_damaged(base or name, f"its table has no column {', '.join(sorted(missing))}"))
    wanted = (len(table), *stored.shape)
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or images.shape != wanted or images.flags.f_contiguous:
        found = f"images of {images.shape} {images.dtype} beside a table of {len(table):,} rows"
        raise DatasetError(_damaged(base or name, found))
    if described.groups:
        table = table.assign(label=[described.groups.get(label, label) or UNKNOWN for label in table["label"]])
    return images, edited(table, edits_of(name).acts()) if base else table


def _damaged(name: str, reason: str) -> str:
    return f"the data set {name!r} is damaged ({reason}); delete it and import it"


def _base(name: str) -> str | None:
    """The set that a derived one comes from; None for an import."""
    return stored_description(name).base
