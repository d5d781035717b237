"""Memory that was freed goes back to the system.

The C library keeps what threads free for each of them apart, up to hundreds of megabytes in all, and a server that
decodes and analyses pictures in several threads looks as if it grew.
"""

from __future__ import annotations

import ctypes
import sys


def _c_function() -> ctypes._FuncPointer | None:
    """glibc's malloc_trim, which takes how many bytes may be kept at the end of the heap."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


#: Called with 0, gives back all; None where the system's C library knows no way.
give_back = _c_function()
