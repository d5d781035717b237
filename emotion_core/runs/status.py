"""How a run stands: `status.json`, replaced at once, and believed only as far as its process lives."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from emotion_core.files import replace_file
from emotion_core.processes import is_process
from emotion_core.runs.events import EVALUATING, TRAINING, VALIDATING
from emotion_core.runs.folder import STATUS_FILE, STOP_FILE, no_such_run
from emotion_core.runs.history import read_history
from emotion_core.seals import sealed, unsealed

State = Literal["queued", "running", "stopping", "stopped", "failed", "done"]
#: What version 0.1.0 called them.
_OLD_WORDS = {"learning": TRAINING, "judging": VALIDATING, "measuring what it has learnt": EVALUATING}
#: A process that has written nothing for so many seconds is said to be silent.
SILENT_SECONDS = 120
#: With less room than this, a disk counts as full: a process may not have been able to write why it ended.
FULL_BYTES = 1_000_000


class Status(BaseModel):
    """How a run stands.

    Attributes:
        state: queued, running, stopping, stopped (by the user; can be resumed), failed (see error; can be resumed) or
            done.
        doing: what a running process is at: `STARTING`, `TRAINING`, `VALIDATING` or `EVALUATING`.
        run: what the process works at, which tells a run from a copy of its folder.
        pid, process_mark: the process, and what tells it from a later one of the same number.
        heartbeat: when the process last wrote (seconds since 1970).
        epoch, epochs: the epoch it is in, from 1, and how many there will be.
        batch, batches: the batch it is in, from 1, and how many an epoch has.
        images_per_second: training throughput, lately.
        error: why it failed, or what is to be known of it, in one sentence.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: State
    doing: Annotated[str, BeforeValidator(lambda words: _OLD_WORDS.get(words, words))] = ""
    run: str | None = None
    pid: int | None = None
    process_mark: str | None = None
    heartbeat: float | None = None
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    images_per_second: float | None = None
    error: str | None = None

    @property
    def active(self) -> bool:
        """Whether a process works at it."""
        return self.state in ("running", "stopping")


def read_status(folder: Path) -> Status:
    """How a run truly stands: what its process wrote, unless that process is gone.

    Raises:
        RunError: there is no such run.
    """
    status = read_written_status(folder)
    if not status.active:
        return status
    if status.run not in (None, folder.name):
        words = f"it is a copy of the run {status.run!r}, made while that one was at work; {_kept(folder)}"
        return status.model_copy(update={"state": "failed", "error": words, "doing": "", "pid": None})
    if is_process(status.pid, status.process_mark):
        return _of_a_living(folder, status)
    if (folder / STOP_FILE).exists():
        words = f"the process had to be ended; {_kept(folder)}"
        return status.model_copy(update={"state": "stopped", "error": words, "doing": ""})
    words = f"the process ended without a word: {_likely_reason(folder)}; {_kept(folder)}"
    return status.model_copy(update={"state": "failed", "error": words, "doing": ""})


def read_written_status(folder: Path) -> Status:
    """What `status.json` says, be it true or not; a damaged one says "failed".

    Raises:
        RunError: there is no such run.
    """
    if not folder.is_dir():
        raise no_such_run(folder.name)
    try:
        return Status.model_validate_json(unsealed((folder / STATUS_FILE).read_bytes()))
    except (OSError, ValueError):
        return Status(state="failed", error=f"its {STATUS_FILE} is missing or damaged; resume the run or delete it")


def write_status(folder: Path, status: Status) -> None:
    """Replace a run's `status.json` at once, so that nobody reads half of it.

    Raises:
        OSError: the folder is gone, or the disk is full.
    """
    replace_file(folder / STATUS_FILE, sealed(status.model_dump_json(indent=1)).encode())


def _of_a_living(folder: Path, status: Status) -> Status:
    changes: dict[str, Any] = {}
    if status.state == "running" and (folder / STOP_FILE).exists():
        changes["state"] = "stopping"
    silent = time.time() - (status.heartbeat or time.time())
    if silent > SILENT_SECONDS:
        changes["error"] = f"its process lives but has not been heard of for {silent / 60:.0f} minutes; stop it"
    return status.model_copy(update=changes)


def _likely_reason(folder: Path) -> str:
    """Why a process could not even say why it ended."""
    try:
        if shutil.disk_usage(folder).free < FULL_BYTES:
            return "the disk is full; make room first"
    except OSError:  # the folder was deleted just now
        pass
    return "it was killed, the memory ran out or the machine went off"


def _kept(folder: Path) -> str:
    finished = len(read_history(folder))
    if not finished:
        return "no epoch was finished; resume it to begin again"
    return f"epoch {finished} is kept; resume it from there"
