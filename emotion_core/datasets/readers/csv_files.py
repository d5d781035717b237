"""Reading tables row by row, strictly: every row as long as the header, if they have one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.compressed import opened
from emotion_core.datasets.readers.encodings import LOOK_AT, encoding_in_words, encoding_of, not_in_utf8
from emotion_core.datasets.readers.labels import LABEL_COLUMNS, column_of
from emotion_core.datasets.splits import split_of
from emotion_core.images import EXTENSIONS

#: Characters of one field: the pixels of a face take 9,215 at most.
LONGEST_FIELD = 100_000
#: Bytes of a header line.
LONGEST_HEADER = 65_536
#: Characters of a line; a colour picture of 224x224 as numbers has 600,000.
LONGEST_LINE = 2_000_000
MOST_EMPTY = 1_000_000
#: Rows that are not as long as the header, where they are nearly all: a few kilobytes, packed, can have millions.
MOST_OF_OTHER_LENGTH = 50_000
#: So many times as many rows as are as long as the header are nearly all.
NEARLY_ALL = 10
#: Lines above the names of the columns.
MOST_ABOVE = 100
_DELIMITERS = ",;\t|"
#: A name, and what is said of it: 1.png: happy.
_NAME_AND_LABEL = re.compile(r"[^:]+\.\w{3,4}\s*:\s*[^:]+")
#: A column may be called #.
_COMMENT = re.compile(r"#+[\s!]*\w")
#: Of a face, which no column is called like.
_PIXELS = re.compile(r"\s*\d{1,3}(?:[ ,]\s*\d{1,3}){255,}\s*")
#: The name of a column may say in brackets what its numbers mean, as in "emotion (0 = angry, 1 = happy)".
_EXPLANATION = re.compile(r"\s{0,9}[(\[{][^()\[\]{}=:]*\d\s{0,9}[=:][^()\[\]{}]*[)\]}]")
_MEANING = re.compile(r"(\d{1,3})\s{0,9}[=:]\s{0,9}([^\W\d_][^\d,;|=:()\[\]{}]*)")
#: Spreadsheets may say in a line of its own what separates the fields.
_SEPARATOR_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\s*")


@dataclass
class Csv:
    """A table as text in a folder or an archive: separated by commas, semicolons, tabs, bars, or else by blanks.

    Attributes:
        said_encoding: what the user says that it is in, if it is not in UTF-8.
        files: gives the names of files that it may name, by which its encoding is told.
        header: the names of its columns, without blanks around them; where it has no line with them, which is seen by
            a picture's name in the first line, "column 1" and so on.
        headerless: whether it has none.
        numbering: what it says that numbers among its labels mean.
        done: how much of it has been read, from 0 to 1.
    """

    tree: Tree
    name: str
    said_encoding: str = ""
    files: Callable[[], Iterable[str]] = tuple
    header: list[str] = field(default_factory=list)
    headerless: bool = False
    numbering: Mapping[str, str] = field(default_factory=dict)
    done: float = 0.0
    _delimiter: str = ","
    _encoding: str = ""
    #: Lines before the first row.
    _lines_above: int = 1

    def __post_init__(self) -> None:
        with opened(self.tree, self.name) as (_, content):
            self._encoding = encoding_of(content.read(LOOK_AT), self.name, self.files, self.said_encoding)
        line = self._header_line()
        if not line.strip():
            raise DatasetError(f"{self.name} is empty; needed is a csv file with the names of its columns first")
        self._delimiter = max(_DELIMITERS, key=_EXPLANATION.sub("", line).count)
        line = _EXPLANATION.sub(lambda found: found[0].replace(self._delimiter, " "), line)
        if self._delimiter not in line and len(line.split()) > 1:
            self._delimiter = ":" if _NAME_AND_LABEL.fullmatch(line.strip()) else " "
        try:
            names = self._whole(next(self._reader(iter([line.strip("\r\n")]))))
        except csv.Error:
            raise DatasetError(
                f"{self.name}: its first line cannot be read; needed are the names of the columns in a line that ends "
                "with a line feed"
            ) from None
        self.headerless = any(is_called_as_picture(name) or _PIXELS.fullmatch(name) for name in names)
        self.header = _names_without(names) if self.headerless else list(map(str.strip, names))
        self.header, self.numbering = _explained(self.header)

    @property
    def is_between_bars(self) -> bool:
        """Whether the fields have bars on both sides, as in Markdown."""
        return self._delimiter == "|" and len(self.header) > 2 and not self.header[0] and not self.header[-1]

    @property
    def way(self) -> str:
        """In what way it is written, if not as usual, to be put behind its form: ", in Windows-1252"."""
        return encoding_in_words(self._encoding) if self._encoding else ""

    def _header_line(self) -> str:
        """The first line that is neither empty nor a comment nor says what separates the fields."""
        with self._text("") as (_, text):
            for self._lines_above in range(1, MOST_ABOVE + 1):
                line = text.readline(LONGEST_HEADER)
                if not line or not (line.isspace() or _is_comment(line) or _SEPARATOR_SAID.fullmatch(line)):
                    return line
        raise DatasetError(f"{self.name}: more than {MOST_ABOVE} lines stand above the names of the columns")

    @contextmanager
    def _text(self, newline: str) -> Iterator[tuple[BinaryIO, TextIO]]:
        """The file as it lies there, and its text."""
        try:
            with opened(self.tree, self.name) as (file, content):
                yield file, io.TextIOWrapper(content, self._encoding, newline=newline)
        except UnicodeError:
            raise DatasetError(self._why_not_decoded()) from None

    def _why_not_decoded(self) -> str:
        if self.said_encoding and self._encoding == self.said_encoding:
            return f"{self.name} cannot be read in {self.said_encoding}; say another encoding"
        return not_in_utf8(self.name)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number of the line on which each row ends, and its fields; empty lines are passed over.

        Raises:
            DatasetError: the file is not in its encoding, a field is far too long, nearly all of very many rows are
                not as long as the header, or the file or the zip around it is damaged.
        """
        csv.field_size_limit(LONGEST_FIELD)
        size, whole, others = max(1, self.tree.size(self.name)), 0, 0
        with self._text("") as (file, text):
            for line, row in self._numbered(text):
                if len(row) == len(self.header):
                    whole += 1
                else:
                    others += 1
                if others > max(MOST_OF_OTHER_LENGTH, NEARLY_ALL * whole):
                    number = f"{others:,} of the first {whole + others:,} rows have not {len(self.header)} fields"
                    raise DatasetError(f"{self.name}: {number}")
                self.done = file.tell() / size
                yield line, row
        self.done = 1.0

    def _numbered(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        reader = self._reader(self._lines(text))
        begins, passed_over = 1, 0
        try:
            for row in reader:
                if reader.line_num > self._lines_above - self.headerless and any(row):
                    yield reader.line_num, self._whole(row)
                    passed_over = 0
                passed_over += 1
                if passed_over > MOST_EMPTY:
                    raise DatasetError(f"{self.name}: more than {MOST_EMPTY:,} empty lines follow each other")
                begins = reader.line_num + 1
        except csv.Error as error:
            raise DatasetError(
                f"{self.name}: the row that begins on line {begins} cannot be read ({error}); a quote in it may not be "
                "closed"
            ) from None

    def _lines(self, text: TextIO) -> Iterator[str]:
        """The lines, none of which may be so long that its fields would fill the memory."""
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                raise DatasetError(f"{self.name}: line {number} has more than {LONGEST_LINE:,} characters")
            yield line if number >= self._lines_above else "\n"  # a quote above the table is none of its own

    def _reader(self, lines: Iterator[str]) -> Any:  # the type of the csv module's readers has no name
        return csv.reader(lines, delimiter=self._delimiter, skipinitialspace=self._delimiter in " :")

    def _whole(self, row: list[str]) -> list[str]:
        """A row as long as the header, if it is so but for what a spreadsheet leaves; blanks in a file's name put back.

        Of rows that blanks separate, the name of a file stands first.
        """
        if self._delimiter != " ":
            return _without_empty_columns(row, self.header)
        row = row[:-1] if row[-1] == "" else row  # after blanks at the end of the line
        split = len(row) - (len(self.header) or len(row)) + 1
        return [" ".join(row[:split]), *row[split:]] if split > 1 else row


def _without_empty_columns(row: list[str], header: list[str]) -> list[str]:
    """A row as long as the header where only fields without content, or without a name, are too many or too few."""
    more, fewer = row[len(header) :], header[len(row) :]
    if header and not any(map(str.strip, (*more, *fewer))):
        return row[: len(header)] + [""] * len(fewer)
    return row


def _explained(header: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The names of columns without what they explain, and what the column of labels says that its numbers mean."""
    names = [_EXPLANATION.sub("", name) for name in header]
    label = column_of(names, LABEL_COLUMNS)
    said = "" if label is None else "".join(_EXPLANATION.findall(header[label]))
    return names, {number: meaning.strip(" \"'") for number, meaning in _MEANING.findall(said)}


def _names_without(fields: Sequence[str]) -> list[str]:
    """What the columns are called of a table without names, by its first row: what pixels are shows.

    Empty fields at its end get no name: other rows may lack them.
    """
    held = max((number for number, field in enumerate(fields, 1) if field.strip()), default=0)
    return [*_names_of(fields[:held]), *[""] * (len(fields) - held)]


def _names_of(fields: Sequence[str]) -> list[str]:
    numbered = [f"column {n}" for n in range(1, len(fields) + 1)]
    pixels = [place for place, field in enumerate(fields) if _PIXELS.fullmatch(field)]
    if len(pixels) != 1 or not 2 <= len(fields) <= 3:
        return numbered
    splits = [place for place, field in enumerate(fields) if place not in pixels and split_of(field)]
    if len(splits) != len(fields) - 2:
        return numbered
    called = dict.fromkeys(pixels, "pixels") | dict.fromkeys(splits, "Usage")
    return [called.get(place, "label") for place in range(len(fields))]


def _is_comment(line: str) -> bool:
    """Whether a line begins as comments do, and is no row of a picture whose name begins so."""
    return bool(_COMMENT.match(line)) and not any(map(is_called_as_picture, re.split(rf"[{_DELIMITERS}]", line)))


def is_called_as_picture(name: str) -> bool:
    """Whether a name ends as those of pictures do."""
    return "." in name and name.strip().lower().rpartition(".")[2] in EXTENSIONS
