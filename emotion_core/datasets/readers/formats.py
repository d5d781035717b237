"""Readers of the forms in which people hold face data, one function a form, and one that recognises the form.

    load_dataset("fer2013.csv")
    load_dataset("faces.zip", labels={"grumpy": "angry", "odd": None})

The forms: FER-2013's csv, with FER+'s votes or without; a folder with a folder per emotion; a csv with paths and labels
beside its pictures; parquet files with pictures and labels, as data hubs publish them. Each of them also in a zip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Folder, Tree, Zip, nested_archives, read_whole
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.fer2013 import faces_in, is_faces, is_votes, votes_by_name
from emotion_core.datasets.readers.labels import (
    GROUP_COLUMNS,
    IMAGE_COLUMNS,
    LABEL_COLUMNS,
    SPLIT_COLUMNS,
    column_of,
)
from emotion_core.datasets.readers.options import DEFAULT_SIDE, Cropper, ReadOptions, no_progress
from emotion_core.datasets.readers.parquet_files import entries_in, numbering_in
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.datasets.splits import split_of
from emotion_core.emotions import FER2013_NUMBERING, emotion_of
from emotion_core.images import EXTENSIONS, MAX_BYTES, load_image

FORMS = (
    "FER-2013's csv, a folder or zip with a folder per emotion, a csv with paths and labels beside its pictures, or "
    "parquet files with pictures and labels"
)


def load_dataset(
    path: Path | str,
    votes: Path | str | None = None,
    *,
    labels: Mapping[str, str | None] | None = None,
    skip_bad_rows: bool = False,
    side: int = DEFAULT_SIDE,
    colour: bool | None = None,
    cropper: Cropper | None = None,
    crop: str = "auto",
    progress: Callable[[float], None] = no_progress,
) -> Dataset:
    """Read a data set of any form, recognised by looking at it, into memory.

    Args:
        path: a file or a folder.
        votes: FER+'s `fer2013new.csv`; not needed where it lies in the same folder or zip as the faces.
        labels: what labels mean, beyond the known names of emotions; None leaves such faces out.
        skip_bad_rows: leave out what cannot be used, instead of stopping.
        side: side of the square images in pixels, 16 to 512.
        colour: keep colours; None keeps them where there are any and `side` is above 48.
        cropper: finds faces in photos, such as `emotion_core.faces.cropping.FaceCropper()`.
        crop: cut faces out with it "always", "never", or where the first hundred pictures look like photos ("auto").
        progress: is told how much is done, from 0 to 1.

    Raises:
        BadRowsError: rows cannot be used; it names the first ten.
        UnknownLabelsError: labels are no known name of an emotion; it counts them.
        DatasetError: the form is not recognised, or the source cannot be read.
        OSError: there is no such file, or it may not be read.
    """
    options = ReadOptions(labels or {}, skip_bad_rows, side, colour, cropper, crop, progress)
    return in_memory(recognise(path, votes), options)[0]


def read_fer2013(csv: Path | str, votes_csv: Path | str | None = None) -> Dataset:
    """Read `fer2013.csv` (columns emotion, pixels, Usage), with FER+'s `fer2013new.csv` joined by row order if given.

    Raises:
        DatasetError: a column is missing, a label or a face is not FER-2013's, or the two files differ in rows.
        OSError: a file cannot be read.
    """
    votes = None if votes_csv is None else _csv_at(votes_csv)
    return in_memory(fer2013_csv(_csv_at(csv), votes), ReadOptions())[0]


def recognise(path: Path | str, votes: Path | str | None = None) -> Source:
    """Which form a file or a folder has, found by looking at what it holds; raises as `load_dataset` does."""
    path = Path(path)
    given = None if votes is None else _csv_at(votes)
    if path.is_dir():
        return _recognise_tree(Folder(path), given)
    if path.stat().st_size == 0:
        raise DatasetError(f"{path} is empty; readable are {FORMS}")
    ending = path.suffix.lower()
    if ending == ".zip" or _begins_with(path, b"PK\x03\x04"):
        return _recognise_tree(Zip(path), given)
    if ending == ".parquet" or _begins_with(path, b"PAR1"):
        return parquet(Folder(path.parent), [path.name])
    if ending in (".csv", ".tsv", ".txt"):
        return _recognise_csv(_csv_at(path), given)
    raise DatasetError(f"{path} is no data set that can be read; readable are {FORMS}")


def fer2013_csv(csv: Csv, votes: Csv | None = None) -> Source:
    """`fer2013.csv` or `icml_face_data.csv`: emotion, pixels, Usage; with FER+'s votes, joined by the order of rows."""
    form = "FER-2013's csv" + (" with FER+'s votes" if votes else "")
    numbering = {str(number): name for number, name in enumerate(FER2013_NUMBERING)}
    return Source(form, csv.name, lambda: faces_in(csv, votes), lambda: csv.done, numbering=numbering)


