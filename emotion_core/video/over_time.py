"""Faces read by a sequence model: each by what is seen of it just before and after."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

import numpy as np

from emotion_core.models.sequence import SequenceModel, resampled
from emotion_core.video.locating import Located

#: Times are compared with so much to spare, in seconds.
SPARE = 1e-6


def read_over_time(model: SequenceModel, batches: Iterable[list[Located]]) -> Iterator[tuple[Located, np.ndarray]]:
    """Each frame with the probabilities of its faces, (faces, classes), half a window after it was located.

    A face is read by its frames within half of the model's window on either side; at the ends of the time in which it
    is seen, by those that there are.
    """
    half, windows = model.card.window / 2, _Windows(model)
    for batch in batches:
        windows.add(batch)
        if batch:
            yield from windows.read_until(batch[-1].seconds - half + SPARE)
    yield from windows.read_until(np.inf)


class _Windows:
    """Frames whose windows are not whole yet, and what was seen of each face lately."""

    def __init__(self, model: SequenceModel):
        self._model, self._half = model, model.card.window / 2 + SPARE
        self._waiting: deque[Located] = deque()
        self._seen: defaultdict[int, deque[tuple[float, np.ndarray]]] = defaultdict(deque)

    def add(self, batch: list[Located]) -> None:
        """Take frames up, in the order of their times."""
        embeddings = iter(self._model.embed(np.concatenate([one.crops for one in batch])))
        for located in batch:
            self._waiting.append(located)
            for number in located.numbers:
                self._seen[number].append((located.seconds, next(embeddings)))

    def read_until(self, seconds: float) -> Iterator[tuple[Located, np.ndarray]]:
        """Give up the frames until a time, read."""
        ready: list[Located] = []
        while self._waiting and self._waiting[0].seconds <= seconds:
            ready.append(self._waiting.popleft())
        windows = [self._window(number, one.seconds) for one in ready for number in one.numbers]
        rows = self._model.predict_proba(windows)
        place = 0
        for located in ready:
            yield located, rows[place : place + len(located.numbers)]
            place += len(located.numbers)
        if ready:
            self._forget(ready[-1].seconds - self._half)

    def _window(self, number: int, seconds: float) -> np.ndarray:
        """The embeddings about a time at even steps, (steps, D)."""
        near = [(at, seen) for at, seen in self._seen[number] if abs(at - seconds) <= self._half]
        return resampled(np.array([at for at, _ in near]), np.stack([seen for _, seen in near]), self._model.card.step)

    def _forget(self, seconds: float) -> None:
        """Forget what no window reaches any more."""
        for number, seen in list(self._seen.items()):
            while seen and seen[0][0] < seconds:
                seen.popleft()
            if not seen:
                del self._seen[number]
