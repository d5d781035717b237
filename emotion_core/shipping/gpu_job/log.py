"""What the job says, with the time: on the terminal, and in a file beside its results."""

from __future__ import annotations

import time
from pathlib import Path


def say(out: Path, words: str) -> None:
    """Print a line with the time, and keep it in the folder's log."""
    line = f"{time.strftime('%H:%M:%S')} {words}"
    print(line, flush=True)
    with open(out / "log.txt", "a") as log:
        log.write(line + "\n")
