"""Writing a table as CSV: the one way for every file that a spreadsheet may open.

A spreadsheet takes a cell that begins with certain signs for a formula, and may run it; names of files, labels and
groups come from whoever made them. So an apostrophe is put before such a text, unless the caller wants it raw.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

#: A file of CSV opened with this reads well in Excel, which takes UTF-8 without its mark for the system's encoding.
CSV_ENCODING = "utf-8-sig"
#: What makes a spreadsheet take a text for a formula when it begins so; the last four as some write them in Asia.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvTable:
    """A table that grows by rows, its header first.

    Args:
        file: open for text, best with `newline=""` and `encoding=CSV_ENCODING`.
        columns: their names.
        raw: leave texts as they are that a spreadsheet takes for formulas.

    Attributes:
        guarded: how many cells got an apostrophe.
    """

    def __init__(self, file: TextIO, columns: Sequence[str], raw: bool = False):
        self._columns, self._raw = list(columns), raw
        self._writer = csv.writer(file)
        self.guarded = 0
        self._writer.writerow(map(self._cell, self._columns))

    def add_row(self, row: Mapping[str, object] | Sequence[object]) -> None:
        """A row: values by their columns, missing ones empty; or in the order of the columns."""
        values = [row.get(name, "") for name in self._columns] if isinstance(row, Mapping) else row
        self._writer.writerow([self._cell(value) for value in values])

    def _cell(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        text = encodable(value)
        if self._raw or not text.startswith(FORMULA_STARTS):
            return text
        self.guarded += 1
        return f"'{text}"


def write_table(file: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, object]], raw: bool = False) -> int:
    """Write a whole `CsvTable`; how many cells got an apostrophe."""
    table = CsvTable(file, columns, raw)
    for row in rows:
        table.add_row(row)
    return table.guarded


def guarded_in_words(cells: int) -> str:
    """What to say where cells got an apostrophe; empty where none did."""
    if not cells:
        return ""
    which = "1 cell that a spreadsheet would read as a formula begins"
    if cells > 1:
        which = f"{cells:,} cells that a spreadsheet would read as formulas begin"
    return f"{which} with an apostrophe; --raw writes the text as it is"


def encodable(text: str) -> str:
    """The text with a question mark for each byte of a file name that is no UTF-8, which no file could hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
