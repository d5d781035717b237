"""Sharing objects of which each may be used by one thread at a time."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Pool(Generic[T]):
    """Lends out objects, making a new one whenever all are lent.

    OpenCV's detectors and LiteRT's interpreters give wrong results or errors when two threads use one at once.
    """

    def __init__(self, make: Callable[[], T]):
        self._make = make
        self._free: queue.LifoQueue[T] = queue.LifoQueue()

    @contextmanager
    def lend(self) -> Iterator[T]:
        """An object that is the caller's alone until the block ends."""
        try:
            item = self._free.get_nowait()
        except queue.Empty:
            item = self._make()
        try:
            yield item
        finally:
            self._free.put(item)
