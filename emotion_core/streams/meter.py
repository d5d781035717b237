"""How long a stream's pictures take."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from statistics import fmean

#: What is done with each picture; "compare" is a second model's part, and nothing where there is none.
STAGES = ("detect", "track", "classify", "compare", "draw")
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
        """Pictures done per second lately; 0 where there are too few to tell."""
        recent = [time for time in self._done if now - time < RECENT]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0


class NetworkTimes:
    """What the networks of two models took for the faces of the same pictures, by the names of both."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], tuple[int, float, float]] = {}

    def add(self, models: tuple[str, str], seconds: tuple[float, float]) -> None:
        """Note what each took for the faces of a picture."""
        pictures, first, second = self._sums.get(models, (0, 0.0, 0.0))
        self._sums[models] = pictures + 1, first + seconds[0], second + seconds[1]

    def milliseconds(self) -> dict[tuple[str, str], tuple[float, float]]:
        """The means over the pictures that both read."""
        return {
            models: (1000 * first / pictures, 1000 * second / pictures)
            for models, (pictures, first, second) in self._sums.items()
        }
