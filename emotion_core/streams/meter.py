"""How long a stream's pictures take."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from statistics import fmean

#: What is done with each picture.
STAGES = ("detect", "track", "classify", "draw")
#: Rates and times are averaged over the last so many pictures.
AVERAGED = 60
#: Pictures that were done longer ago than so many seconds tell no rate.
RECENT = 2.0


class StreamMeter:
    """The times of the last pictures, and when they were done."""

    def __init__(self) -> None:
        self._seconds: dict[str, deque[float]] = {name: deque(maxlen=AVERAGED) for name in (*STAGES, "whole", "wait")}
        self._done: deque[float] = deque(maxlen=AVERAGED)

    def add(self, seconds: Mapping[str, float], now: float) -> None:
        """Note what a picture took: seconds of each of `STAGES`, of the "whole", and of the "wait" before."""
        self._done.append(now)
        for name, value in seconds.items():
            self._seconds[name].append(value)

    def milliseconds(self) -> dict[str, float]:
        """The means, by the names of `add`; 0 before the first picture."""
        return {name: 1000 * fmean(values) if values else 0.0 for name, values in self._seconds.items()}

    def rate(self, now: float) -> float:
        """Pictures done per second of late; 0 where there are too few to tell."""
        recent = [time for time in self._done if now - time < RECENT]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0