def folders(tree: Tree, votes: Csv | None = None) -> Source:
    """A folder per emotion, with or without train, validation and test above it or below.

    The label is the nearest folder with the name of an emotion, or else the picture's own folder.
    """
    pictures = [name for name in tree.names() if _is_picture(name)]
    ballots = {} if votes is None else votes_by_name(votes)
    named = sum(PurePosixPath(name).stem in ballots for name in pictures)
    if votes is not None and not named:
        raise DatasetError(f"{votes.name} names none of the {len(pictures):,} pictures in {tree.source}")
    progress = _Progress(len(pictures))

    def entries() -> Iterator[Entry]:
        for name in progress.over(pictures):
            label, split = _by_folders(name)
            ballot = ballots.get(PurePosixPath(name).stem)
            yield Entry(name, name, label, split, partial(_picture, tree, name), ballot)

    form = "a folder per emotion" + (" with FER+'s votes" if votes else "")
    read = {*pictures, *nested_archives(tree), *([votes.name] if votes else [])}
    return Source(form, tree.source, entries, progress.share, len(set(tree.names()) - read))


def csv_of_paths(csv: Csv) -> Source:
    """A csv with a column of paths and one of labels, maybe of splits and groups; paths start where the csv lies."""
    image, label = column_of(csv.header, IMAGE_COLUMNS), column_of(csv.header, LABEL_COLUMNS)
    if image is None or label is None:
        missing = " and ".join(word for word, place in (("paths", image), ("labels", label)) if place is None)
        raise DatasetError(
            f"{csv.name}: no column of {missing} among {', '.join(csv.header)[:200]}; needed are columns such as "
            "path and label, or emotion, pixels and Usage"
        )
    split, group = column_of(csv.header, SPLIT_COLUMNS), column_of(csv.header, GROUP_COLUMNS)
    base = PurePosixPath(csv.name).parent

    def entries() -> Iterator[Entry]:
        for line, fields in csv.rows():
            place = f"line {line}"
            if len(fields) != len(csv.header):
                problem = f"{len(fields)} fields instead of {len(csv.header)}"
                yield Entry(place, "", "", "", partial(_picture, csv.tree, ""), problem=problem)
                continue
            name = (base / fields[image].strip().replace("\\", "/")).as_posix()
            problem = "" if csv.tree.has(name) else f"there is no picture {fields[image].strip()!r}"
            given = fields[split] if split is not None else ""
            picture, its_group = partial(_picture, csv.tree, name), fields[group] if group is not None else ""
            yield Entry(place, name, fields[label], given, picture, problem=problem, group=its_group)

    return Source("a csv with paths and labels", csv.name, entries, lambda: csv.done)


def parquet(tree: Tree, names: list[str]) -> Source:
    """Parquet files with pictures' bytes and labels; the split is a column, or how the files' names begin."""
    progress = _Progress(len(names))

    def entries() -> Iterator[Entry]:
        for name in progress.over(names):
            yield from entries_in(tree, name, progress.within)

    source = names[0] if len(names) == 1 else tree.source
    numbering = numbering_in(tree, names[0])
    return Source("parquet files with pictures", source, entries, progress.share, numbering=numbering)


