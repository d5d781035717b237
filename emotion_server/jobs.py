"""Videos under way: each a folder that all worker processes see, so that any of them can say how it stands.

A worker takes the videos that came to it one after the other. The video itself is removed as soon as it is analysed,
what was found when it is deleted, an hour later, or when the service ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

import psutil

from emotion_core.csv_tables import CSV_ENCODING
from emotion_core.files import locked, replace_file, temporary_prefix
from emotion_core.video import VideoAnalysis, VideoCsv, VideoElsewhere, VideoError, VideoSettings

#: Names the folder that worker processes share; without it there is one process, with a folder of its own.
FOLDER_VARIABLE = "EMOTION_JOBS_FOLDER"
VIDEO, STATUS = "video", "status.json"
RESULTS = {"json": "result.json", "csv": "result.csv"}
#: While it is uploading nobody knows its id yet, but it counts.
UPLOADING, QUEUED, RUNNING, DONE, FAILED, CANCELLED = "uploading", "queued", "running", "done", "failed", "cancelled"
UNDER_WAY = (UPLOADING, QUEUED, RUNNING)
LOCK = "lock"
#: Seconds from one note of the progress to the next, for which what was found is kept, and between looks for old jobs.
NOTED, KEPT, LOOKED = 0.5, 3600, 60


@dataclass(frozen=True)
class JobStatus:
    """The state of a job.

    Attributes:
        id: of the job; nobody can guess it.
        name: what the client called the video.
        state: uploading, queued, running, done, failed or cancelled.
        progress: how much is analysed, 0 to 1.
        error: why it failed, or what is wrong with the video; empty if nothing.
        model, card_sha256, version: what analyses it.
        pid: of the process that does.
        changed: when this was noted, in seconds of the clock.
    """

    id: str
    name: str
    state: str
    progress: float
    error: str
    model: str
    card_sha256: str
    version: str
    pid: int
    changed: float


class Jobs:
    """The jobs of all worker processes; it is this one that analyses those that it is given."""

    def __init__(self) -> None:
        self._own = None if os.environ.get(FOLDER_VARIABLE) else tempfile.mkdtemp(prefix=temporary_prefix("jobs"))
        self._folder = Path(self._own or os.environ[FOLDER_VARIABLE])
        self._executor = ThreadPoolExecutor(1, "video")
        self._ending = threading.Event()

    def new(self, name: str, model: dict[str, str], most: int) -> Path | None:
        """The folder of a new job, whose video is still to come; None where so many are under way in all workers.

        Raises:
            OSError: it cannot be made, as where the disk is full.
        """
        with locked(self._folder / LOCK):  # else as many as come at the same moment would all find room
            if self.under_way() >= most:
                return None
            folder = self._folder / secrets.token_hex(16)
            folder.mkdir(mode=0o700)
            status = JobStatus(folder.name, name, UPLOADING, 0.0, "", **model, pid=os.getpid(), changed=time.time())
            try:
                _write(folder, status)
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return folder

    def begin(self, folder: Path, settings: VideoSettings) -> JobStatus:
        """Analyse the video in a job's folder once those before it are done.

        Raises:
            VideoError: it is no video.
            OSError: how the job stands cannot be noted, as where the disk is full.
        """
        VideoElsewhere(folder / VIDEO).close()
        status = replace(_read(folder), state=QUEUED)
        _write(folder, status)
        self._executor.submit(self._run, folder, settings, status)
        return status

    def status(self, job: str) -> JobStatus | None:
        """The state of a job; None where there is no such job."""
        if not re.fullmatch(r"[0-9a-f]{32}", job):
            return None
        try:
            found = _read(self._folder / job)
        except OSError:
            return None
        if found.state in UNDER_WAY and not psutil.pid_exists(found.pid):
            return replace(found, state=FAILED, error="the process that analysed it has ended; send it again")
        return found

    def result(self, job: str, form: str) -> Path:
        """The file with what was found, of a job that is there; it has rows as soon as frames are analysed."""
        return self._folder / job / RESULTS[form]

    def delete(self, job: str) -> None:
        """Cancel a job, and forget what it found."""
        gone = self._folder / f"{job}.deleted"
        with suppress(OSError):
            os.rename(self._folder / job, gone)  # at once, as it may just be written to
        shutil.rmtree(gone, ignore_errors=True)

    def under_way(self) -> int:
        """How many videos wait or are analysed, in all worker processes."""
        found = (self.status(path.name) for path in self._folder.iterdir())
        return sum(status is not None and status.state in UNDER_WAY for status in found)

    def close(self) -> None:
        """Cancel what this process analyses."""
        self._ending.set()
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._own:
            shutil.rmtree(self._own, ignore_errors=True)

    async def forget_old(self) -> None:
        """Again and again remove what nobody fetched in time, and videos whose process has ended, until cancelled."""
        while True:
            await asyncio.to_thread(self._forget)
            await asyncio.sleep(LOOKED)

    def _forget(self) -> None:
        for folder in self._folder.iterdir():
            status = self.status(folder.name)
            if status and status.state not in UNDER_WAY:
                with suppress(OSError):
                    (folder / VIDEO).unlink(missing_ok=True)
                if time.time() - status.changed > KEPT:
                    self.delete(folder.name)

    def _run(self, folder: Path, settings: VideoSettings, status: JobStatus) -> None:
        try:
            ended = self._analyse(folder, VideoAnalysis(VideoElsewhere(folder / VIDEO), settings), settings, status)
        except OSError as error:  # the folder is gone, or the disk is full
            ended = replace(status, state=FAILED, error=error.strerror or "the disk cannot be written to")
        except Exception as error:
            ended = replace(status, state=FAILED, error=str(error))
        (folder / VIDEO).unlink(missing_ok=True)
        _note(folder, ended)

    def _analyse(self, folder: Path, analysis: VideoAnalysis, settings: VideoSettings, status: JobStatus) -> JobStatus:
        """Write what is found as it is found. Where the video ends it, what was found until then is the result."""
        noted, problem = 0.0, ""
        with ExitStack() as stack:
            stack.callback(analysis.close)
            stack.enter_context(self._cancelled_when_deleted(folder, analysis))
            lines = stack.enter_context((folder / RESULTS["csv"]).open("w", newline="", encoding=CSV_ENCODING))
            table = VideoCsv(lines, classes=settings.classes)
            rows = _JsonRows(stack.enter_context((folder / RESULTS["json"]).open("w", encoding="utf-8")), status)
            try:
                for moment in analysis:
                    table.add(status.name, moment)
                    rows.add(moment.to_rows(status.name))
                    if time.monotonic() - noted > NOTED:
                        noted = time.monotonic()
                        _note(folder, replace(status, state=RUNNING, progress=round(analysis.share, 3)))
            except VideoError as error:
                if not len(analysis.result.moments):
                    raise
                problem = f"{error}; {analysis.result.note}"
            if self._is_unwanted(folder):
                return replace(status, state=CANCELLED)
            rows.end()
        return replace(status, state=DONE, progress=1.0, error=problem or analysis.result.note)

    def _is_unwanted(self, folder: Path) -> bool:
        """Whether a job was deleted, or this process is to end."""
        return self._ending.is_set() or not folder.exists()

    @contextmanager
    def _cancelled_when_deleted(self, folder: Path, analysis: VideoAnalysis) -> Iterator[None]:
        """End the analysis soon after nobody wants it any more, also where its next frame is long in coming."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(NOTED):
                if self._is_unwanted(folder):
                    analysis.cancel()
                    return

        watching = threading.Thread(target=watch, name="job watch")
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()


class _JsonRows:
    """A document {"model", "card_sha256", "version", "rows": [...]} that grows a row at a time."""

    def __init__(self, file: IO[str], status: JobStatus):
        self._file = file
        model = {name: getattr(status, name) for name in ("model", "card_sha256", "version")}
        self._file.write(json.dumps(model)[:-1] + ', "rows": [')
        self._between = "\n"

    def add(self, rows: list[dict[str, object]]) -> None:
        for row in rows:
            self._file.write(self._between + json.dumps(row, ensure_ascii=False))
            self._between = ",\n"

    def end(self) -> None:
        self._file.write("\n]}\n")


def _read(folder: Path) -> JobStatus:
    return JobStatus(**json.loads((folder / STATUS).read_bytes()))


def _write(folder: Path, status: JobStatus) -> None:
    replace_file(folder / STATUS, json.dumps(asdict(replace(status, changed=time.time()))).encode())


def _note(folder: Path, status: JobStatus) -> None:
    """Write how a job stands, unless its folder was deleted meanwhile, or the disk is full."""
    with suppress(OSError):
        if folder.is_dir():
            _write(folder, status)
