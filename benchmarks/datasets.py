"""Importing FER-2013, opening it again, and looking for duplicates in it.

    python -m benchmarks --only datasets

Promised, for the whole csv on two cores: imported in 25 s and 1.5 GB of memory, from the start of the process to its
end; opened again in 0.3 s; all duplicates and near-duplicates found in 20 s. Without FER-2013, synthetic faces of the
same number would say little, so it is left out then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.folder import watch
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, at_most, figure
from emotion_core.datasets import examine, open_dataset
from emotion_core.workspace import WORKSPACE_VARIABLE

CORES = 2
IMPORT_SECONDS = 25
IMPORT_GB = 1.5
OPEN_SECONDS = 0.3
DUPLICATES_SECONDS = 20
NAME = "FER-2013"


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    if setting.fer2013 is None:
        return "left out, as EMOTION_CORE_FER2013 is not set", []
    command = [sys.executable, "-m", "emotion_core", "dataset", "import", str(setting.fer2013), "--name", NAME]
    with using_workspace(str(setting.scratch)), on_cores(CORES):
        seen = watch(command)
        opened = [_seconds_to_open() for _ in range(setting.rounds)]
        start = time.perf_counter()
        found = examine(open_dataset(NAME)).summary
        duplicates = time.perf_counter() - start
    in_training = ", ".join(f"{count} of {split}" for split, count in found.in_training.items())
    rows = [
        at_most("import", [seen.wall], IMPORT_SECONDS, "s", f"processor {figure(seen.cpu)} s"),
        at_most("memory of the import", [max(seen.memory) / 1000], IMPORT_GB, "GB"),
        at_most("open again", opened, OPEN_SECONDS, "s", f"the first time {figure(opened[0])} s"),
        at_most("duplicates", [duplicates], DUPLICATES_SECONDS, "s", f"also in training: {in_training}"),
    ]
    return f"{found.faces:,} faces, {CORES} cores", rows


def _seconds_to_open() -> float:
    start = time.perf_counter()
    open_dataset(NAME)
    return time.perf_counter() - start


@contextmanager
def using_workspace(folder: str) -> Iterator[None]:
    """Use this folder as the user's own for a while."""
    before = os.environ.get(WORKSPACE_VARIABLE)
    os.environ[WORKSPACE_VARIABLE] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ[WORKSPACE_VARIABLE]
        else:
            os.environ[WORKSPACE_VARIABLE] = before
