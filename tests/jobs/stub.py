"""A process in place of the one that trains."""

import subprocess
from types import SimpleNamespace

from emotion_core.jobs import launcher

#: A process that says that it works, heeds STOP unless told not to, and learns nothing.
STUB = """
import sys, time
from emotion_core.jobs.launcher import only_process_of
from emotion_core.runs.folder import STOP_FILE, run_folder
from emotion_core.runs.writer import RunWriter
folder = run_folder(sys.argv[-1])
with only_process_of(folder):
    writer = RunWriter(folder)
    writer.status(state="running", doing="DOING")
    print("working")
    while HEEDLESS or not (folder / STOP_FILE).exists():
        time.sleep(0.02)
        writer.status()
    writer.status(state="stopped")
"""


def replace_popen(monkeypatch, popen):
    """Let the launcher alone start processes otherwise."""
    names = {"Popen": popen, "DEVNULL": subprocess.DEVNULL, "STDOUT": subprocess.STDOUT}
    monkeypatch.setattr(launcher, "subprocess", SimpleNamespace(**names))
