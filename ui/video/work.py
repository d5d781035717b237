"""What goes on in threads beside the page, which looks at it now and then: analysing a video, writing a copy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import emotion_core as ec
from emotion_core.video import (
    PersonTimeline,
    Seconds,
    TimelineSettings,
    VideoAnalysis,
    VideoError,
    VideoResult,
    timelines,
)
from ui.shared.turns import BEAT, Turns

#: So many videos are analysed at once, and so many copies written, by all visits together: each is decoded in a process
#: that may take much memory.
ANALYSES, COPIES = Turns(2), Turns(2)
#: What was analysed of a long video takes time to go through: so many times as long it is not gone through again.
BETWEEN_LOOKS = 10.0


class Job:
    """A video that is being analysed, or was; `ended` is called when it has ended."""

    def __init__(self, analysis: VideoAnalysis, ended: Callable[[], None] = lambda: None):
        self.analysis = analysis
        self._failures: list[str] = []
        self._worth_a_look = threading.Event()
        self._looked: tuple[TimelineSettings, VideoResult, list[PersonTimeline]] | None = None
        self._next_look = 0.0
        # The thread must not refer to this object: when the visit ends, that goes and takes the work with it.
        work = (analysis, self._failures, self._worth_a_look, ended)
        self._thread = threading.Thread(target=_run, args=work, daemon=True)
        self._thread.start()

    @classmethod
    def begun(cls, opened: Callable[[], VideoAnalysis]) -> Job | None:
        """The analysis of a video, which is opened when it has one of `ANALYSES`; None where others must end before."""
        if not ANALYSES.take():
            return None
        try:
            return cls(opened(), ANALYSES.give_back)
        except BaseException:
            ANALYSES.give_back()
            raise

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


def _run(
    analysis: VideoAnalysis, failures: list[str], worth_a_look: threading.Event, ended: Callable[[], None]
) -> None:
    try:
        for moment in analysis:
            if moment.faces:
                worth_a_look.set()
    except (VideoError, ec.ModelError, ValueError, OSError) as error:
        failures.append(str(error))
    finally:
        ended()
        worth_a_look.set()


@dataclass
class _Writing:
    """How far a copy is: whether its turn has come, seconds of the video, why there is none, whether it is wanted."""

    has_begun: bool = False
    seconds: float = 0.0
    problem: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def progress(self, seconds: float) -> None:
        self.seconds = seconds
        if self.stopped.is_set():
            raise VideoError("stopped; there is no copy")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One of `COPIES`, waited for; raises a VideoError where the copy is no longer wanted before."""
        while not COPIES.take(BEAT):
            self.progress(0.0)
        self.has_begun = True
        try:
            yield
        finally:
            COPIES.give_back()


class CopyJob:
    """A copy of a video that is being written, or was."""

    def __init__(self, write: Callable[[Seconds], None], length: float | None):
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
    def has_begun(self) -> bool:
        """Whether it waits no longer for copies that others have begun."""
        return self._writing.has_begun

    @property
    def was_stopped(self) -> bool:
        """Whether there is no copy because nobody wanted it any more."""
        return bool(self.problem) and self._writing.stopped.is_set()

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


def _write(write: Callable[[Seconds], None], writing: _Writing) -> None:
    try:
        with writing.turn():
            write(writing.progress)
    except (VideoError, OSError) as error:
        writing.problem = str(error)
