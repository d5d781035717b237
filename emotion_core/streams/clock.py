"""What time it is in a stream, by the stamps that its source gives, and how late its pictures come."""

from __future__ import annotations

from collections import deque

#: More seconds than these from one picture to the next are a source that counts its time anew.
LONGEST_STEP = 60.0
#: How long a picture has waited is told by the quickest of so many, a minute's, as two clocks drift apart in time.
QUICKEST_OF = 1800
#: Times that differ by less are one: what is added up thirty times a second is never quite round.
SAME_TIME = 1e-3


class StreamClock:
    """Seconds since a stream's first picture. They never go back, whatever the stamps are.

    Attributes:
        seconds: of the newest picture.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._last_stamp: float | None = None
        self._lags: deque[float] = deque(maxlen=QUICKEST_OF)

    def advance(self, stamp: float) -> float:
        """Go on to the next picture's stamp, in seconds from anywhere; gives the seconds since the last picture."""
        last, self._last_stamp = self._last_stamp, stamp
        step = stamp - last if last is not None else 0.0
        elapsed = step if 0 < step <= LONGEST_STEP else 0.0
        if not elapsed:
            self._lags.clear()
        self.seconds += elapsed
        return elapsed

    def waited(self, now: float) -> float:
        """Seconds by which the newest picture came later than the quickest lately; 0 where its stamp tells nothing.

        Args:
            now: when it came, in seconds of another clock, always the same. Call it once a picture.
        """
        self._lags.append(now - self.seconds)
        return self._lags[-1] - min(self._lags)
