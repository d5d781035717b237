"""What the columns of a table say: by their names, else by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import without_compression
from emotion_core.datasets.readers.boxes import AnnotatedBox, BoxColumns, box_columns
from emotion_core.datasets.readers.csv_files import Csv, is_called_as_picture
from emotion_core.datasets.readers.labels import (
    GROUP_COLUMNS,
    IMAGE_COLUMNS,
    LABEL_COLUMNS,
    PERSON_COLUMNS,
    RATER_COLUMNS,
    SPLIT_COLUMNS,
    column_of,
    columns_of,
    hold_emotions,
    letters,
    may_be_labels,
    number_of,
    plain_label,
)
from emotion_core.datasets.readers.raters import count_columns, counted_votes, list_column, rater_columns, votes_in_list
from emotion_core.datasets.splits import split_of
from emotion_core.datasets.votes import majority_name
from emotion_core.emotions import FERPLUS_VOTES, emotion_of

#: So many rows are looked at where the names of columns do not say enough.
LOOK_AT = 100
_YES, _NO = ("1", "1.0", "1,0", "true", "yes", "x", "✓", "✔"), ("0", "0.0", "0,0", "false", "no", "-", "")
_MARKS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


@dataclass(frozen=True)
class Columns:
    """Which column of a table says what.

    Attributes:
        image: the picture's path.
        label: its label; None where `one_hot`, `votes`, `raters` or `counts` say it.
        one_hot: by column the label that a 1 in it stands for.
        votes: the ten columns of FER+'s counts.
        raters: those that a rater each has filled.
        lists: that of which each field lists what several say.
        counts: by column the label that so many raters gave as stand in it.
        rater: who gave the label, where every row is one's of several.
        split, group, person: None where there is none.
        box: where the face is.
        label_is_called: the name of the column of labels, where others hold emotions, too.
        split_marks: by column the split that a 1 in it stands for, as is_train.
        no_splits: the column that is called as one of splits and holds none, in words.
    """

    image: int
    label: int | None = None
    one_hot: Mapping[int, str] = field(default_factory=dict)
    votes: Sequence[int] = ()
    raters: Sequence[int] = ()
    lists: int | None = None
    counts: Mapping[int, str] = field(default_factory=dict)
    rater: int | None = None
    split: int | None = None
    group: int | None = None
    person: int | None = None
    box: BoxColumns | None = None
    label_is_called: str = ""
    split_marks: Mapping[int, str] = field(default_factory=dict)
    no_splits: str = ""

    def label_in(self, fields: Sequence[str]) -> str:
        """The label in a row; raises a DatasetError where it says none, or more than one."""
        if self.label is not None:
            return fields[self.label]
        if self.votes:
            return majority_name(self.votes_in(fields) or ())
        if self.raters or self.counts or self.lists is not None:
            return ""  # it is the majority of what they say
        marked = [label for column, label in self.one_hot.items() if _mark(fields[column])]
        if len(marked) > 1:
            raise DatasetError(f"it is marked as {' and '.join(marked)}; one label can stand")
        return marked[0] if marked else ""

    def raters_in(self, fields: Sequence[str]) -> tuple[str, ...]:
        """What each of several raters says in a row; raises a DatasetError where a count of them is none."""
        try:
            listed = () if self.lists is None else votes_in_list(fields[self.lists])
            said = [*(fields[column] for column in self.raters), *listed]
            return (*filter(None, map(plain_label, said)), *counted_votes(fields, self.counts))
        except ValueError as error:
            raise DatasetError(str(error)) from None

    def rater_in(self, fields: Sequence[str]) -> str:
        """Who gave the label of a row; an empty text where there is no such column."""
        return "" if self.rater is None else fields[self.rater].strip()

    def votes_in(self, fields: Sequence[str]) -> tuple[int, ...] | None:
        """FER+'s counts in a row, or None where there are no such columns; raises a DatasetError where one is none."""
        texts = [fields[column].strip() for column in self.votes]
        if not all(re.fullmatch(r"\d{1,3}", text) for text in texts):
            raise DatasetError(f"{' '.join(texts)} are no ten counts of votes; allowed are whole numbers from 0 to 999")
        return tuple(map(int, texts)) or None

    def split_in(self, fields: Sequence[str]) -> str:
        """The split in a row; an empty text where there is no such column, or no mark in one of several."""
        if self.split is not None:
            return fields[self.split]
        marked = [split for column, split in self.split_marks.items() if _mark(fields[column])]
        if not marked and len(self.split_marks) == 1:
            return "test" if "train" in self.split_marks.values() else "train"
        return marked[0] if len(marked) == 1 else ""

    def group_in(self, fields: Sequence[str]) -> str:
        """The group in a row; an empty text where there is no such column."""
        return "" if self.group is None else fields[self.group]

    def person_in(self, fields: Sequence[str]) -> str:
        """Who it is of; an empty text where there is no such column."""
        return "" if self.person is None else fields[self.person].strip()

    def box_in(self, fields: Sequence[str]) -> AnnotatedBox | None:
        """The face's box in a row; None where there is no such column. Raises a DatasetError where it is no box."""
        return None if self.box is None else self.box.read(fields)


