"""A process that is `python -m emotion_core` again and again, having loaded once what commands load.

Each line of its standard input is a command as `tests.shell` writes it. It becomes that command in a fork of itself,
whose exit status and output are those of a process that a shell would have started, and prints the exit status.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import sys
from multiprocessing import get_context
from typing import Any

import emotion_core
from emotion_core.cli import main as command_line


def load() -> None:
    """What most commands need, but for onnxruntime: it starts a thread, which a fork would lack."""
    for name in dir(emotion_core):
        getattr(emotion_core, name)
    import ai_edge_litert.interpreter
    import cv2

    assert command_line and cv2 and ai_edge_litert
    gc.freeze()  # what is there stays; a fork that looked through it would have to copy it


def become(asked: dict[str, Any]) -> None:
    """Take on a command's folder, environment, arguments and files, and be it until its end."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    for number, name in enumerate((os.devnull, asked["output"], asked["errors"])):
        file = os.open(name, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    sys.argv[1:] = asked["arguments"]
    try:
        runpy.run_module("emotion_core", run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # which a fork that `multiprocessing` has made would leave out


if __name__ == "__main__":
    load()
    for line in sys.stdin:
        command = get_context("fork").Process(target=become, args=(json.loads(line),))
        command.start()
        command.join()
        print(command.exitcode, flush=True)
