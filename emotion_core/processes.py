"""Telling a process that lives from any other that ever has its number."""

from __future__ import annotations

from pathlib import Path

import psutil

#: Where Linux says which of its starts the machine is in.
_BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


def is_process(pid: int | None, mark: str | None) -> bool:
    """Whether the process of this number and mark still lives; a bare number may be another's by now."""
    return pid is not None and mark is not None and process_mark(pid) == mark


def process_mark(pid: int) -> str | None:
    """What tells a living process from any other that ever has its number; None if there is none.

    Setting the clock does not change it, as it would change the time of day at which the process started: on Linux it
    is the machine's start and the ticks from that to the process' start, elsewhere psutil's own mark.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if not _BOOT_FILE.exists():
            return str(hash(process))
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return f"{_BOOT_FILE.read_text().strip()} {fields[19]}"
    except (psutil.Error, OSError, ValueError, OverflowError):  # the last two: no process can have that number
        return None
