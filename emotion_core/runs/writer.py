"""What a run's process says while it works: the events in `metrics.jsonl` and the status, written here alone.

Its networks are written by `checkpoint`, what was measured of them by `publish`, and its status while it has no process
by `launcher`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from emotion_core.files import replace_file
from emotion_core.runs.events import Batch, Epoch, rewound
from emotion_core.runs.folder import METRICS_FILE, STOP_FILE
from emotion_core.runs.history import read_batches
from emotion_core.runs.processes import process_mark
from emotion_core.runs.status import Status, read_written_status, write_status


class RunWriter:
    """Events and status of a run, written by the process that works at it.

    Every method raises an OSError if the run's folder is gone or the disk is full.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.stop_signalled = False
        written = read_written_status(folder)
        mine = {"run": folder.name, "pid": os.getpid(), "process_mark": process_mark(os.getpid())}
        self._status = written.model_copy(update={"error": None, **mine})

    def status(self, **changes: object) -> None:
        """Say how the run stands: fields of `Status`."""
        self._status = Status.model_validate({**self._status.model_dump(), **changes, "heartbeat": time.time()})
        write_status(self.folder, self._status)

    def event(self, event: Epoch | Batch) -> None:
        """Append an event."""
        with (self.folder / METRICS_FILE).open("a", encoding="utf-8") as file:
            file.write(event.line() + "\n")

    def rewind(self, history: list[Epoch], batch: int) -> None:
        """Make `metrics.jsonl` what it was when so many epochs, and batches of the next, were finished.

        What was written later will be trained again; what is missing, as the process was killed before it was written,
        is added.
        """
        replace_file(self.folder / METRICS_FILE, rewound(read_batches(self.folder), history, batch))

    def asked_to_stop(self) -> bool:
        """Whether the user wants the run to stop, by file or by signal."""
        return self.stop_signalled or (self.folder / STOP_FILE).exists()
