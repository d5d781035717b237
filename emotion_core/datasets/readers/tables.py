"""Tables, however they are written: as text, in Markdown, as json, or as parquet without pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Folder, Tree, may_be_table, without_compression
from emotion_core.datasets.readers.columns import columns_in
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.fer2013 import is_faces
from emotion_core.datasets.readers.json_tables import ENDINGS, JsonTable
from emotion_core.datasets.readers.markdown_tables import ENDINGS as MARKDOWN, MarkdownTable
from emotion_core.datasets.readers.parquet_tables import PARQUET, ParquetTable


def table_at(tree: Tree, name: str, encoding: str = "", files: Callable[[], Iterable[str]] = tuple) -> Csv:
    """A table as its ending says that it is written; raises a DatasetError where it cannot be read.

    Args:
        encoding: what it is in, if it is not in UTF-8 and the user says so.
        files: gives the names of files that it may name.
    """
    if name.lower().endswith(PARQUET):
        return ParquetTable(tree, name)
    if without_compression(name).lower().endswith(ENDINGS):
        return JsonTable(tree, name, encoding, files)
    if is_markdown(name):
        return MarkdownTable(tree, name, encoding, files)
    table = Csv(tree, name, encoding, files)
    if table.is_between_bars:
        with suppress(DatasetError):  # without a rule below the names of the columns it is a table as others
            return MarkdownTable(tree, name, encoding, files)
    return table


def table_alone(path: Path | str, encoding: str = "") -> Csv:
    """A table that was given by its path; raises a DatasetError or an OSError where it cannot be read."""
    path = Path(path)
    path.stat()  # where there is none, that is an OSError, as for any path that is given
    folder = Folder(path.parent)
    return table_at(folder, path.name, encoding, folder.nearby)


def is_table(tree: Tree, name: str) -> bool:
    """Whether a file may be a table: it is called so, or is parquet that says something and holds no pictures."""
    if not name.lower().endswith(PARQUET):
        return may_be_table(name)
    try:
        table = ParquetTable(tree, name)
        return not table.has_pictures and says_something(table)
    except DatasetError:  # what is wrong with it is said where it is read
        return False


def is_markdown(name: str) -> bool:
    """Whether a file is called as texts in Markdown."""
    return name.lower().endswith(MARKDOWN)


def is_csv(name: str) -> bool:
    """Whether a file is a table by its name: a text or json may be anything."""
    return without_compression(name).lower().endswith((".csv", ".tsv"))


def says_something(table: Csv) -> bool:
    """Whether a table holds faces in pixels, or paths and labels."""
    return is_faces(table.header) or columns_in(table) is not None
