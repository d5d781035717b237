"""Work on the items of an iterator in a thread of its own, some of them ahead of whoever takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Generator[Item], most: int) -> Generator[Item]:
    """The items of a generator in their order, up to so many of them made ahead by one other thread.

    What the generator raises is raised here. Where this is closed, so is the generator, after the item it is at.
    """
    with ThreadPoolExecutor(1) as executor:
        end = object()
        waiting: deque[Future[Item | object]] = deque(executor.submit(next, items, end) for _ in range(most))
        try:
            while (item := waiting.popleft().result()) is not end:
                waiting.append(executor.submit(next, items, end))
                yield item  # type: ignore[misc]  # the only other object is the end
        finally:
            executor.shutdown(cancel_futures=True)
            items.close()
