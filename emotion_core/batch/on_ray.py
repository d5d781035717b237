"""Parts of a batch on a Ray cluster: a dataset of parts, mapped by actors that each have a process of their own.

All machines read the pictures, and write what was found, on a disk that they share.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.lane import Lane
from emotion_core.batch.parts import Part
from emotion_core.batch.results import Results

#: So many parts a file of the dataset, as Ray reads each into one block.
PARTS_A_FILE = 500


class Analyzer:
    """What an actor of Ray does: it has a `Lane`, so that what happens where a process dies is the same everywhere."""

    def __init__(self, job: dict[str, Any], root: str):
        self._lane = Lane(Job.model_validate(job), Path(root))

    def __call__(self, parts: dict[str, np.ndarray]) -> dict[str, Any]:
        """Analyse parts; gives their numbers, and as JSON what went wrong, which as an error Ray would wrap."""
        return {"number": parts["number"], "problem": np.array([self._problem(part) for part in _rows(parts)])}

    def _problem(self, part: dict[str, Any]) -> str:
        try:
            self._lane.analyze(Part(part["name"], json.loads(part["paths"])), Path(part["partial"]))
        except BatchError as error:
            return json.dumps({"failed": str(error)})
        except OSError as error:
            return json.dumps({"errno": error.errno, "failed": error.strerror, "where": error.filename})
        return ""


def analyze_on_ray(parts: Iterable[Part], results: Results, job: Job, root: Path, actors: int) -> Iterator[Part]:
    """Analyse parts on the cluster that this process is connected to, and give each as soon as its file is written.

    Args:
        parts: to be analysed.
        results: the folder that all machines see.
        job, root: see `Lane`.
        actors: how many at a time, each on a processor. The cluster must have at least one more: Ray Data waits
            without a word where actors take them all, as reading the dataset takes one, too.

    Raises:
        BatchError, OSError: see `Lane.analyze`.
    """
    from ray.data import ActorPoolStrategy, DataContext, read_parquet

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    known: list[Part] = []
    with results.todo() as folder:
        files = list(_write(parts, results, folder, known))
        # A block is what is given to an actor at a time; without this a file of the dataset would be one.
        blocks = read_parquet(files).repartition(target_num_rows_per_block=1)
        done = blocks.map_batches(
            Analyzer,
            fn_constructor_args=(job.model_dump(), str(root)),
            batch_size=1,
            compute=ActorPoolStrategy(size=actors),
            num_cpus=1,
        )
        for row in done.iter_rows():
            _raise_problem(row["problem"])
            yield known[row["number"]]


def _write(parts: Iterable[Part], results: Results, folder: Path, known: list[Part]) -> Iterator[str]:
    """Write the dataset of parts; `known` gets them by their numbers."""
    parts = iter(parts)
    while some := list(islice(parts, PARTS_A_FILE)):
        first = len(known)
        known += some
        table = {
            "number": range(first, len(known)),
            "name": [part.name for part in some],
            "partial": [str(results.partial(part.name)) for part in some],
            "paths": pa.array([json.dumps(part.paths) for part in some], pa.large_string()),
        }
        file = folder / f"{first:09d}.parquet"
        pq.write_table(pa.table(table), file)
        yield str(file)


def _rows(columns: dict[str, np.ndarray]) -> Iterator[dict[str, Any]]:
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _raise_problem(text: str) -> None:
    if not text:
        return
    problem = json.loads(text)
    if "errno" not in problem:
        raise BatchError(problem["failed"])
    raise OSError(problem["errno"], problem["failed"], problem["where"])
