"""What goes on in threads beside the page, which looks at it now and then: analysing a video, writing a copy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import emotion_core as ec
from emotion_core.video import PersonTimeline, TimelineSettings, VideoAnalysis, VideoError, VideoResult, timelines

#: What was analysed of a long video takes time to go through: so many times as long it is not gone through again.
BETWEEN_LOOKS = 10.0
#: Is told at which second of the video the work is.
Progress = Callable[[float], None]


class Job:
    """A video that is being analysed, or was."""

    def __init__(self, analysis: VideoAnalysis):
        self.analysis = analysis
        self._failures: list[str] = []
        self._worth_a_look = threading.Event()
        self._looked: tuple[TimelineSettings, VideoResult, list[PersonTimeline]] | None = None
        self._next_look = 0.0
        # The thread must not refer to this object: when the visit ends, that goes and takes the work with it.
        work = (analysis, self._failures, self._worth_a_look)
        self._thread = threading.Thread(target=_run, args=work, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self._thread.is_alive()

    @property
    def failure(self) -> str:
        """Why it ended early, in a sentence; empty if it did not."""
        return next(iter(self._failures), "")

    @property
    def result(self) -> VideoResult:
        """What was analysed so far."""
        return self.analysis.result

    def wait_for_a_face(self, seconds: float) -> None:
        """Wait until a face was seen, or the work has ended, but no longer than so many seconds."""
        self._worth_a_look.wait(seconds)

    def so_far(self, settings: TimelineSettings) -> tuple[VideoResult, list[PersonTimeline]]:
        """What was analysed lately, and what it comes to."""
        began = time.monotonic()
        if self._looked is None or self._looked[0] != settings or began >= self._next_look:
            result = self.result
            self._looked = settings, result, timelines(result, settings)
            took = time.monotonic() - began
            self._next_look = began + BETWEEN_LOOKS * took
        return self._looked[1:]

    def stop(self) -> None:
        """End the work; what was analysed is kept."""
        self.analysis.cancel()

    def __del__(self) -> None:
        self.analysis.cancel()


def _run(analysis: VideoAnalysis, failures: list[str], worth_a_look: threading.Event) -> None:
    try:
        for moment in analysis:
            if moment.faces:
                worth_a_look.set()
    except (VideoError, ec.ModelError, ValueError, OSError) as error:
        failures.append(str(error))
    finally:
        worth_a_look.set()


@dataclass
class _Writing:
    """How far a copy is: seconds of the video, why there is none, and whether it is still wanted."""

    seconds: float = 0.0
    problem: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def progress(self, seconds: float) -> None:
        self.seconds = seconds
        if self.stopped.is_set():
            raise VideoError("stopped; there is no copy")


class CopyJob:
    """A copy of a video that is being written, or was."""

    def __init__(self, write: Callable[[Progress], None], length: float | None):
        """Begin to write it, of a video of so many seconds as far as that is known; it is told how far it is."""
        self._length = length
        self._writing = _Writing()
        self._thread = threading.Thread(target=_write, args=(write, self._writing), daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is not finished yet."""
        return self._thread.is_alive()

    @property
    def share(self) -> float:
        """How much is written, from 0 to 1, as far as the video tells its length."""
        return min(self._writing.seconds / self._length, 1.0) if self._length else 0.0

    @property
    def problem(self) -> str:
        """Why there is no copy, in words; empty if there is one."""
        return self._writing.problem

    def stop(self) -> None:
        """End the work; there is no copy."""
        self._writing.stopped.set()

    def __del__(self) -> None:
        self._writing.stopped.set()


def _write(write: Callable[[Progress], None], writing: _Writing) -> None:
    try:
        write(writing.progress)
    except (VideoError, OSError) as error:
        writing.problem = str(error)
