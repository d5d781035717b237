"""What a process may use: its processors, and limits that it sets itself before it reads the files of strangers.

These are the system's own, where it has them (Linux; macOS does not keep to those of memory). A process that reaches
the limit of memory gets a MemoryError, or is ended by a library that cannot go on without; one that reaches the limit
of time is ended by the system.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: Where limits can be set at all.
CAN_LIMIT = os.name == "posix"
#: The least limit of memory in bytes: Linux takes 0 for none at all.
_LEAST = 4096
#: How a process ends whose processor time is used up, as `subprocess` has it; None where there is no such limit.
OUT_OF_TIME = -signal.SIGXCPU if CAN_LIMIT else None
#: The same of one that took longer, by the clock, than it may.
TOO_LATE = -signal.SIGALRM if CAN_LIMIT else None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit_address_space(more: int) -> None:
    """Let this process map at most so many bytes more than it has now."""
    import resource

    has = _bytes_of("VmSize")
    if has is not None:
        _limit(resource.RLIMIT_AS, max(_LEAST, has + more))


def resident_memory() -> int:
    """Bytes of memory that this process takes with all that it has loaded; 0 where the system does not say it."""
    return _bytes_of("VmRSS") or 0


def limit_memory(more: int) -> None:
    """Let this process have at most so many bytes of memory of its own more than it has now.

    Files that are mapped, and what threads set aside without using it, do not count, as they do in the address space.
    """
    import resource

    has = _bytes_of("VmData")
    if has is not None:
        _limit(resource.RLIMIT_DATA, max(_LEAST, has + more))


@contextmanager
def limited_memory(more: int) -> Iterator[None]:
    """The same for a while, with all threads of this process; where there is no such limit, without one."""
    if not CAN_LIMIT:
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    limit_memory(more)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def limit_processor_time(more: float) -> None:
    """End this process before it has used so many seconds of processor time more than now, but no full second before.

    The system counts whole seconds.
    """
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + more))


def limit_time(seconds: int) -> None:
    """End this process in so many seconds of the clock, unless it is told otherwise before; 0 is never."""
    signal.alarm(seconds)


def _limit(kind: int, value: int) -> None:
    """Set a limit that this process may change again."""
    import resource

    resource.setrlimit(kind, (_allowed(kind, value), resource.getrlimit(kind)[1]))


def _allowed(kind: int, value: int) -> int:
    """A limit, or the hard one where that is lower, as it is under `ulimit`: nobody may set more."""
    import resource

    hard = resource.getrlimit(kind)[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def _bytes_of(field: str) -> int | None:
    """A size of this process; None where the system does not say it, as macOS."""
    try:
        with open("/proc/self/status") as file:
            line = next((line for line in file if line.startswith(f"{field}:")), None)
    except OSError:
        return None
    return int(line.split()[1]) * 1024 if line else None
