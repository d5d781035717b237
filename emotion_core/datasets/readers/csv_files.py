"""Reading csv files row by row, strictly: in UTF-8, with every row as long as the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, damage_named

#: Characters of one field: the pixels of a face take 9,215 at most.
LONGEST_FIELD = 100_000
#: Bytes of a header line.
LONGEST_HEADER = 65_536
_DELIMITERS = ",;\t"


@dataclass
class Csv:
    """A csv file in a folder or a zip.

    Attributes:
        header: the names of its columns, without blanks around them.
        done: how much of it has been read, from 0 to 1.
    """

    tree: Tree
    name: str
    header: list[str] = field(default_factory=list)
    done: float = 0.0
    _delimiter: str = ","

    def __post_init__(self) -> None:
        with damage_named(self.tree, self.name), self.tree.open(self.name) as file:
            line = _decoded(file.readline(LONGEST_HEADER), self.name)
        if not line.strip():
            raise DatasetError(f"{self.name} is empty; needed is a csv file with the names of its columns first")
        self._delimiter = max(_DELIMITERS, key=line.count)
        try:
            names = next(csv.reader([line.strip("\r\n")], delimiter=self._delimiter))
        except csv.Error:
            raise DatasetError(
                f"{self.name}: its first line cannot be read; needed are the names of the columns in a line that ends "
                "with a line feed"
            ) from None
        self.header = [column.strip() for column in names]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number of the line on which each row ends, and its fields; empty lines are passed over.

        Raises:
            DatasetError: the file is not in UTF-8, a field is far too long, or the zip around it is damaged.
        """
        csv.field_size_limit(LONGEST_FIELD)
        size = max(1, self.tree.size(self.name))
        with (
            damage_named(self.tree, self.name),
            self.tree.open(self.name) as file,
            io.TextIOWrapper(file, "utf-8-sig", newline="") as text,
        ):
            for line, row in self._numbered(text):
                self.done = file.tell() / size
                yield line, row
        self.done = 1.0

    def _numbered(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(text, delimiter=self._delimiter)
        begins = 1
        try:
            for row in reader:
                if reader.line_num > 1 and any(row):
                    yield reader.line_num, row
                begins = reader.line_num + 1
        except UnicodeDecodeError:
            raise DatasetError(_not_utf8(self.name)) from None
        except csv.Error as error:
            raise DatasetError(
                f"{self.name}: the row that begins on line {begins} cannot be read ({error}); a quote in it may not be "
                "closed"
            ) from None


def _decoded(line: bytes, name: str) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DatasetError(_not_utf8(name)) from None


def _not_utf8(name: str) -> str:
    return f"{name} is not in UTF-8; save it as CSV in UTF-8"
