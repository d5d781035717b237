"""Memory that was freed goes back to the system while the service runs."""

from __future__ import annotations

import asyncio

from emotion_core.memory import give_back

#: Seconds between two times.
INTERVAL = 5.0


async def give_back_freed() -> None:
    """Do so again and again, until this is cancelled; not where the system's C library knows no way."""
    while give_back is not None:
        await asyncio.sleep(INTERVAL)
        await asyncio.to_thread(give_back, 0)
