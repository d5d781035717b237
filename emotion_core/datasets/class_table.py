"""Which labels make up which classes: the table that is given at an import, or to derive a set with other classes.

    angry, disgusted, fearful, sad -> negative
    happy -> positive #E69F00
    neutral
    contempt ->

A label alone keeps its name, one with nothing behind the arrow is left out, and `*` stands for all that are not named.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emotion_core.classes import alike, checked_classes, class_name
from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import emotion_of

#: Stands for every label that the table does not name.
OTHERWISE = "*"
#: A table of some thousand labels has less.
LARGEST_TABLE = 1_000_000
_ARROW = re.compile(r"->|→")
#: What spreadsheets write between columns.
_COMMAS = (",", ";", "\t")
_COLOUR = re.compile(r"\s(#[0-9A-Fa-f]{6})\s*$")


@dataclass(frozen=True)
class ClassTable:
    """Labels and their classes.

    Attributes:
        classes: the classes' names in their order.
        meanings: by the label, its class, or None for those that are left out.
        colours: of the classes that were given one, as "#RRGGBB".

    Raises:
        DatasetError: the classes are not 2 to 30, two are called alike, or one is called as none may be.
    """

    classes: tuple[str, ...]
    meanings: Mapping[str, str | None]
    colours: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            checked_classes(self.classes)
        except ValueError as error:
            raise DatasetError(str(error)) from None

    @classmethod
    def of(cls, meanings: Mapping[str, str | None], colours: Mapping[str, str] | None = None) -> ClassTable:
        """A table of labels and their classes, which come in the order in which they are first named."""
        try:
            named = {label: None if name is None else class_name(name) for label, name in meanings.items()}
        except ValueError as error:
            raise DatasetError(str(error)) from None
        first: dict[str, str] = {}
        for name in filter(None, named.values()):
            first.setdefault(alike(name), name)
        same = {label: None if name is None else first[alike(name)] for label, name in named.items()}
        given = {first[alike(name)]: colour for name, colour in (colours or {}).items() if alike(name) in first}
        return cls(tuple(first.values()), same, given)

    def knows(self, label: str) -> bool:
        """Whether the table says what a label means."""
        return self._key(label) is not None

    def __getitem__(self, label: str) -> str | None:
        """A label's class; None for one that is left out, or not known."""
        key = self._key(label)
        return None if key is None else self.meanings[key]

    def _key(self, label: str) -> str | None:
        """What the table calls a label: itself or one that is `alike`, else the same emotion by another name."""
        folded = {alike(key): key for key in self.meanings}
        if alike(label) in folded:
            return folded[alike(label)]
        if emotion := emotion_of(label):
            same = next((key for key in self.meanings if key != OTHERWISE and emotion_of(key) == emotion), None)
            if same is not None:
                return same
        return folded.get(OTHERWISE)


def read_class_table(path: Path | str) -> ClassTable:
    """The table in a file: lines as above, or a csv with the columns label and class.

    Raises:
        DatasetError: it is no such table; the message names the line.
        OSError: it cannot be read.
    """
    path = Path(path)
    with path.open("rb") as file:  # a device says that it has none, and gives them without end
        content = file.read(LARGEST_TABLE + 1)
    if len(content) > LARGEST_TABLE:
        raise DatasetError(f"{path} is no table of classes: it has more than {LARGEST_TABLE:,} bytes")
    try:
        return class_table_of(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not in UTF-8") from None
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None


def class_table_of(text: str) -> ClassTable:
    """The table in a text; raises a DatasetError where it is none."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise DatasetError("the table of classes is empty; a line says such as: angry, sad -> negative")
    for comma in _COMMAS:
        columns = [cell.strip().casefold() for cell in lines[0][1].split(comma)]
        if sorted(columns) == ["class", "label"]:
            return ClassTable.of(_once(_of_csv(lines[1:], comma, columns.index("label"))))
    meanings, colours = [], {}
    for number, line in lines:
        labels, arrow, meaning = _parted(line)
        if colour := _COLOUR.search(meaning):
            meaning = meaning[: colour.start()].strip()
            colours[meaning] = colour[1].upper()
        if not labels:
            raise DatasetError(
                f"line {number} ({line[:60]!r}) names no label; allowed are such as: angry, sad -> negative"
            )
        meanings += [(number, label, meaning if arrow else label) for label in labels]
    return ClassTable.of(_once(meanings), colours)


def _parted(line: str) -> tuple[list[str], bool, str]:
    """The labels of a line, whether there is an arrow behind them, and what comes after it."""
    arrow = _ARROW.search(line)
    before, after = (line[: arrow.start()], line[arrow.end() :]) if arrow else (line, "")
    cells = next(csv.reader([before], skipinitialspace=True), [])
    # The blank before a colour is kept, by which it is told from a part of a name.
    return [cell.strip() for cell in cells if cell.strip()], bool(arrow), f" {after.strip()}" if after.strip() else ""


def _of_csv(lines: Iterable[tuple[int, str]], comma: str, label: int) -> Iterable[tuple[int, str, str]]:
    for number, line in lines:
        cells = next(csv.reader([line], delimiter=comma, skipinitialspace=True))
        if len(cells) != 2:
            columns = "one column" if len(cells) == 1 else f"{len(cells)} columns"
            raise DatasetError(f"line {number} has {columns}; needed are two, label and class")
        yield number, cells[label].strip(), cells[1 - label]


def _once(meanings: Iterable[tuple[int, str, str]]) -> dict[str, str | None]:
    """The meanings by their labels, each of which may have one."""
    found: dict[str, str | None] = {}
    named = set()
    for number, label, meaning in meanings:
        if alike(label) in named:
            raise DatasetError(f"line {number} names {label!r} again; a label is in one class")
        named.add(alike(label))
        found[label] = meaning.strip() or None
    return found
