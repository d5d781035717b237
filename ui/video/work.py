"""The analysis of a video in a thread beside the page, which looks at it now and then."""

from __future__ import annotations

import threading

import emotion_core as ec
from emotion_core.video import VideoAnalysis, VideoError, VideoResult


class Job:
    """A video that is being analysed, or was."""

    def __init__(self, analysis: VideoAnalysis):
        self.analysis = analysis
        self._failures: list[str] = []
        # The thread must not refer to this object: when the visit ends, that goes and takes the work with it.
        self._thread = threading.Thread(target=_run, args=(analysis, self._failures), daemon=True)
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

    def stop(self) -> None:
        """End the work; what was analysed is kept."""
        self.analysis.cancel()

    def __del__(self) -> None:
        self.analysis.cancel()


def _run(analysis: VideoAnalysis, failures: list[str]) -> None:
    try:
        for _ in analysis:
            pass
    except (VideoError, ec.ModelError, ValueError, OSError) as error:
        failures.append(str(error))
