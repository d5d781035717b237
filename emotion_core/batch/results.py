"""The folder that a batch writes to.

Parts lie at its top, so that whatever reads parquet reads the folder as one table; the names of all else begin with an
underscore or a dot, which such programs pass over. A part is written under another name, and gets its own from the one
process that holds the folder's lock: so a killed batch leaves whole parts alone, and what goes on working after it was
killed adds nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.files import locked, move_into_place, replace_file

BEGUN_FILE, SUMMARY_FILE, REPORT_FILE, LOCK_FILE = "_batch.json", "_summary.json", "_report.txt", ".lock"
TODO_FOLDER = "_todo"
_PART = re.compile(r"part-(\d+)-\d+\.parquet")


class Begun(BaseModel):
    """What a batch was begun with: the file `_batch.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    job: Job


class Results:
    """The folder of a batch that this process works at."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._token = uuid.uuid4().hex

    def parts(self) -> list[Path]:
        """The parts that are there."""
        return sorted(file for file in self.folder.iterdir() if _PART.fullmatch(file.name))

    def next_attempt(self) -> int:
        """A number that no part has in its name yet."""
        numbers = [int(found[1]) for part in self.parts() if (found := _PART.fullmatch(part.name))]
        return max(numbers, default=0) + 1

    def without_done(self, paths: pa.Array) -> pa.Array:
        """Those of the paths that no part has; raises a BatchError where a part cannot be read."""
        read = [read_part(part, "path")["path"].cast(pa.large_string()) for part in self.parts()]
        done = pa.chunked_array([column.combine_chunks() for column in read], pa.large_string())
        return paths.filter(pc.invert(pc.is_in(paths, value_set=done))) if len(done) else paths

    def partial(self, name: str) -> Path:
        """Where a part is written to until it is whole."""
        return self.folder / f".{name}.{self._token}.partial"

    @contextmanager
    def todo(self) -> Iterator[Path]:
        """A folder within for what is to be done, for as long as this lasts."""
        folder = self.folder / TODO_FOLDER
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, name: str) -> None:
        """Give a part that is whole its name; raises an OSError."""
        move_into_place(self.partial(name), self.folder / name)

    def sweep(self) -> None:
        """Remove what this batch, or one that was killed, left half written."""
        shutil.rmtree(self.folder / TODO_FOLDER, ignore_errors=True)
        for file in self.folder.glob(".*.partial*"):
            with suppress(OSError):
                file.unlink()

    def begin(self, source: Path, job: Job) -> None:
        """Note what the batch is begun with, or check that it is what it was begun with."""
        file = self.folder / BEGUN_FILE
        if file.exists():
            begun = _read_begun(file)
            if begun.source != str(source):
                raise BatchError(f"{self.folder} has the results of {begun.source}; name another folder for {source}")
            job.check_same(begun.job, self.folder)
            return
        begun = Begun(source=str(source), job=job)
        replace_file(file, begun.model_dump_json(indent=1).encode())


@contextmanager
def opened(folder: Path, source: Path, job: Job) -> Iterator[Results]:
    """The folder of a batch, made if it is not there, for this process alone.

    Raises:
        BatchError: it cannot be made or written to, has other files in it, another batch works at it, or it was begun
            with something else.
    """
    folder = Path(os.path.abspath(folder))
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_others(folder)
            busy = BatchError(f"another batch writes to {folder}; wait for its end, or name another folder")
            stack.enter_context(locked(folder / LOCK_FILE, busy))
        except OSError as error:
            reason = f"results cannot be written to {folder} ({error.strerror})"
            raise BatchError(f"{reason}; name a folder that can be written to") from None
        results = Results(folder)
        results.begin(source, job)
        results.sweep()
        stack.callback(results.sweep)
        yield results


def _refuse_others(folder: Path) -> None:
    """Keep results from lying among other files; what is hidden does not count."""
    others = [name for name in sorted(os.listdir(folder)) if not name.startswith(".")]
    if others and not (folder / BEGUN_FILE).exists():
        raise BatchError(f"{folder} has other files in it, such as {others[0]}; name a new or an empty folder")


def read_part(part: Path, *columns: str) -> pa.Table:
    """Columns of a part; raises a BatchError where they cannot be read."""
    try:
        return pq.read_table(part, columns=list(columns), partitioning=None).select(columns)
    except (pa.ArrowException, KeyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise BatchError(f"{part} cannot be read ({reason}); remove it, and its pictures are analysed again") from None


def _read_begun(file: Path) -> Begun:
    try:
        return Begun.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise BatchError(f"{file} cannot be read ({reason}); name another folder for the results") from None
