"""What a run's process says while it works: the events in `metrics.jsonl` and the status, written here alone.

Its networks are written by `checkpoint`, what was measured of them by `publish`, and its status while it has no process
by `launcher`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from emotion_core.files import replace_file
from emotion_core.processes import process_mark
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import Batch, Epoch, rewound
from emotion_core.runs.folder import METRICS_FILE, STOP_FILE
from emotion_core.runs.history import read_batches
from emotion_core.runs.status import Status, read_written_status, write_status


class RunWriter:
    """Events and status of a run, written by the process that works at it, or by one on another machine in its name.

    Every method raises an OSError if the run's folder is gone or the disk is full, and in another's name a RunError if
    that process does not work at the run any more.

    Attributes:
        folder: of the run.
        process: number and mark of the process that works at it.
        stop_signalled: whether it was told by a signal to stop.
    """

    def __init__(self, folder: Path, in_name_of: tuple[int | None, str | None] | None = None):
        self.folder, self.stop_signalled, self._another = folder, False, in_name_of is not None
        self.process = in_name_of or (os.getpid(), process_mark(os.getpid()))
        self.read()

    def read(self) -> None:
        """Begin from how the run stands by what is written, whoever wrote it."""
        pid, mark = self.process
        mine = {"run": self.folder.name, "pid": pid, "process_mark": mark, "error": None}
        self._status = read_written_status(self.folder).model_copy(update=mine)

    def status(self, **changes: object) -> None:
        """Say how the run stands: fields of `Status`."""
        self._check_name()
        self._status = Status.model_validate({**self._status.model_dump(), **changes, "heartbeat": time.time()})
        write_status(self.folder, self._status)

    def event(self, event: Epoch | Batch) -> None:
        """Append an event."""
        self._check_name()
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

    def _check_name(self) -> None:
        """Write nothing any more in the name of a process that was killed, when another has taken the run up."""
        if not self._another:
            return
        written = read_written_status(self.folder)
        if (written.pid, written.process_mark) != self.process:
            raise RunError(f"another process works at the run {self.folder.name!r} by now")
