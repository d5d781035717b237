"""A folder of 2,000 photos through the command line.

    python -m benchmarks --only folder

Promised: at least 40 photos a second on two cores, from the start of the process to its end, in memory that does not
grow: in the last quarter of the run at most 5 % more than in the second. The photos, of 640x480 to 1280x960, are made
anew from the marked ones and removed afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.photos import fill_folder, marked_photos
from benchmarks.setting import ROOT, Setting, on_cores
from benchmarks.table import Row, at_least, at_most, figure, median

CORES = 2
PHOTOS_A_SECOND = 40
GROWTH = 5.0


@dataclass(frozen=True)
class Watched:
    """A process that has ended.

    Attributes:
        wall, cpu: seconds by the clock, and of the processor.
        memory: MB, ten times a second, of it and of all that it started.
        own: the same of it alone.
    """

    wall: float
    cpu: float
    memory: list[float]
    own: list[float]


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    marked, which = marked_photos(setting.photos, setting.scratch)
    folder = setting.scratch / "photos"
    fill_folder(folder, [photo.path for photo in marked], setting.files)
    with on_cores(CORES):
        seen = watch([sys.executable, "-m", "emotion_core", "analyze", str(folder), "--csv", str(folder / "table.csv")])
    return f"{setting.files} photos made of {which}, {CORES} cores", _rows(seen, setting.files)


def watch(command: list[str]) -> Watched:
    """Run a command to its end and watch its memory.

    Raises:
        RuntimeError: it failed.
    """
    start, memory, own = time.perf_counter(), [], []
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        own.append(memory_of(process.pid))
        memory.append(own[-1] + sum(map(memory_of, _started_by(process.pid))))
        time.sleep(0.1)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
    seen = ([value for value in values if value] for values in (memory, own))
    return Watched(wall, usage.ru_utime + usage.ru_stime, *seen)


def _started_by(pid: int) -> list[int]:
    """All that a process has started, and what that has."""
    with suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []


def memory_of(pid: int) -> float:
    """A process's resident memory in MB; 0 if it has just ended."""
    status = Path(f"/proc/{pid}/status")
    if status.parent.parent.joinpath("self").exists():
        lines: list[str] = []
        with suppress(OSError):  # it has ended since
            lines = status.read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True).stdout
    return int(listed or 0) / 1024


def growth(memory: list[float]) -> tuple[float, str]:
    """By how many percent the last quarter's median exceeds the second's, and both in words."""
    quarter = max(1, len(memory) // 4)
    second, last = median(memory[quarter : 2 * quarter] or memory), median(memory[-quarter:])
    return 100 * (last / second - 1), f"{second:.0f} MB, then {last:.0f} MB; most {max(memory):.0f} MB"


def _rows(seen: Watched, photos: int) -> list[Row]:
    grown, in_words = growth(seen.memory)
    processor = (
        f"processor {figure(1000 * seen.cpu / photos)} ms a photo, {seen.cpu / seen.wall:.2f} cores busy with it"
    )
    return [
        at_least("photos a second", [photos / seen.wall], PHOTOS_A_SECOND, "a second", processor),
        at_most("memory grows, second quarter to last", [grown], GROWTH, "%", in_words),
    ]
