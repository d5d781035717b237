"""What the service has freed goes back to the system."""

from __future__ import annotations

import asyncio
import os
import sys

import psutil
import pytest

from emotion_server import memory

#: Many of them, each too small for the C library to ask the system for it alone.
PARTS, BYTES = 4000, 50_000


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has a way")
def test_what_was_freed_goes_back_while_the_service_runs(monkeypatch):
    monkeypatch.setattr(memory, "INTERVAL", 0.01)
    parts = [os.urandom(BYTES) for _ in range(PARTS)]
    kept = parts[::100] + parts[-1:]  # the heap cannot simply shrink
    full = psutil.Process().memory_info().rss
    del parts

    async def serve() -> None:
        task = asyncio.create_task(memory.give_back_freed())
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(serve())
    assert kept and psutil.Process().memory_info().rss < full - 0.8 * PARTS * BYTES


def test_where_there_is_no_way_nothing_waits(monkeypatch):
    monkeypatch.setattr(memory, "give_back", None)
    asyncio.run(asyncio.wait_for(memory.give_back_freed(), 5))
