"""A csv with a column of paths and one of labels, beside its pictures; or several, one a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.labels import (
    GROUP_COLUMNS,
    IMAGE_COLUMNS,
    LABEL_COLUMNS,
    SPLIT_COLUMNS,
    column_of,
)
from emotion_core.datasets.readers.picture_files import load_picture
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_of

FORM = "a csv with paths and labels"


def is_path_table(header: Sequence[str]) -> bool:
    """Whether a csv has a column of paths and one of labels."""
    return all(column_of(header, names) is not None for names in (IMAGE_COLUMNS, LABEL_COLUMNS))


def name_splits(tables: Sequence[Csv]) -> bool:
    """Whether several tables are called by the splits of their faces: train_labels.csv beside test_labels.csv."""
    return len(tables) > 1 and all(split_of(PurePosixPath(table.name).stem) for table in tables)


def path_table(csv: Csv) -> Source:
    """A csv with a column of paths and one of labels, maybe of splits and groups; paths start where the csv lies.

    Where it has no column of splits, folders in the paths may say them.

    Raises:
        DatasetError: there is no column of paths, or none of labels.
    """
    if not is_path_table(csv.header):
        columns = {"paths": IMAGE_COLUMNS, "labels": LABEL_COLUMNS}
        missing = " and ".join(word for word, names in columns.items() if column_of(csv.header, names) is None)
        raise DatasetError(
            f"{csv.name}: no column of {missing} among {', '.join(csv.header)[:200]}; needed are columns such as "
            "path and label, or emotion, pixels and Usage"
        )
    return Source(FORM, csv.name, lambda: _entries_of(csv), lambda: csv.done)


def path_tables(tree: Tree, tables: Sequence[Csv]) -> Source:
    """Several such tables, each called by the split of its faces, see `name_splits`."""
    progress = Progress(len(tables))
    by_name = {table.name: table for table in tables}

    def entries() -> Iterator[Entry]:
        for name in progress.over(list(by_name)):
            for entry in _entries_of(by_name[name]):
                progress.within(by_name[name].done)
                place = f"{name} {entry.place}"
                yield replace(entry, place=place, split=entry.split or PurePosixPath(name).stem)

    return Source(f"{len(tables)} tables with paths and labels", tree.source, entries, progress.share)


def _entries_of(csv: Csv) -> Iterator[Entry]:
    image, label = column_of(csv.header, IMAGE_COLUMNS), column_of(csv.header, LABEL_COLUMNS)
    split, group = column_of(csv.header, SPLIT_COLUMNS), column_of(csv.header, GROUP_COLUMNS)
    assert image is not None and label is not None
    base = PurePosixPath(csv.name).parent
    for line, fields in csv.rows():
        place = f"line {line}"
        if len(fields) != len(csv.header):
            problem = f"{len(fields)} fields instead of {len(csv.header)}"
            yield Entry(place, "", "", "", partial(load_picture, csv.tree, ""), problem=problem)
            continue
        path = fields[image].strip().replace("\\", "/")
        name = (base / path).as_posix()
        yield Entry(
            place,
            name,
            fields[label],
            fields[split] if split is not None else _split_in_path(path),
            partial(load_picture, csv.tree, name),
            problem="" if csv.tree.has(name) else f"there is no picture {fields[image].strip()!r}",
            group=fields[group] if group is not None else "",
        )


def _split_in_path(path: str) -> str:
    """The nearest folder of a path that is called as a split; an empty text for none."""
    return next((part for part in reversed(PurePosixPath(path).parts[:-1]) if split_of(part)), "")
