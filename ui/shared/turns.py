"""So many works of a kind at once, those of all visits together: the next one waits for its turn."""

from __future__ import annotations

import threading

#: Seconds between two looks at whether it is one's turn.
BEAT = 0.2


class Turns:
    """Turns of a kind of work.

    Args:
        most: so many at once; each takes much memory.
    """

    def __init__(self, most: int):
        self.most = most
        self._free = threading.BoundedSemaphore(most)

    def take(self, seconds: float = 0.0) -> bool:
        """Take a turn, which must be given back; False where none becomes free within so many seconds."""
        return self._free.acquire(timeout=seconds)

    def give_back(self) -> None:
        """The work has ended."""
        self._free.release()

    @property
    def are_free(self) -> bool:
        """Whether one could be taken just now."""
        if free := self.take():
            self.give_back()
        return free
