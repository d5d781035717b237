"""Waiting for what other threads, processes and event loops do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")

#: Seconds after which what has not happened on a busy machine will not happen. Below pytest's own limit for a test.
PATIENCE = 90


def wait_until(happened: Callable[[], Result], seconds: float = PATIENCE) -> Result:
    """What a function gives once that is true; fails where it is not within so many seconds."""
    end = time.monotonic() + seconds
    while not (result := happened()):
        assert time.monotonic() < end, f"did not happen in {seconds} s"
        time.sleep(0.02)
    return result


def result_of(work: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine gives, run in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
