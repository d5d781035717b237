"""Reading parquet files with pictures and labels, as data hubs publish them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, seekable
from emotion_core.datasets.readers.labels import (
    GROUP_COLUMNS,
    IMAGE_COLUMNS,
    LABEL_COLUMNS,
    SPLIT_COLUMNS,
    column_of,
)
from emotion_core.datasets.readers.source import Entry
from emotion_core.datasets.splits import split_of
from emotion_core.images import load_image
from emotion_core.progress import Progress

#: Few, as each may hold a picture or a text of many megabytes of which the file has but one copy.
ROWS_AT_ONCE = 8
#: So many characters a label, a split or a group may have.
LONGEST_TEXT = 1000


def entries_in(tree: Tree, name: str, progress: Progress) -> Iterator[Entry]:
    """The faces of a parquet file.

    Raises:
        DatasetError: it is damaged, or has no column of pictures or of labels.
    """
    with parquet_opened(tree, name) as file:
        image, label, split, group = _columns(file.schema_arrow, name)
        default, number = _split_by_name(name), 0
        needed = [column for column in (image, label, split, group) if column]
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=needed):
            for place in range(batch.num_rows):
                (row,) = batch.slice(place, 1).to_pylist()
                for column in needed[1:]:
                    _check_length(row[column], f"{name} row {number}: {column}")
                given = str(row[split]) if split and row[split] is not None else default
                its_group = str(row[group]) if group and row[group] is not None else ""
                yield _entry(f"{name} row {number}", row[image], row[label], given, its_group)
                number += 1
            progress(number / max(1, file.metadata.num_rows))


def _check_length(value: object, what: str) -> None:
    if isinstance(value, str | bytes) and len(value) > LONGEST_TEXT:
        raise DatasetError(f"{what} has {len(value):,} characters; allowed are {LONGEST_TEXT:,}")


def _entry(place: str, picture: object, label: object, split: str, group: str) -> Entry:
    content, source = _content(picture)
    problem = "" if content is not None else "it has no bytes of a picture"
    word = "" if label is None else str(label)
    return Entry(place, source or place, word, split, partial(_picture, content), problem=problem, group=group)


def numbering_in(tree: Tree, name: str) -> dict[str, str]:
    """What a file says that the numbers among its labels mean, as the datasets library writes it; empty if nothing."""
    with parquet_opened(tree, name) as file:
        schema = file.schema_arrow
    return names_of(schema, _columns(schema, name)[1])


def names_of(schema: pa.Schema, column: str) -> dict[str, str]:
    """What a schema says that the numbers in a column mean; empty if nothing."""
    try:
        names = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"][column]["names"]
        return {str(number): str(word) for number, word in enumerate(names)}
    except (KeyError, TypeError, ValueError):
        return {}


@contextmanager
def parquet_opened(tree: Tree, name: str) -> Iterator[pq.ParquetFile]:
    """A parquet file; raises a DatasetError where it is damaged."""
    try:
        with seekable(tree, name) as raw, pq.ParquetFile(raw) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:120]
        raise DatasetError(f"{name}: the parquet file is damaged or incomplete ({reason})") from None


def _columns(schema: pa.Schema, name: str) -> tuple[str, str, str | None, str | None]:
    """The columns of pictures and of labels, and those of splits and groups or None."""
    pictures = [field.name for field in schema if holds_bytes(field.type)]
    image = column_of(pictures, IMAGE_COLUMNS)
    label, split, group = (column_of(schema.names, names) for names in (LABEL_COLUMNS, SPLIT_COLUMNS, GROUP_COLUMNS))
    if not pictures or label is None:
        missing = "pictures' bytes" if not pictures else "labels"
        raise DatasetError(
            f"{name}: no column of {missing} among {', '.join(schema.names)[:200]}; needed are ones such as image and "
            "label"
        )
    others = (None if place is None else schema.names[place] for place in (split, group))
    return pictures[image or 0], schema.names[label], *others


def holds_bytes(kind: pa.DataType) -> bool:
    """Whether a column of this kind may hold pictures."""
    if pa.types.is_struct(kind):
        return any(field.name == "bytes" for field in kind)
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _content(value: object) -> tuple[bytes | None, str]:
    """A picture's bytes and what it is called, if anything."""
    if isinstance(value, dict):
        content, source = value.get("bytes"), str(value.get("path") or "")
    else:
        content, source = value, ""
    # A text would be taken for the path of a picture on this machine.
    return (content if isinstance(content, bytes) else None), source


def _picture(content: bytes | None) -> np.ndarray:
    return load_image(content or b"")


def _split_by_name(name: str) -> str:
    """The split in a file's name or folder: data/train-00000-of-00002.parquet is of train."""
    parts = PurePosixPath(name).with_suffix("").parts
    return next((part for part in reversed(parts) if split_of(part)), "")
