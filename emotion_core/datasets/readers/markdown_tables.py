"""Tables in Markdown, as in a README: cells between bars, a rule below the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.compressed import opened
from emotion_core.datasets.readers.csv_files import Csv, is_called_as_picture
from emotion_core.datasets.readers.encodings import encoding_of

#: A larger file is no text that somebody wrote.
MOST_BYTES = 16 * 2**20
ENDINGS = (".md", ".markdown")
_RULE = re.compile(r"(?=[\s|:+]*-)[\s|:+-]+")
_CELLS = re.compile(r"(?<!\\)\|")
#: [1.png](images/1.png) and ![a face](images/1.png): where they lead.
_LINK = re.compile(r"!?\[[^\[\]]*\]\(\s*<?([^()\s>]++)>?[^()]*\)")


@dataclass
class MarkdownTable(Csv):
    """The first table with names of pictures in a text; see `csv_files.Csv`.

    Raises a DatasetError where there is none.
    """

    def __post_init__(self) -> None:
        with opened(self.tree, self.name) as (_, file):
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise DatasetError(f"{self.name} is larger than {MOST_BYTES >> 20} MB")
        self._encoding = encoding_of(content, self.name, self.files, self.said_encoding)
        try:
            lines = content.decode(self._encoding).splitlines()
        except UnicodeError:
            raise DatasetError(self._why_not_decoded()) from None
        found = next((table for table in _tables_in(lines) if any(map(_names_a_picture, table))), None)
        if found is None:
            raise DatasetError(f"{self.name} holds no table with names of pictures")
        self.header, self._rows = found[0][1], found[1:]

    @property
    def way(self) -> str:
        return ", in Markdown"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number of the line of each row, and its fields."""
        for number, (line, fields) in enumerate(self._rows, start=1):
            self.done = number / len(self._rows)
            yield line, fields


def _tables_in(lines: Sequence[str]) -> Iterator[list[tuple[int, list[str]]]]:
    """The names of the columns and the rows of each table, with the numbers of their lines."""
    place = 1
    while place < len(lines):
        table = _table_at(lines, place) if _is_rule(lines, place) else []
        if table:
            yield table
        place += max(1, len(table))


def _is_rule(lines: Sequence[str], place: int) -> bool:
    """Whether a line is the rule below the names of columns."""
    is_one = "|" in lines[place - 1] and bool(_RULE.fullmatch(lines[place]))
    return is_one and len(_cells(lines[place])) == len(_cells(lines[place - 1]))


def _table_at(lines: Sequence[str], rule: int) -> list[tuple[int, list[str]]]:
    table = [(rule, _cells(lines[rule - 1]))]
    for place in range(rule + 1, len(lines)):
        if "|" not in lines[place]:
            break
        table.append((place + 1, _cells(lines[place])))
    return table


def _cells(line: str) -> list[str]:
    cells = _CELLS.split(line.strip())
    cells = cells[1:] if not cells[0].strip() else cells
    cells = cells[:-1] if cells and not cells[-1].strip() and line.strip().endswith("|") else cells
    return [_plain(cell) for cell in cells]


def _plain(cell: str) -> str:
    """What a cell says, without what makes it bold, code or a link."""
    text = _LINK.sub(r"\1", cell.replace("\\|", "|").strip())
    return text.strip("*`").strip() if len(text) > 2 else text


def _names_a_picture(row: tuple[int, list[str]]) -> bool:
    return any(map(is_called_as_picture, row[1]))