class _Progress:
    """How much of a list of files has been read."""

    def __init__(self, total: int):
        self._total, self._done, self._within = max(1, total), 0, 0.0

    def over(self, names: list[str]) -> Iterator[str]:
        for self._done, name in enumerate(names):
            self._within = 0.0
            yield name

    def within(self, share: float) -> None:
        """How much of the present file."""
        self._within = share

    def share(self) -> float:
        return (self._done + self._within) / self._total


def _recognise_tree(tree: Tree, votes: Csv | None) -> Source:
    return replace(_form_of(tree, votes), archives=len(nested_archives(tree)))


def _form_of(tree: Tree, votes: Csv | None) -> Source:
    names = tree.names()
    tables, unreadable = _tables(tree, names)
    faces = [table for table in tables if is_faces(table.header) and column_of(table.header, ("usage",)) is not None]
    ballots = [votes] if votes else [table for table in tables if is_votes(table.header)]
    if faces:
        return fer2013_csv(_only(tree, faces), _only(tree, ballots) if ballots else None)
    parquets = [name for name in names if name.lower().endswith(".parquet")]
    if parquets:
        return parquet(tree, parquets)
    lists = [table for table in tables if not is_votes(table.header) and _is_list(table)]
    if not any(map(_is_picture, names)):
        raise unreadable or DatasetError(_nothing_there(tree, tables))
    if lists and not _has_folders_of_emotions(names):
        return csv_of_paths(_only(tree, lists))
    return folders(tree, _only(tree, ballots) if ballots else None)


def _tables(tree: Tree, names: list[str]) -> tuple[list[Csv], DatasetError | None]:
    """The csv files that can be read, and why another one cannot: it may be no part of the data."""
    tables, unreadable = [], None
    for name in names:
        if name.lower().endswith(".csv"):
            try:
                tables.append(Csv(tree, name))
            except DatasetError as error:
                unreadable = error
    return tables, unreadable


def _recognise_csv(csv: Csv, votes: Csv | None) -> Source:
    if is_votes(csv.header):
        raise DatasetError(f"{csv.name} holds FER+'s votes and no faces; give it along with FER-2013's csv or pictures")
    return fer2013_csv(csv, votes) if is_faces(csv.header) else csv_of_paths(csv)


def _nothing_there(tree: Tree, tables: list[Csv]) -> str:
    inner = nested_archives(tree)
    if inner:
        return f"{tree.source} holds no pictures but the archive {inner[0]}; unpack it and import what is in it"
    if tables:
        columns = ", ".join(tables[0].header)[:200]
        return f"{tree.source} holds no pictures, and {tables[0].name} with the columns {columns} is no form of faces"
    return f"{tree.source} holds no pictures; readable are {FORMS}"


def _only(tree: Tree, tables: list[Csv]) -> Csv:
    if len(tables) > 1:
        raise DatasetError(f"{tree.source} holds several tables: {', '.join(t.name for t in tables)}; name one of them")
    return tables[0]


def _is_list(table: Csv) -> bool:
    return all(column_of(table.header, names) is not None for names in (IMAGE_COLUMNS, LABEL_COLUMNS))


def _has_folders_of_emotions(names: list[str]) -> bool:
    return any(emotion_of(part) for name in names if _is_picture(name) for part in PurePosixPath(name).parts[:-1])


def _by_folders(name: str) -> tuple[str, str]:
    """The label and the split that a picture's folders give it; an empty text for none."""
    parts = [part for part in reversed(PurePosixPath(name).parts[:-1]) if part]
    split = next((part for part in parts if split_of(part)), "")
    others = [part for part in parts if not split_of(part)]
    return next((part for part in others if emotion_of(part)), others[0] if others else ""), split


def _is_picture(name: str) -> bool:
    return name.lower().rpartition(".")[2] in EXTENSIONS


def _picture(tree: Tree, name: str) -> np.ndarray:
    return load_image(read_whole(tree, name, MAX_BYTES))


def _csv_at(path: Path | str) -> Csv:
    path = Path(path)
    path.stat()  # where there is none, that is an OSError, as for any path that is given
    return Csv(Folder(path.parent), path.name)


def _begins_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
