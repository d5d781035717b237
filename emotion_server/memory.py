"""Memory that was freed goes back to the system.

Pictures are decoded and analysed in several threads. The C library keeps what they free for each thread apart, up to a
hundred megabytes in all, and the service looks as if it grew.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys

#: Seconds between two times.
INTERVAL = 5.0


async def give_back_freed() -> None:
    """Do so again and again, until this is cancelled; not where the system's C library knows no way."""
    while give_back is not None:
        await asyncio.sleep(INTERVAL)
        await asyncio.to_thread(give_back, 0)


def _c_function() -> ctypes._FuncPointer | None:
    """glibc's malloc_trim, which takes how many bytes may be kept at the end of the heap."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


give_back = _c_function()