def columns_in(csv: Csv) -> Columns | None:
    """What the columns of a table of paths and labels say; None where it has no paths, or no labels."""
    rows = _sample(csv)
    image = _image_column(csv.header, rows)
    if image is None or not (_is_surely_a_table(csv) or any(map(is_called_as_picture, _column(rows, image)))):
        return None
    others = {
        **_split_columns(csv.header, rows, image),
        "group": column_of(csv.header, GROUP_COLUMNS),
        "person": column_of(csv.header, PERSON_COLUMNS),
        "box": box_columns(csv.header),
    }
    if csv.headerless:
        return _without_header(image, rows)
    taken = {image, others["split"], others["group"], others["person"], *others["split_marks"]}
    free = {place: _column(rows, place) for place in range(len(csv.header)) if place not in taken}
    raters, lists = rater_columns(csv.header, free), list_column(free)
    label = _label_column(csv.header, rows, {image, *raters, *([] if lists is None else [lists])})
    if label is not None:
        rivals = [place for place in range(len(csv.header)) if place != image and hold_emotions(_column(rows, place))]
        numbered = [place for place in columns_of(csv.header, LABEL_COLUMNS) if place not in (image, *raters)]
        is_odd = len(rivals) > 1 or bool(numbered and label not in numbered)
        called, rater = csv.header[label] if is_odd else "", column_of(csv.header, RATER_COLUMNS)
        return Columns(image, label, label_is_called=called, raters=raters, lists=lists, rater=rater, **others)
    if raters or lists is not None:
        return Columns(image, raters=raters, lists=lists, **others)
    one_hot = _one_hot(csv.header, rows, taken)
    counts = {} if one_hot else count_columns(csv.header, free)
    return Columns(image, one_hot=one_hot, counts=counts, **others) if one_hot or counts else None


def has_images(csv: Csv) -> bool:
    """Whether a table has a column of paths of pictures."""
    return image_column_of(csv) is not None


def image_column_of(csv: Csv) -> int | None:
    """The place of the column of paths of pictures; None where there is none."""
    return _image_column(csv.header, _sample(csv))


def _is_surely_a_table(csv: Csv) -> bool:
    """Whether a file is a table by its ending: a text may begin with any words."""
    return without_compression(csv.name).lower().endswith((".csv", ".tsv", ".parquet"))


def _sample(csv: Csv) -> list[list[str]]:
    try:
        return [row for _, row in islice(csv.rows(), LOOK_AT) if len(row) == len(csv.header)]
    except DatasetError:  # what is wrong with it is said when it is read
        return []


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """What stands in a column, without empty fields."""
    return [row[place].strip() for row in rows if row[place].strip()]


def _image_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """The column of paths: among those so called, and else among all, the first that holds names of pictures."""
    called = columns_of(header, IMAGE_COLUMNS)
    for place in [*called, *range(len(header))]:
        values = _column(rows, place)
        if values and sum(map(is_called_as_picture, values)) > len(values) / 2:
            return place
    return called[0] if called else None


def _label_column(header: Sequence[str], rows: Sequence[Sequence[str]], taken: Collection[int]) -> int | None:
    """The column of labels: of those so called the first that holds words, and else one that holds only emotions.

    What a model predicted comes last.
    """
    called = [place for place in columns_of(header, LABEL_COLUMNS) if place not in taken]
    others = [place for place in range(len(header)) if place not in taken]
    emotions = [place for place in others if hold_emotions(_column(rows, place))]
    emotions.sort(key=lambda place: "pred" in letters(header[place]))
    named = [place for place in called if place in emotions]
    # A column of words beside one of numbers says what they mean.
    spelt = [place for place in emotions if called and _are_spelt_out(rows, called[0], place)]
    return next(iter([*named, *spelt, *called, *emotions]), None)


def _are_spelt_out(rows: Sequence[Sequence[str]], numbers: int, words: int) -> bool:
    """Whether every number in a column has its own word in another, throughout."""
    pairs = {(number_of(row[numbers]), row[words].strip().casefold()) for row in rows}
    each = [{pair[place] for pair in pairs} for place in (0, 1)]
    return None not in each[0] and 1 < len(pairs) == len(each[0]) == len(each[1])


