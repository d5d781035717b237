"""Hostile files one after the other on a process that is watched: what ends it, is slow, grows or is not named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.attack.corpus import GENERATORS, make
from tests.shell import ROOT

#: What one file may cost: seconds of processor time, bytes more than before.
MOST_SECONDS, MOST_BYTES = 10.0, 2**30
#: Seconds after which a process that does not answer is ended.
PATIENCE = 120
FAILURES = ("crash", "unnamed", "other", "slow", "large")


@dataclass(frozen=True)
class Try:
    """How a hostile file went: "read", "named", or one of `FAILURES`.

    Attributes:
        kind, generator, number: which file it was.
        words: what is to be said of a failure.
        seconds: of processor time that it took.
        megabytes: by how many the process, with all that it started, grew meanwhile.
    """

    kind: str
    generator: str
    number: int
    outcome: str
    words: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0


class Victim:
    """The watched process, begun anew whenever it has ended.

    Args:
        code: the checkout of an earlier version that is tried instead of this one.
    """

    def __init__(self, code: Path | None = None):
        self._code = code

    def __enter__(self) -> Victim:
        self._workspace = tempfile.TemporaryDirectory(prefix="attack-")
        if self._code:
            for part in ("emotion_core", "models"):
                (Path(self._workspace.name) / part).symlink_to(self._code.resolve() / part)
        self._begin()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()
        self._workspace.cleanup()

    def attempt(self, kind: str, generator: str, number: int, path: Path) -> Try:
        """How a hostile file goes."""
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
            return Try(kind, generator, number, "crash", "the process ended")
        cost = {"seconds": answer["seconds"], "megabytes": max(0, most[0] - before) / 2**20}
        return Try(kind, generator, number, *_judged(answer, most[0] - before), **cost)

    def _begin(self) -> None:
        module = "tests.attack.earlier" if self._code else "tests.attack.target"
        command = [sys.executable, "-P", "-m", module]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        paths = [self._workspace.name, str(ROOT)] if self._code else [str(ROOT)]
        own = {WORKSPACE_VARIABLE: self._workspace.name, "PYTHONPATH": os.pathsep.join(paths)}
        environment = {**os.environ, **own}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
        self._process.stdout.readline()

    def _end(self) -> None:
        with suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                child.kill()
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
        return bytes_of(self._process.pid)


def bytes_of(pid: int) -> int:
    """The memory of a process and all that it started."""
    return int(sum(_of_family(pid, _own_bytes)))


def _own_bytes(process: psutil.Process) -> int:
    """The memory of a process. What has just been forked has its parent's until it becomes another program."""
    parent = process.parent()
    shares = parent is not None and process.cmdline() == parent.cmdline()
    return 0 if shares else process.memory_info().rss


def seconds_of(pid: int) -> float:
    """The processor time of a process and all that it started, those that have ended included."""
    times = _of_family(pid, psutil.Process.cpu_times)
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def _of_family(pid: int, figure: Callable[[psutil.Process], Any]) -> Iterator[Any]:
    """A figure of a process, and of each that it started; none of those that end meanwhile."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                found = figure(one)
                yield found


def _judged(answer: dict, grown: int) -> tuple[str, str]:
    """The outcome of a try, and what is to be said of it."""
    if answer["outcome"] not in FAILURES and grown > MOST_BYTES:
        return "large", f"{grown / 2**20:,.0f} MB more"
    if answer["outcome"] not in FAILURES and answer["seconds"] > MOST_SECONDS:
        return "slow", f"{answer['seconds']:.0f} s of processor time"
    return answer["outcome"], answer["words"]


def attack(
    numbers: Iterator[int],
    until: float = float("inf"),
    scale: float = 1.0,
    kinds: Iterable[str] = tuple(GENERATORS),
    code: Path | None = None,
) -> Iterator[Try]:
    """Try the hostile files of these numbers, of every kind one after the other, until a time of the clock.

    `scale` makes what is meant to be very large smaller; `code` is the checkout of an earlier version.
    """
    with Victim(code) as victim, tempfile.TemporaryDirectory(prefix="attack-") as folder:
        for number in numbers:
            for kind in kinds:
                if time.monotonic() > until:
                    return
                generator, path = make(kind, number, Path(folder), scale)
                yield victim.attempt(kind, generator, number, path)
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def table(tries: list[Try]) -> str:
    """How many of each generator's files went how, by the room that they are meant for, and the most that one took."""
    columns = ("read", "named", *FAILURES)
    lines = [f"{'room':17}{'generator':24}{'tries':>7}" + "".join(f"{one:>9}" for one in (*columns, "seconds", "MB"))]
    for kind, generator in dict.fromkeys((one.kind, one.generator) for one in tries):
        row = [one for one in tries if (one.kind, one.generator) == (kind, generator)]
        counts = Counter(one.outcome for one in row)
        cells = [f"{counts[column]:>9}" for column in columns]
        most = f"{max(one.seconds for one in row):>9.1f}{max(one.megabytes for one in row):>9,.0f}"
        lines.append(f"{kind:17}{generator:24}{len(row):>7}{''.join(cells)}{most}")
    failed = [one for one in tries if one.outcome in FAILURES]
    lines.append(f"{len(tries)} tries, {len(failed)} failures")
    return "\n".join([*lines, *(f"  {one.generator} {one.number}: {one.outcome}, {one.words}" for one in failed)])
