"""What the service has freed goes back to the system."""

from __future__ import annotations

import asyncio
import os
import sys

import psutil
import pytest

from emotion_server import memory
from tests.waiting import PATIENCE

#: Many of them, each too small for the C library to ask the system for it alone.
PARTS, BYTES = 4000, 50_000


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has a way")
def test_what_was_freed_goes_back_while_the_service_runs(monkeypatch):
    monkeypatch.setattr(memory, "INTERVAL", 0.01)
    parts = [os.urandom(BYTES) for _ in range(PARTS)]
    kept = parts[::100] + parts[-1:]  # the heap cannot simply shrink
    this = psutil.Process()
    enough = this.memory_info().rss - 0.8 * PARTS * BYTES
    del parts
    assert kept and this.memory_info().rss > enough  # of itself it stays

    async def serve() -> None:
        task = asyncio.create_task(memory.give_back_freed())
        while this.memory_info().rss > enough:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(serve(), PATIENCE))


def test_where_there_is_no_way_nothing_waits(monkeypatch):
    monkeypatch.setattr(memory, "give_back", None)
    asyncio.run(asyncio.wait_for(memory.give_back_freed(), 5))
