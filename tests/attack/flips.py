"""Single bits flipped in what is stored: nothing may then be opened silently with other content."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.attack.attack import Try, Victim
from tests.attack.stored import STORED, copy_linked, files_of
from tests.shell import ROOT


def flips(numbers: Iterator[int], kinds: tuple[str, ...] = tuple(STORED)) -> Iterator[Try]:
    """Flip a bit of one file for each number, in every kind one after the other, and have what is stored opened."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder, Victim() as victim:
        workspace = Path(folder) / "workspace"
        make = [sys.executable, "-m", "tests.attack.stored", str(workspace), *kinds]
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        subprocess.run(make, cwd=ROOT, env=quiet, check=True, stdout=subprocess.DEVNULL)
        _check_whole(victim, workspace, kinds)
        for number in numbers:
            yield _flipped(victim, workspace, kinds[number % len(kinds)], number)


def _check_whole(victim: Victim, workspace: Path, kinds: tuple[str, ...]) -> None:
    """Open what no bit is flipped in: what was read differently then would be found everywhere."""
    for kind in kinds:
        found = victim.attempt(kind, "nothing", 0, workspace)
        if found.outcome not in ("read", "large"):  # the first to load Keras grows by that
            raise RuntimeError(f"the {kind} cannot be opened before a bit is flipped: {found}")


def _flipped(victim: Victim, workspace: Path, kind: str, number: int) -> Try:
    chance = random.Random(f"flip {number}")
    copy = workspace.with_name(f"copy {number}")  # whoever keeps what he has read keeps it by its path
    copy_linked(workspace, copy)
    file = chance.choice(files_of(copy, kind))
    content = bytearray((copy / file).read_bytes())
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    content[place] ^= 1 << bit
    (copy / file).unlink()
    (copy / file).write_bytes(content)
    try:
        return victim.attempt(kind, str(Path(*file.parts[1:])), number, copy)
    finally:
        shutil.rmtree(copy)
