"""The pictures of a batch: those below a folder, or those that a manifest names.

A picture's path, as text, is what it is known by: absolute below a folder, as it is written in a manifest. Bytes of a
file's name that are no UTF-8 stand in it as \\udc80 to \\udcff.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from emotion_core.batch.errors import BatchError
from emotion_core.images import READABLE
from emotion_core.inference.photo_files import photos_in

#: The column of a manifest that names the pictures.
COLUMN = "path"
#: How manifests are called: tables with that column, or texts with a path a line.
MANIFESTS = (".csv", ".txt", ".parquet")
_ESCAPED = re.compile(r"\\udc([89a-f][0-9a-f])")


@dataclass(frozen=True)
class Source:
    """Where the pictures of a batch are named.

    Attributes:
        place: the folder or the manifest, absolute.
        root: what relative paths begin at.
        paths: large strings, each once.
    """

    place: Path
    root: Path
    paths: pa.Array


def read_source(place: Path) -> Source:
    """The pictures below a folder in order of name, or those of a manifest in its order.

    Raises:
        BatchError: there is none, it cannot be read, or names no picture.
    """
    place = Path(os.path.abspath(place))
    try:
        if os.path.isdir(place):
            root, paths = place, _as_array(map(str, _below(place)))
        else:
            root, paths = place.parent, _of_manifest(place)
    except PermissionError as error:
        raise BatchError(f"no permission to read {error.filename or place}") from None
    except FileNotFoundError:
        raise BatchError(f"there is no folder or manifest {place}") from None
    if not len(paths):
        raise BatchError(f"no pictures in {place}; readable are {READABLE}")
    return Source(place, root, pc.unique(paths))


def file_of(path: str, root: Path) -> Path:
    """The file that a path is of."""
    name = _ESCAPED.sub(lambda found: chr(0xDC00 + int(found[1], 16)), path)
    return Path(name) if "://" in name else root / name


def _below(folder: Path) -> Iterator[Path]:
    os.listdir(folder)  # raises where it may not be looked into
    return photos_in([folder])


def _of_manifest(place: Path) -> pa.Array:
    kind = place.suffix.lower()
    if kind not in MANIFESTS:
        os.stat(place)
        allowed = ", ".join(MANIFESTS)
        raise BatchError(f"{place} is neither a folder nor a manifest; a manifest's name ends in one of {allowed}")
    if kind == ".parquet":
        return _of_parquet(place)
    with place.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines = _of_csv(place, csv.reader(file)) if kind == ".csv" else (line.rstrip("\r\n") for line in file)
        return _as_array(line for line in lines if line.strip())


def _of_csv(place: Path, rows: Iterator[list[str]]) -> Iterator[str]:
    try:
        header = [name.strip() for name in next(rows, [])]
        if COLUMN not in header:
            raise _no_column(place, header)
        number = header.index(COLUMN)
        for row in rows:
            if len(row) > number:
                yield row[number]
    except csv.Error as error:
        raise BatchError(f"{place} cannot be read as csv ({error})") from None


def _of_parquet(place: Path) -> pa.Array:
    try:
        names = pq.read_schema(place).names
        if COLUMN not in names:
            raise _no_column(place, names)
        column = pq.read_table(place, columns=[COLUMN], partitioning=None)[COLUMN]
        paths = pc.drop_null(column.cast(pa.large_string())).combine_chunks()
        paths.validate(full=True)
        return paths
    except (FileNotFoundError, PermissionError):
        raise
    except (pa.ArrowException, OSError) as error:  # pyarrow says so, too, where nothing is wrong with the disk
        raise BatchError(f"{place} cannot be read as parquet ({str(error).splitlines()[0]})") from None


def _no_column(place: Path, header: list[str]) -> BatchError:
    there = ", ".join(map(repr, header[:10])) or "none"
    return BatchError(f"{place} has no column {COLUMN!r} with the paths of pictures; its columns are {there}")


def _as_array(paths: Iterator[str]) -> pa.Array:
    return pa.array((path.encode("utf-8", "backslashreplace").decode() for path in paths), pa.large_string())
