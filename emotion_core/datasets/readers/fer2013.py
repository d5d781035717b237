"""FER-2013's own form: a csv with a face's pixels in every row, and FER+'s votes beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path, PurePosixPath

import numpy as np

from emotion_core.csv_tables import CsvTable
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.labels import GROUP_COLUMNS, LABEL_COLUMNS, column_of, letters
from emotion_core.datasets.readers.options import SIDES
from emotion_core.datasets.readers.source import GROUP, Entry
from emotion_core.datasets.splits import split_in_names, split_of
from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING
from emotion_core.files import exporting

FER2013_SIDE = 48
FER2013_SPLITS = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
FACES_HEADER = ("emotion", "pixels", "Usage")
#: The columns of fer2013new.csv after Usage and Image name, in the order of `votes.COLUMNS`.
VOTES_HEADER = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
#: Of one kind for one face.
MOST_VOTES = 1000

#: 70.0 is a whole number, too.
_POINT_NOTHING = re.compile(r"\.0*(?=\s|$)")
_NUMBERS = re.compile(r"[0-9 \t\r\n]+").fullmatch


def is_faces(header: list[str]) -> bool:
    """Whether a csv means to hold faces as FER-2013 does: it has pixels, in a column or in one for each."""
    return bool(_pixel_columns(header))


def label_column(header: Sequence[str]) -> int | None:
    """The column of labels in such a csv, emotion if there is one."""
    return column_of(header, ("emotion", *LABEL_COLUMNS))


def is_votes(header: list[str]) -> bool:
    """Whether a csv holds FER+'s votes, or means to."""
    names, columns = {letters(name) for name in VOTES_HEADER}, {letters(column) for column in header}
    return len(names & columns) > len(names) // 2 and letters("NF") in columns


def faces_in(csv: Csv, votes: Csv | None = None) -> Iterator[Entry]:
    """The faces of a csv like FER-2013's, with FER+'s votes joined row by row if given.

    Without a column Usage the name of the file may say the split of all. Faces are squares of the first one's side.

    Raises:
        DatasetError: a column is missing, or the two files differ in rows.
    """
    emotion, pixels, side = label_column(csv.header), _pixel_columns(csv.header), 0
    if emotion is None or not pixels:
        missing = FACES_HEADER[0] if emotion is None else FACES_HEADER[1]
        raise DatasetError(f"{csv.name}: columns {missing} are missing; needed are {', '.join(FACES_HEADER[:2])}")
    usage, default = column_of(csv.header, ("usage", "split")), split_in_names(csv.name)
    group = column_of(csv.header, GROUP_COLUMNS)
    rows = enumerate(csv.rows())
    joined = ((row, None) for row in rows) if votes is None else zip_longest(rows, _votes_in(votes))
    for face, vote in joined:
        if face is None or (votes is not None and vote is None):
            raise DatasetError(_other_rows(votes))
        number, (line, fields) = face
        place, source = f"line {line}", f"row-{number:07d}"
        if len(fields) != len(csv.header):
            problem = f"{len(fields)} fields instead of {len(csv.header)}; the line may be cut off"
            yield Entry(place, source, "", "", partial(face_of, ""), problem=problem)
            continue
        written = " ".join(fields[place] for place in pixels)
        side = side or _side_of(written)
        split = default if usage is None else fields[usage].strip()
        if vote is not None and usage is not None and split_of(split) not in (None, split_of(vote[0])):
            raise DatasetError(_other_rows(votes))
        yield Entry(
            place,
            source,
            fields[emotion].strip(),
            split,
            partial(face_of, written, side),
            None if vote is None else vote[2],
            "" if usage is None or split_of(split) else _unknown_usage(split),
            "" if group is None else fields[group],
        )


def _unknown_usage(split: str) -> str:
    return f"unknown Usage {split!r}; allowed are {', '.join(FER2013_SPLITS)}"


def votes_by_name(votes: Csv) -> dict[str, tuple[int, ...]]:
    """FER+'s votes by the name of the image, without its ending."""
    return {PurePosixPath(name).stem: counts for _, name, counts in _votes_in(votes) if name}


