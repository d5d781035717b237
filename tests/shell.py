"""The command line as a shell sees it: exit status, standard output, standard error."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from emotion_core.workspace import WORKSPACE_VARIABLE

ROOT = Path(__file__).parent.parent
#: How the process is started whose forks are commands.
READY = [sys.executable, "-m", "tests.ready_shell"]


def emotion(
    *arguments: object, workspace: Path | None = None, folder: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What `python -m emotion_core` gives.

    Args:
        arguments: what stands behind it.
        workspace: the user's folder; without it the one that the test is in.
        folder: where it is called.
        variables: what its environment has besides this one's, from the start of a Python of its own.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    if workspace:
        environment[WORKSPACE_VARIABLE] = str(workspace)
    words = [str(argument) for argument in arguments]
    if not variables and hasattr(os, "fork"):
        return _in_ready_shell(words, environment, folder)
    command = [sys.executable, "-m", "emotion_core", *words]
    text = {"text": True, "encoding": "utf-8", "capture_output": True, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, cwd=folder, env=environment, **text)


@functools.cache
def _ready_shell() -> subprocess.Popen[str]:
    """Loading what commands need takes longer than most of them: they are forks of one process that has done so."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(READY, cwd=ROOT, start_new_session=True, **pipes)


def _in_ready_shell(
    arguments: list[str], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as scratch:
        output, errors = (Path(scratch) / name for name in ("output", "errors"))
        output.touch()
        errors.touch()
        files = {"folder": str(folder), "output": str(output), "errors": str(errors)}
        status = _answer(json.dumps({"arguments": arguments, "environment": environment, **files}))
        return subprocess.CompletedProcess(
            ["emotion", *arguments], status, output.read_text("utf-8"), errors.read_text("utf-8")
        )


def _answer(asked: str) -> int:
    """The exit status of a command; if waiting for it is given up, the next one has another process."""
    shell = _ready_shell()
    try:
        print(asked, file=shell.stdin, flush=True)
        return int(shell.stdout.readline())
    except BaseException:
        _ready_shell.cache_clear()
        with shell:
            os.killpg(shell.pid, signal.SIGKILL)  # and the command
        raise
