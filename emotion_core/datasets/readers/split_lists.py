"""Lists that say which pictures are of which split, beside labels that stand elsewhere: train.txt, or a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.columns import image_column_of
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.labels import SPLIT_COLUMNS, column_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.datasets.splits import split_of


def with_split_lists(source: Source, pictures: Pictures, tables: Sequence[Csv]) -> Source:
    """A source with the splits that lists among its unused files give to its pictures; without any the same."""
    lists = {table.name: found for table in tables if table.name in source.unused and (found := _in(table, pictures))}
    if not lists:
        return source
    split_by_name = {name: split for found in lists.values() for name, split in found.items()}

    def entries() -> Iterator[Entry]:
        for entry in source.entries():
            name = entry.source if entry.source in split_by_name else entry.source.rpartition(" face ")[0]
            yield replace(entry, split=split_by_name.get(name, entry.split))

    unused = [name for name in source.unused if name not in lists]
    return replace(source, entries=entries, unused=unused, form=f"{source.form}, splits from {', '.join(lists)}")


def _in(table: Csv, pictures: Pictures) -> Mapping[str, str]:
    """By the name of a picture its split; empty where a table is no such list."""
    split = column_of(table.header, SPLIT_COLUMNS)
    by_name = PurePosixPath(table.name).stem if len(table.header) == 1 else ""
    if not (split_of(by_name) or split is not None):
        return {}
    try:
        rows = [fields for _, fields in table.rows() if len(fields) == len(table.header)]
        image = image_column_of(table) if split is not None else 0
    except DatasetError:
        return {}
    if image is None:
        return {}
    if split is None and not table.headerless:
        rows = [table.header, *rows]  # names without endings look like a header
    names = [pictures.find(table.name, fields[image].strip().replace("\\", "/")) for fields in rows]
    if split is None and not table.headerless and not all(names):
        return {}
    words = [by_name if split is None else fields[split].strip() for fields in rows]
    return {name: word for name, word in zip(names, words, strict=True) if name and split_of(word)}
