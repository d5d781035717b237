"""Hostile files one after the other on a process that is watched: what ends it, is slow, grows or is not named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

from tests.attack.corpus import GENERATORS, make
from tests.shell import ROOT

#: What one file may cost: seconds of processor time, bytes more than before.
MOST_SECONDS, MOST_BYTES = 10.0, 2**30
#: Seconds after which a process that does not answer is ended.
PATIENCE = 120
FAILURES = ("crash", "unnamed", "slow", "large")


@dataclass(frozen=True)
class Try:
    """How a hostile file went: "read", "named", or one of `FAILURES`."""

    generator: str
    number: int
    outcome: str
    words: str


class Victim:
    """The watched process, begun anew whenever it has ended."""

    def __enter__(self) -> Victim:
        self._begin()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def attempt(self, kind: str, path: Path) -> tuple[str, str]:
        """How a hostile file goes, and what was said."""
        before, most, done = self._size(), [0], threading.Event()
        watch = threading.Thread(target=self._watch, args=(most, done))
        watch.start()
        patience = threading.Timer(PATIENCE, self._process.kill)
        patience.start()
        try:
            answer = self._ask(kind, path)
        finally:
            patience.cancel()
            done.set()
            watch.join()
        if answer is None:
            self._end()
            self._begin()
            return "crash", "the process ended"
        if most[0] - before > MOST_BYTES:
            return "large", f"{(most[0] - before) / 2**20:,.0f} MB more"
        if answer["seconds"] > MOST_SECONDS:
            return "slow", f"{answer['seconds']:.0f} s of processor time"
        named = answer["outcome"] in ("read", "named")
        return (answer["outcome"], "") if named else ("unnamed", answer["outcome"])

    def _begin(self) -> None:
        command = [sys.executable, "-m", "tests.attack.target"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, **pipes)
        self._process.stdout.readline()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()

    def _ask(self, kind: str, path: Path) -> dict | None:
        try:
            self._process.stdin.write(json.dumps({"kind": kind, "path": str(path)}) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            return None

    def _watch(self, most: list[int], done: threading.Event) -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], self._size())

    def _size(self) -> int:
        """The memory in bytes of the process and all that it started."""
        total = 0
        with suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            for one in (process, *process.children(recursive=True)):
                total += one.memory_info().rss
        return total


def attack(numbers: Iterator[int], until: float = float("inf"), scale: float = 1.0) -> Iterator[Try]:
    """Try the hostile files of these numbers, of every kind one after the other, until a time of the clock.

    `scale` makes what is meant to be very large smaller.
    """
    with Victim() as victim, tempfile.TemporaryDirectory(prefix="attack-") as folder:
        for number in numbers:
            for kind in GENERATORS:
                if time.monotonic() > until:
                    return
                generator, path = make(kind, number, Path(folder), scale)
                yield Try(generator, number, *victim.attempt(kind, path))
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def table(tries: list[Try]) -> str:
    """How many of each generator's files went how."""
    columns = ("read", "named", *FAILURES)
    counts = Counter((one.generator, one.outcome) for one in tries)
    lines = [f"{'generator':24}{'tries':>7}" + "".join(f"{column:>9}" for column in columns)]
    for generator in dict.fromkeys(one.generator for one in tries):
        found = [counts[generator, column] for column in columns]
        lines.append(f"{generator:24}{sum(found):>7}" + "".join(f"{number:>9}" for number in found))
    failed = [one for one in tries if one.outcome in FAILURES]
    lines.append(f"{len(tries)} tries, {len(failed)} failures")
    return "\n".join([*lines, *(f"  {one.generator} {one.number}: {one.outcome}, {one.words}" for one in failed)])
