"""Which frames of a video are asked for: a part by start and end, and of that every frame or some."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from emotion_core.streams.clock import SAME_TIME


@dataclass(frozen=True)
class Selection:
    """A part of a video, and how many of its frames.

    Attributes:
        start: of the part, in seconds from the video's beginning.
        end: of the part, in seconds; None for the video's own end.
        every: seconds from one frame to the next; None for no such limit.
        step: every so many frames; 1 for each.

    Raises:
        ValueError: a number is none or not allowed.
    """

    start: float = 0.0
    end: float | None = None
    every: float | None = None
    step: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.start < math.inf:
            raise ValueError(f"the start must be 0 seconds or later, not {self.start}")
        if self.end is not None and not self.end > self.start:
            raise ValueError(f"the end ({self.end:g} s) must be after the start ({self.start:g} s)")
        if self.every is not None and not 0 < self.every < math.inf:
            raise ValueError(f"the seconds from frame to frame must be more than 0, not {self.every}")
        if self.step < 1:
            raise ValueError(f"every how many frames one is taken must be 1 or more, not {self.step}")

    def is_over(self, seconds: float) -> bool:
        """Whether a time is after the part."""
        return self.end is not None and seconds > self.end + SAME_TIME

    def chooser(self) -> Chooser:
        """Something that is asked for each frame of a video in turn."""
        return Chooser(self)


class Chooser:
    """Says of each frame in turn whether it is one of a selection."""

    def __init__(self, selection: Selection):
        self._chosen = selection
        self._due = selection.start
        self._passed = 0

    @property
    def due(self) -> float:
        """The earliest time of the next frame that is taken, as far as it can be told."""
        return self._due if self._chosen.step == 1 else self._chosen.start

    def takes(self, seconds: float) -> bool:
        """Whether the frame of a time, in seconds and after the last one's, is taken."""
        chosen = self._chosen
        if seconds < chosen.start - SAME_TIME or chosen.is_over(seconds):
            return False
        self._passed += 1
        if (self._passed - 1) % chosen.step or seconds < self._due - SAME_TIME:
            return False
        if chosen.every:
            steps = math.floor((seconds - chosen.start + SAME_TIME) / chosen.every) + 1
            self._due = chosen.start + steps * chosen.every
        return True


def seconds_of(text: str) -> float:
    """A time as people write it, in seconds: "75", "1:15", "1:15.5" or "0:01:15".

    Raises:
        ValueError: it is no time.
    """
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text.strip()):
        raise ValueError(f"{text!r} is no time; write seconds, such as 75 or 2.5, or minutes and seconds, such as 1:15")
    seconds = 0.0
    for part in text.strip().split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
