"""This program's own modules as processes of their own, and how such a process is ended."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

from emotion_core.workspace import CHECKOUT


def own_command(module: str, *arguments: str) -> dict[str, Any]:
    """What `subprocess` takes to run `python -m module arguments` as this process would.

    It works in the same folder, but imports nothing from there (-P): that may be any folder, with any files in it.
    """
    return {
        "args": [sys.executable, "-P", "-m", module, *arguments],
        "env": _environment(),
        "stdin": subprocess.DEVNULL,
    }


def end_process(process: subprocess.Popen[Any]) -> None:
    """Kill a process, wait until it is gone, and close the pipes to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):  # what it had not read yet cannot be written any more
                pipe.close()


def _environment() -> dict[str, str]:
    """This process' environment, in which a program that is not installed is found in its checkout."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if CHECKOUT is None or str(CHECKOUT) in paths:
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *filter(None, paths)])}
