"""Processes killed while they train, import or correct: nothing is lost, and nothing left after the next start."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from emotion_core.workspace import WORKSPACE_VARIABLE, workspace
from tests.attack.editor import CORRECTED, act_of
from tests.shell import ROOT
from tests.waiting import wait_until

#: Faces of the set that is imported, and of the one that is corrected and learned from.
MANY, FEW = 3000, 70
#: Epochs that a run may have.
MOST_EPOCHS = 500
#: Seconds within which a process that trains, or corrects, is killed.
SOON = 1.5
#: Seconds in which a process that has lost its parent has ended.
ENDING = 10
#: Seconds in which a run gets to work: its process is nice to all others.
LONG = 600


@dataclass(frozen=True)
class Kill:
    """A killed process, and what was lost or left behind by it; nothing where all went well."""

    what: str
    number: int
    lost: str = ""
    left: str = ""


def kills(wanted: dict[str, int], start: int = 0) -> Iterator[Kill]:
    """So many kills of each of `KILLERS`, each kind in a workspace of its own."""
    for what, many in wanted.items():
        with _own_workspace() as folder:
            killer = KILLERS[what](folder)
            next(killer)
            for number in range(start, start + many):
                lost = killer.send(random.Random(f"{what} {number}"))
                yield Kill(what, number, lost, _left(folder))
            killer.close()


def kills_table(found: list[Kill]) -> str:
    """How many of each kind were killed, lost something or left something."""
    lines = [f"{'killed':14}{'kills':>7}{'losses':>9}{'leftovers':>11}"]
    for what in dict.fromkeys(one.what for one in found):
        row = [one for one in found if one.what == what]
        lost, left = (sum(bool(one) for one in column) for column in zip(*((o.lost, o.left) for o in row), strict=True))
        lines.append(f"{what:14}{len(row):>7}{lost:>9}{left:>11}")
    failed = [one for one in found if one.lost or one.left]
    return "\n".join([*lines, *(f"  {one.what} {one.number}: {one.lost} {one.left}" for one in failed)])


@contextmanager
def _own_workspace() -> Iterator[Path]:
    """A workspace, and a folder for temporary files, for this process and those that it starts."""
    before = {name: os.environ.get(name) for name in (WORKSPACE_VARIABLE, "TMPDIR")}
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        (Path(folder) / "temporary").mkdir()
        os.environ |= {WORKSPACE_VARIABLE: f"{folder}/workspace", "TMPDIR": f"{folder}/temporary"}
        tempfile.tempdir = f"{folder}/temporary"
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = None
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def _left(folder: Path) -> str:
    """What is in the workspace and among the temporary files, beside what is kept, once a dashboard has started.

    A process that was just being started when its parent was killed ends by itself, a moment later: what it had in hand
    is swept at the next start after that.
    """
    from emotion_core.jobs import sweep_leftovers

    end = time.monotonic() + ENDING
    while True:
        sweep_leftovers()
        left = _leftovers(folder)
        if not left or time.monotonic() > end:
            return f"left: {', '.join(left)}" if left else ""
        time.sleep(0.1)


def _leftovers(folder: Path) -> list[str]:
    found = [*workspace().rglob("*"), *(folder / "temporary").iterdir()]
    left = [path for path in found if path.name.startswith(".") and not path.name.endswith(".lock")]
    left += [path for path in found if path.parent.name == "temporary"]
    return [str(path.relative_to(folder)) for path in left]


#: Begun, it makes ready; sent a chance, it kills one process and answers what was lost.
Killer = Generator[str, random.Random, None]


def _training(folder: Path) -> Killer:
    from emotion_core.datasets import add_synthetic
    from emotion_core.jobs import launcher
    from emotion_core.runs.history import read_history
    from emotion_core.runs.recipes import QUICK
    from emotion_core.runs.status import read_status
    from tests.new_runs import config_of

    add_synthetic("faces", FEW)
    endless = config_of(
        "run", data="faces", recipe=QUICK.model_copy(update={"epochs": MOST_EPOCHS, "early_stopping": 0})
    )
    run, seen = launcher.start(endless), []
    chance = yield ""
    try:
        while True:
            phase = "training" if chance.random() < 0.8 else "starting"
            wait_until(lambda phase=phase: _is_at(run, phase), LONG)
            time.sleep(chance.random() * SOON)
            now = read_history(run)
            kill_all(read_status(run).pid)
            wait_until(lambda: not read_status(run).active)
            lost = "" if now[: len(seen)] == seen else f"of {len(seen)} epochs not all are left"
            lost += "" if (state := read_status(run).state) == "failed" else f" it is {state}"
            seen = max(now, seen, key=len)
            if len(seen) > MOST_EPOCHS / 2:  # it must not come to its end
                launcher.delete("run")
                launcher.start(endless)
                seen = []
            else:
                launcher.resume("run")
            chance = yield lost
    finally:
        launcher.stop("run", now=True)


def _is_at(run: Path, phase: str) -> bool:
    """Whether a run has got to a phase, or beyond."""
    from emotion_core.jobs import launcher
    from emotion_core.runs.status import read_status

    launcher.advance()  # as whoever looks at the list of runs does: nobody else minds the queue
    status = read_status(run)
    if status.state == "failed":
        raise RuntimeError(f"it could not go on: {status.error}")
    return status.active and status.pid is not None and (phase == "starting" or status.doing == phase)


def _imports(folder: Path) -> Killer:
    from emotion_core.datasets import (
        add_synthetic,
        dataset_names,
        delete_dataset,
        describe,
        export_dataset,
        open_verified,
    )

    add_synthetic("faces", MANY)
    export_dataset("faces", folder / "faces.csv")
    began = time.monotonic()
    with _import(folder, "first"):
        pass
    usual, expected = time.monotonic() - began, describe("first").sha256
    chance = yield ""
    while True:
        with _import(folder, "again") as process:
            time.sleep(chance.random() * usual)
            kill_all(process.pid)
        lost = "" if describe("first").sha256 == expected else "the set of before is another one"
        if "again" in dataset_names():
            open_verified("again")
            lost += "" if describe("again").sha256 == expected else " half a set is there"
            delete_dataset("again")
        chance = yield lost


def _import(folder: Path, name: str) -> subprocess.Popen[bytes]:
    return _start("emotion_core", "dataset", "import", str(folder / "faces.csv"), "--name", name)


def _edits(folder: Path) -> Killer:
    from emotion_core.datasets import add_synthetic, dataset_names, derive, describe, edits_of

    add_synthetic("faces", FEW)
    derive("faces", CORRECTED)
    chance = yield ""
    while True:
        before = edits_of(CORRECTED).acts()
        with _start("tests.attack.editor", str(len(before))) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() * SOON)
            kill_all(process.pid)
            done = len(process.stdout.read().splitlines()) + 1
        acts = edits_of(CORRECTED).acts()
        expected = [*before, *(act_of(number) for number in range(len(before), len(acts)))]
        lost = "" if acts == expected and len(acts) - len(before) in (done, done + 1) else "corrections are lost"
        for name in dataset_names():
            describe(name)
        chance = yield lost


KILLERS: dict[str, Callable[[Path], Killer]] = {"training": _training, "imports": _imports, "edits": _edits}


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def kill_all(pid: int) -> None:
    """Kill a process; what it has started is to end by itself."""
    children = psutil.Process(pid).children(recursive=True)
    os.kill(pid, 9)
    wait_until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in children))
