"""A part of a batch: some pictures, and the parquet file that holds what was found in them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from emotion_core.batch.job import Job
from emotion_core.inference.results import PhotoResult, columns_of

#: So many pictures a part, or fewer where each process would have only a few parts; a picture takes about 30 ms, and
#: what a killed process had of its part is done again.
MOST_PICTURES = 256
#: So many parts for each process, where there are few pictures ...
PARTS_A_PROCESS = 8
#: ... and so many in all, where there are more of them than these would hold: then parts hold more.
MOST_PARTS = 10_000


@dataclass(frozen=True)
class Part:
    """Some pictures of a batch.

    Attributes:
        name: of the file that is to hold what is found.
        paths: of the pictures.
    """

    name: str
    paths: list[str]


def pictures_a_part(pictures: int, processes: int) -> int:
    """How many pictures a part is to hold."""
    balanced = -(-pictures // (PARTS_A_PROCESS * processes))
    return max(1, min(MOST_PICTURES, balanced), -(-pictures // MOST_PARTS))


def parts_of(paths: pa.Array, size: int, attempt: int) -> Iterator[Part]:
    """The parts of pictures, named so that no other attempt has a part of the same name."""
    for number, start in enumerate(range(0, len(paths), size)):
        yield Part(f"part-{attempt:04d}-{number:06d}.parquet", paths.slice(start, size).to_pylist())


def schema_of(classes: Iterable[str]) -> pa.Schema:
    """The columns of a part: those of the CSV of photos, with `path` in place of `photo`."""
    texts = dict.fromkeys(("path", "error", "emotion", "model", "prior"), pa.string())
    kinds = {**texts, "face": pa.int32()}
    names = ["path" if name == "photo" else name for name in columns_of(classes)]
    return pa.schema([(name, kinds.get(name, pa.float64())) for name in names])


def write_part(results: Iterable[PhotoResult], job: Job, file: Path) -> None:
    """Write a row a face, and one for each picture without a face or with an error; raises an OSError.

    Whoever else writes the same part, as a process that was given up and lives, does not write to the same file.
    """
    rows = [_row(row) for result in results for row in result.to_rows()]
    own = file.with_name(f"{file.stem}.{uuid.uuid4().hex}.partial")
    try:
        pq.write_table(pa.Table.from_pylist(rows, schema_of(job.classes)), own, compression="zstd")
        os.replace(own, file)
    finally:
        own.unlink(missing_ok=True)


def _row(row: dict[str, object]) -> dict[str, object]:
    error = str(row["error"]).encode("utf-8", "replace").decode()
    return {**row, "path": row["photo"], "error": error}
