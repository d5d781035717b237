"""A csv with a column of paths and one of labels, beside its pictures; or several, one a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
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
from emotion_core.datasets.readers.picture_files import is_picture, load_picture
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_of

FORM = "a csv with paths and labels"


def is_path_table(header: Sequence[str]) -> bool:
    """Whether a csv has a column of paths and one of labels."""
    return all(column_of(header, names) is not None for names in (IMAGE_COLUMNS, LABEL_COLUMNS))


def name_splits(tables: Sequence[Csv]) -> bool:
    """Whether several tables are called by the splits of their faces: train_labels.csv beside test_labels.csv."""
    return len(tables) > 1 and all(split_of(PurePosixPath(table.name).stem) for table in tables)


class Pictures:
    """Finds pictures by the paths in a table, which start where the table lies.

    Args:
        tree: the files.
        everywhere: a picture that is not there may lie anywhere in the tree, if no other one is called so.
    """

    def __init__(self, tree: Tree, everywhere: bool = False):
        self._tree, self._everywhere = tree, everywhere

    def find(self, table: str, path: str) -> str | None:
        """The name of a picture in the tree, or None where there is none, or more than one."""
        name = (PurePosixPath(table).parent / path).as_posix()
        if self._tree.has(name):
            return name
        places = self._by_file_name.get(PurePosixPath(path).name, ()) if self._everywhere else ()
        return places[0] if len(places) == 1 else None

    @cached_property
    def _by_file_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in filter(is_picture, self._tree.names()):
            found.setdefault(PurePosixPath(name).name, []).append(name)
        return found


def path_table(csv: Csv, pictures: Pictures) -> Source:
    """A csv with a column of paths and one of labels, maybe of splits and groups.

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
    return Source(FORM, csv.name, lambda: _entries_of(csv, pictures), lambda: csv.done)


def path_tables(tree: Tree, tables: Sequence[Csv]) -> Source:
    """Several such tables, each called by the split of its faces, see `name_splits`."""
    progress, pictures = Progress(len(tables)), Pictures(tree, everywhere=True)
    by_name = {table.name: table for table in tables}

    def entries() -> Iterator[Entry]:
        for name in progress.over(list(by_name)):
            for entry in _entries_of(by_name[name], pictures):
                progress.within(by_name[name].done)
                place = f"{name} {entry.place}"
                yield replace(entry, place=place, split=entry.split or PurePosixPath(name).stem)

    return Source(f"{len(tables)} tables with paths and labels", tree.source, entries, progress.share)


def _entries_of(csv: Csv, pictures: Pictures) -> Iterator[Entry]:
    image, label = column_of(csv.header, IMAGE_COLUMNS), column_of(csv.header, LABEL_COLUMNS)
    split, group = column_of(csv.header, SPLIT_COLUMNS), column_of(csv.header, GROUP_COLUMNS)
    assert image is not None and label is not None
    for line, fields in csv.rows():
        place = f"line {line}"
        if len(fields) != len(csv.header):
            problem = f"{len(fields)} fields instead of {len(csv.header)}"
            yield Entry(place, "", "", "", partial(load_picture, csv.tree, ""), problem=problem)
            continue
        path = fields[image].strip().replace("\\", "/")
        name = pictures.find(csv.name, path)
        yield Entry(
            place,
            name or path,
            fields[label],
            fields[split] if split is not None else _split_in_path(name or path, csv.name),
            partial(load_picture, csv.tree, name or path),
            problem="" if name else f"there is no picture {fields[image].strip()!r}",
            group=fields[group] if group is not None else "",
        )


def _split_in_path(name: str, table: str) -> str:
    """The nearest folder of a picture, below the table's own, that is called as a split; an empty text for none."""
    path, above = PurePosixPath(name), PurePosixPath(table).parent
    below = path.relative_to(above) if path.is_relative_to(above) else path
    return next((part for part in reversed(below.parts[:-1]) if split_of(part)), "")