def write_faces(dataset: Dataset, path: Path, raw: bool = False) -> int:
    """Write a data set as FER-2013's csv, whole or not at all. Faces that are in none of its classes are left out.

    The seven emotions are numbered as FER-2013 numbers them; where a set has other classes, they are written by name.

    Where the faces have groups, there is a fourth column with them. Returns how many of these got an apostrophe, see
    `CsvTable`.

    Raises:
        DatasetError: its images are not grey of 48x48.
        OSError: the file cannot be written.
    """
    if dataset.images.shape[1:] != (FER2013_SIDE, FER2013_SIDE):
        raise DatasetError(f"FER-2013's csv holds grey faces of 48x48, not images of {dataset.images.shape[1:]}")
    with exporting(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        table = CsvTable(file, [*FACES_HEADER, *([GROUP] * (GROUP in dataset.table))], raw)
        for row in _rows_of(dataset):
            table.add_row(row)
    return table.guarded


def _rows_of(dataset: Dataset) -> Iterator[list[object]]:
    """The rows of FER-2013's csv for a data set, without its header."""
    usages = {split: usage for usage, split in FER2013_SPLITS.items()}
    numbers = np.array([str(value) for value in range(256)], dtype=object)
    extra = [GROUP] * (GROUP in dataset.table)
    numbers_of = {name: number for number, name in enumerate(FER2013_NUMBERING)} if dataset.classes == EMOTIONS else {}
    known = dataset.table["label"].isin(dataset.classes).to_numpy()
    fields = dataset.table[["label", "split", *extra]].to_numpy()
    for row in np.flatnonzero(known):
        label, split, *group = fields[row]
        pixels = " ".join(numbers[dataset.images[row].ravel()])
        yield [numbers_of.get(label, label), pixels, usages[split], *group]


def face_of(text: str, side: int = FER2013_SIDE) -> np.ndarray:
    """Pixels written as numbers from 0 to 255 with blanks or commas between them, as a (side, side) uint8 array.

    Raises:
        DatasetError: they are not as many such numbers.
    """
    count, text = side**2, text.replace(",", " ").strip("[] \t\r\n")
    if "." in text and len(text) <= 12 * count:
        text = _POINT_NOTHING.sub("", text)
    if len(text) > 5 * count or not _NUMBERS(text):
        raise DatasetError(f"its pixels are not {count:,} whole numbers with blanks between them")
    values = np.fromstring(text, dtype=np.int64, sep=" ")
    if values.size != count:
        raise DatasetError(f"it has {values.size:,} pixels; a face has {count:,}")
    if values.max() > 255:
        raise DatasetError(f"it has a pixel of {values.max()}; allowed are 0 to 255")
    return values.astype(np.uint8).reshape(side, side)


def _side_of(text: str) -> int:
    """The side of a square of so many pixels, of 16 to 512; FER-2013's where they are none."""
    count = len(text.replace(",", " ").split())
    side = math.isqrt(count)
    return side if side * side == count and SIDES[0] <= side <= SIDES[1] else FER2013_SIDE


def _pixel_columns(header: Sequence[str]) -> list[int]:
    """The column pixels, or the columns pixel0, pixel1 and so on, or 0, 1 and so on: at least as many as 16x16."""
    whole = column_of(header, ("pixels",))
    each = [place for place, name in enumerate(header) if letters(name) in ("pixel", "px", "pix")]
    if whole is not None:
        return [whole]
    # Those of a table of numbers alone are called 0, 1, 2 and so on.
    numbered = [place for place, name in enumerate(header) if name.isdecimal()]
    numbered = numbered if [header[place] for place in numbered[1:2]] in (["1"], ["2"]) else []
    each = each or (numbered if math.isqrt(len(numbered)) ** 2 == len(numbered) else [])
    return each if len(each) >= SIDES[0] ** 2 else []


def _votes_in(csv: Csv) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Usage, image name and ten counts of every row."""
    usage, *counts = _columns(csv, ("Usage", *VOTES_HEADER))
    image = column_of(csv.header, ("imagename",))
    for line, fields in csv.rows():
        try:
            numbers = tuple(_count(fields[place]) for place in counts)
            yield fields[usage].strip(), fields[image].strip() if image is not None else "", numbers
        except (IndexError, ValueError, OverflowError):
            allowed = f"allowed are whole numbers from 0 to {MOST_VOTES:,}"
            raise DatasetError(f"{csv.name}: line {line} has no ten counts of votes; {allowed}") from None


def _count(text: str) -> int:
    number = float(text) if text.strip() else 0.0
    if number != int(number) or not 0 <= number <= MOST_VOTES:
        raise ValueError(text)
    return int(number)


def _columns(csv: Csv, needed: tuple[str, ...]) -> list[int]:
    places = [column_of(csv.header, (letters(name),)) for name in needed]
    missing = [name for name, place in zip(needed, places, strict=True) if place is None]
    if missing:
        raise DatasetError(f"{csv.name}: columns {', '.join(missing)} are missing; needed are {', '.join(needed)}")
    return [place for place in places if place is not None]


def _other_rows(votes: Csv | None) -> str:
    name = votes.name if votes else "the votes"
    return f"{name}: its rows are not those of the FER-2013 csv; both must be whole and in their order"