#: Columns that mark with a 1 which split a face is of.
_MARKS_OF_SPLITS = {f"{before}{word}": word for word in ("train", "test", "val") for before in ("", "is", "in")}


def _split_columns(header: Sequence[str], rows: Sequence[Sequence[str]], image: int) -> dict[str, Any]:
    """Where splits stand: in a column that is called so, else in one that holds only their names, else as marks."""
    called = column_of(header, SPLIT_COLUMNS)
    values = [] if called is None else list(dict.fromkeys(_column(rows, called)))
    if called is not None and (not values or any(map(split_of, values))):
        return {"split": called, "split_marks": {}, "no_splits": ""}
    no_splits = f"the column {header[called]} ({', '.join(values[:3])})" if called is not None else ""
    places = [place for place in range(len(header)) if place not in (image, called)]
    held = [place for place in places if _hold_splits(_column(rows, place)) and _has_training(_column(rows, place))]
    marks = {place: _MARKS_OF_SPLITS[name] for place in places if (name := letters(header[place])) in _MARKS_OF_SPLITS}
    marks = {place: split for place, split in marks.items() if _are_marks(_column(rows, place))}
    return {"split": held[0] if held else None, "split_marks": {} if held else marks, "no_splits": no_splits}


def _has_training(values: Sequence[str]) -> bool:
    return any(split_of(value) == "train" for value in values)


def _are_marks(values: Sequence[str]) -> bool:
    return bool(values) and all(value.lower() in _MARKS for value in values)


def _one_hot(header: Sequence[str], rows: Sequence[Sequence[str]], taken: set[object]) -> dict[int, str]:
    """The columns of which a 1 in one says the label, if two or more of them are called by emotions."""
    marked = [
        place
        for place in range(len(header))
        if place not in taken and header[place] and all(row[place].strip().lower() in _MARKS for row in rows)
    ]
    called = [place for place in marked if emotion_of(header[place])]
    if any(mark[0].isdecimal() for place in called for mark in _column(rows, place)):
        # Beside emotions that are marked with 1, glasses that are marked with yes are no class.
        marked = [place for place in marked if all(mark[0].isdecimal() for mark in _column(rows, place))]
    return {place: header[place] for place in marked} if rows and len(called) > 1 else {}


def _mark(value: str) -> bool:
    known = _MARKS.get(value.strip().lower())
    if known is None:
        raise DatasetError(f"{value.strip()!r} is no mark in a column of an emotion; allowed are 0 and 1")
    return known


def _without_header(image: int, rows: Sequence[Sequence[str]]) -> Columns | None:
    """What can be told by the fields alone: FER+'s label.csv, ExpW's label.lst, and a path with one label."""
    count = len(rows[0]) if rows else 0
    if count == 2 + len(FERPLUS_VOTES) and all(_is_box(row[1]) for row in rows):
        return Columns(image, votes=range(2, count), box=BoxColumns((1,), "corners"))
    if count == _EXPW and all(_are_numbers(row[1:]) for row in rows):
        return Columns(image, label=7, box=BoxColumns((3, 2, 4, 5), "corners"))
    if box := _box_without_header(image, rows):
        return box
    others = [place for place in range(count) if place != image]
    split = next((place for place in others if _hold_splits(_column(rows, place))), None)
    labels = [place for place in others if place != split and may_be_labels(_column(rows, place))]
    words = [place for place in labels if hold_emotions(_column(rows, place))]
    if len(words) == 1 or len(labels) == 1:
        return Columns(image, label=(words if len(words) == 1 else labels)[0], split=split)
    return None


def _box_without_header(image: int, rows: Sequence[Sequence[str]]) -> Columns | None:
    """A picture, two corners and a label, as for RetinaNet; or a label, a corner and a size, then the picture."""
    count = len(rows[0]) if rows else 0
    if count == 6 and image == 0 and all(_are_numbers(row[1:5]) for row in rows):
        return Columns(image, label=5, box=BoxColumns(range(1, 5), "corners"))
    if count == 8 and image == 5 and all(_are_numbers([*row[1:5], *row[6:]]) for row in rows):
        return Columns(image, label=0, box=BoxColumns(range(1, 5), "size"))
    return None


#: ExpW's rows: name, face, top, left, right, bottom, confidence, label.
_EXPW = 8


def _hold_splits(values: Sequence[str]) -> bool:
    return bool(values) and all(split_of(value) for value in values)


def _is_box(text: str) -> bool:
    return bool(re.fullmatch(r"[(\[]\s*\d+(\s*,\s*\d+){3}\s*[)\]]", text.strip()))


def _are_numbers(fields: Sequence[str]) -> bool:
    return all(re.fullmatch(r"-?\d+(\.\d+)?", value.strip()) for value in fields)
