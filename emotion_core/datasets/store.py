"""The user's data sets: imported once into the workspace, opened in an instant, corrected without being changed.

An imported set is a folder of the workspace: `images.npy`, opened by memory map; `table.parquet`, one row a face;
`dataset.json`, what it is. A derived set is a folder with `dataset.json`, which names the set that it comes from, and
`edits.jsonl`, the corrections to it.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from emotion_core.datasets.class_table import ClassTable
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import Description, counted, read_description, with_version, write_description
from emotion_core.datasets.duplicates import content_hash
from emotion_core.datasets.edits import Act, Edits, edited, write_acts
from emotion_core.datasets.errors import DatasetError, failures_named
from emotion_core.datasets.names import (
    DESCRIPTION_FILE,
    EDITS_FILE,
    LONGEST_NAME,
    dataset_names as dataset_names,
    datasets_folder,
    is_name,
    unique_name,
)
from emotion_core.datasets.readers.formats import recognise
from emotion_core.datasets.readers.labels import Classes
from emotion_core.datasets.readers.numberings import with_numbering
from emotion_core.datasets.readers.options import DEFAULT_SIDE, Cropper, ReadOptions, no_progress
from emotion_core.datasets.readers.reading import Reading, gather
from emotion_core.datasets.readers.source import storable
from emotion_core.datasets.sums import file_sha256
from emotion_core.datasets.synthetic import FACES, NAME as SYNTHETIC_NAME, synthetic_faces
from emotion_core.datasets.usage import is_used, kept_file
from emotion_core.emotions import FERPLUS_VOTES, OTHERS
from emotion_core.files import locked, move_into_place

IMAGES_FILE = "images.npy"
TABLE_FILE = "table.parquet"
#: By the field of the description that has its sum.
_FILES = {"images": IMAGES_FILE, "table": TABLE_FILE}
#: The label, in a derived set, of faces that its table of classes leaves out.
UNKNOWN = "unknown"

#: Bytes of the header of `IMAGES_FILE`: more than it needs, as it is written when the number of images is known.
_HEADER = 256
_Shape = tuple[int, ...]


def import_dataset(
    path: Path | str,
    name: str,
    votes: Path | str | None = None,
    source: str | None = None,
    *,
    labels: Mapping[str, str | None] | None = None,
    skip_bad_rows: bool = False,
    side: int = DEFAULT_SIDE,
    colour: bool | None = None,
    cropper: Cropper | None = None,
    crop: str = "auto",
    progress: Callable[[float], None] = no_progress,
    dry_run: bool = False,
    numbering: str | None = None,
    name_pattern: str | None = None,
    labels_from: str = "auto",
    shown: str = "",
    classes: Classes = "seven",
) -> Description:
    """Read a data set of any form and store it, whole or not at all.

    Args:
        path: a file or a folder.
        name: what it is to be called.
        votes: FER+'s csv, where it does not lie beside the faces.
        source: where it comes from, in words; the path if not given.
        labels, skip_bad_rows, side, colour, cropper, crop, progress, numbering, name_pattern, labels_from: see
            `load_dataset`.
        dry_run: read everything and say what would be stored, and store nothing.
        shown: what the path is called in messages, if not by itself.
        classes: "seven" maps the labels to the seven emotions, "keep" keeps them as they are, a table groups them; see
            `class_table.read_class_table`.

    Raises:
        DatasetError: the name is taken or not allowed, the same name is just being imported, or the source cannot be
            used; see `load_dataset`.
        OSError: a file cannot be read, or the disk is full.
    """
    check_new(name)
    meanings = with_numbering(labels, numbering)
    ways = (name_pattern, labels_from, classes)
    options = ReadOptions(meanings, skip_bad_rows, side, colour, cropper, crop, progress, *ways)
    origin = storable(source or str(Path(path).resolve()))
    with failures_named(shown or path):
        recognised = recognise(path, votes, options, shown)
        if dry_run:
            with open(os.devnull, "wb") as nowhere:
                return _described(name, origin, *gather(recognised, options, nowhere))
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


def derive(base: str, name: str, classes: ClassTable | None = None) -> Description:
    """A new set that is the same as another one until it is corrected: see `edits_of`.

    A set derived from a derived one begins with its corrections.

    Args:
        classes: what the new set's classes are, by the labels of the other one; those left out are unknown in it.
            None keeps the other one's classes.

    Raises:
        DatasetError: there is no such set, the name is taken or not allowed, or the table lacks one of its classes.
    """
    root = import_name(base)
    with locked(kept_file(root)):
        parent = describe(base)
        changed: dict[str, object] = {
            "name": name,
            "base": root,
            "reading": None,
            "table_sha256": "",
            "images_sha256": "",
        }
        acts = edits_of(base).acts() if parent.base else []
        if classes is not None:
            changed |= _with_classes(parent, classes)
            acts = [_relabelled(act, classes) for act in acts]
        with _new_folder(name) as folder:
            write_description(folder, parent.model_copy(update=changed))
            write_acts(folder / EDITS_FILE, acts)
    return describe(name)


def corrected_set(name: str, may_change: Callable[[str], bool] = lambda name: True) -> str:
    """The name of the set that corrections go into.

    That is a derived set itself; of an import, the one that was begun before, or a new one. So two who correct an
    import at once work on one set.

    Args:
        name: the set that is looked at.
        may_change: whether a derived set may be corrected, by its name; where not, others are looked for.

    Raises:
        DatasetError: there is no such set.
    """
    base = _base(name)
    if base and may_change(name):
        return name
    wanted = f"{name[:50]} corrected"
    with locked(datasets_folder() / f".{name}.corrected.lock"):
        begun = [other for other in dataset_names() if other.startswith(wanted) and _comes_from(other, base or name)]
        classes = stored_description(name).classes
        allowed = [one for one in begun if may_change(one) and stored_description(one).classes == classes]
        if allowed:
            return max(allowed, key=lambda other: (_folder(other) / EDITS_FILE).stat().st_mtime)
        return derive(name, unique_name(wanted)).name


def _regrouped(counts: Mapping[str, int], table: ClassTable) -> dict[str, int]:
    """How many faces by label are how many by class."""
    found: dict[str, int] = {}
    for label, count in counts.items():
        name = table[label] or UNKNOWN
        found[name] = found.get(name, 0) + count
    return found


def _relabelled(act: Act, table: ClassTable) -> Act:
    """A correction as it is in a set of other classes."""
    return act.model_copy(update={"to": table[act.to] or UNKNOWN}) if act.act == "relabel" else act


def _with_classes(parent: Description, table: ClassTable) -> dict[str, object]:
    """What changes in a description where a table says what its classes become."""
    if missing := [name for name in parent.classes if not table.knows(name)]:
        named = ", ".join(map(repr, missing))
        raise DatasetError(f"the table does not say what becomes of {named}; name each, or say * for all others")
    labels = {*parent.classes, *OTHERS, *parent.groups}
    before = {label: parent.groups.get(label, label) for label in labels}
    voted = {name: parent.votes_as.get(name, name) for name in FERPLUS_VOTES}
    return {
        "classes": table.classes,
        "counts": {split: _regrouped(counts, table) for split, counts in parent.counts.items()},
        "colours": dict(table.colours),
        "groups": {label: None if name is None else table[name] for label, name in before.items()},
        "votes_as": {vote: None if name is None else table[name] for vote, name in voted.items()},
    }


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
    return _folder(import_name(name))


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
    return Edits(_folder(name) / EDITS_FILE, described.classes)


def delete_dataset(name: str) -> None:
    """Remove a stored set for good.

    Raises:
        DatasetError: there is none of that name, or others are derived from it.
    """
    _check_there(name)
    busy = DatasetError(f"{name!r} cannot be deleted while a set is being derived from it; try again in a moment")
    with locked(kept_file(name), busy):
        derived = [other for other in dataset_names() if _comes_from(other, name)]
        if derived:
            raise DatasetError(f"{name!r} cannot be deleted, as {', '.join(derived)} comes from it; delete that first")
        if is_used(name):
            raise DatasetError(f"{name!r} cannot be deleted while a run trains on it; stop the run first")
        doomed = datasets_folder() / f".{name}.deleted-{os.getpid()}-{time.monotonic_ns()}"
        os.rename(_check_there(name), doomed)  # gone at once, even if what follows is cut short
    shutil.rmtree(doomed)


def _check_there(name: str) -> Path:
    """The folder of a set; raises a DatasetError if there is no such set."""
    if not is_name(name) or not (_folder(name) / DESCRIPTION_FILE).is_file():
        raise DatasetError(f"there is no data set {name!r}; there are {', '.join(dataset_names()) or 'none yet'}")
    return _folder(name)


def _comes_from(name: str, base: str) -> bool:
    try:
        return _base(name) == base
    except DatasetError:  # a damaged one is no reason to keep another
        return False


def check_new(name: str) -> None:
    """Raise a DatasetError if a new set cannot be called so."""
    if not is_name(name):
        raise DatasetError(
            f"a data set cannot be called {name!r}; allowed are 1 to {LONGEST_NAME} letters, digits, blanks "
            "and . _ + -, a letter or a digit first"
        )
    if _folder(name).exists():
        raise DatasetError(f"there is a data set {name!r} already; choose another name or delete that one")


def _written(name: str, source: str, write: Callable[[BinaryIO], tuple[pd.DataFrame, _Shape, Reading]]) -> Description:
    with _new_folder(name) as folder:
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


def _opened(name: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Images and table of a set; with the columns of `edited` if it is a derived one."""
    described = stored_description(name)
    base = described.base
    folder = _folder(base or name)
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


@contextmanager
def _new_folder(name: str) -> Iterator[Path]:
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
            move_into_place(partial, _folder(name))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            words = f"the disk is full, so the data set {name!r} was not stored"
            raise OSError(error.errno, words, str(root)) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _folder(name: str) -> Path:
    return datasets_folder() / name
