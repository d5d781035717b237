"""Recording how somebody's face looks at rest, for three seconds, so that answers can be read against it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from emotion_core.streams.answers import TrackedFace
from emotion_core.streams.clock import SAME_TIME

#: How long is recorded, and from one picture to the next, in seconds.
REST_SECONDS, REST_STEP = 3.0, 0.2


class RestRecorder:
    """Takes the crops of the largest face until three seconds of them are there; given to a session as its `watch`.

    Any thread may call any method.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._crops: list[np.ndarray] = []
        self._last = self._began = -1.0

    def watch(self, crops: np.ndarray, faces: Sequence[TrackedFace], time: float) -> None:
        """Take up the largest face of a picture."""
        with self._lock:
            if not faces or self._is_done(time) or (self._crops and time - self._last < REST_STEP - SAME_TIME):
                return
            self._began = time if self._began < 0 else self._began
            self._last = time
            self._crops.append(crops[0].copy())

    @property
    def share(self) -> float:
        """How much is recorded, from 0 to 1."""
        with self._lock:
            return min(1.0, max(0.0, self._last - self._began) / (REST_SECONDS - REST_STEP)) if self._crops else 0.0

    @property
    def done(self) -> bool:
        """Whether three seconds are there."""
        return self.share >= 1.0 - SAME_TIME

    def crops(self) -> np.ndarray:
        """(N, size, size, 3) RGB, uint8; N may be 0."""
        with self._lock:
            return np.stack(self._crops) if self._crops else np.empty((0, 8, 8, 3), np.uint8)

    def _is_done(self, time: float) -> bool:
        return self._began >= 0 and time - self._began > REST_SECONDS
