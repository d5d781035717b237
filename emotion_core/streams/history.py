"""What was said of every face every tenth of a second, as much of it as there is room for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from emotion_core.inference.results import FaceResult
from emotion_core.streams.clock import SAME_TIME
from emotion_core.streams.observations import STEP, Observation, observation_of


class History:
    """The newest observations of a stream, the oldest of them first."""

    def __init__(self, most: int):
        """Keep so many observations at the most."""
        self._observations: deque[Observation] = deque(maxlen=most)
        self._most = most
        self._dropped = False
        self._last_time = -float("inf")

    def add(
        self, faces: Iterable[tuple[int, FaceResult]], time: float, second: Mapping[int, FaceResult] | None = None
    ) -> None:
        """Take up the numbered faces of a picture, unless the last ones were taken up less than `STEP` before.

        Args:
            faces: their numbers and what is said of them.
            time: in seconds.
            second: what another model says of them, by their numbers.
        """
        if time - self._last_time < STEP - SAME_TIME:
            return
        others = second or {}
        new = [observation_of(number, result, time, others.get(number)) for number, result in faces]
        self._dropped = self._dropped or len(self._observations) + len(new) > self._most
        self._observations.extend(new)
        self._last_time = time

    def since(self, time: float) -> list[Observation]:
        """The observations from a time on."""
        return [observation for observation in self._observations if observation.time >= time]

    @property
    def kept_since(self) -> float:
        """From when on the observations are kept, in seconds; 0 as long as nothing had to be dropped."""
        return self._observations[0].time if self._dropped else 0.0
