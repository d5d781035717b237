"""The package may lie where nothing can be written, such as in the site-packages of a system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.shell import ROOT

#: Runs commands of the package, each of which must succeed, and refuses to write, make or remove anything within it, as
#: a read-only disk does.
PROGRAM = """
import json, os, runpy, sys

package, commands = sys.argv[1], json.loads(sys.argv[2])

def within(path):
    return isinstance(path, (str, bytes)) and os.path.abspath(os.fsdecode(path)).startswith(package + os.sep)

def refuse(event, given):
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    changes = event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate")
    if (writes and within(given[0])) or (changes and any(map(within, given))):
        raise OSError(30, "Read-only file system", given[0])

sys.addaudithook(refuse)
for arguments in commands:
    sys.argv = ["emotion", *arguments]
    try:
        runpy.run_module("emotion_core", run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise
"""


def run(workspace: Path, *commands: list[object]) -> subprocess.CompletedProcess[str]:
    """Commands from a folder elsewhere; modules are not compiled to files, as Python gives that up without a word."""
    listed = json.dumps([list(map(str, command)) for command in commands])
    variables = {**os.environ, "PYTHONPATH": str(ROOT), WORKSPACE_VARIABLE: str(workspace)}
    command = [sys.executable, "-B", "-c", PROGRAM, str(ROOT), listed]
    return subprocess.run(command, cwd=workspace, env=variables, text=True, capture_output=True)


def test_the_commands_write_into_the_workspace_alone(tmp_path, astronaut_file):
    done = run(
        tmp_path,
        ["analyze", astronaut_file, "--csv", "faces.csv"],
        ["models", "export", "default", "--format", "litert", "--to", "exported"],
        ["models", "add", ROOT / "models" / "seed-cnn", "--name", "mine"],
        ["models", "rename", "mine", "ours"],
        ["dataset", "draw", "--name", "drawn", "--count", 70],
        ["train", "--data", "drawn", "--preset", "few-shot", "--model", "shot"],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "models").iterdir() if path.is_dir()) == ["ours", "shot"]


def test_what_would_be_written_into_the_package_is_refused_here(tmp_path, astronaut_file):
    done = run(tmp_path, ["analyze", astronaut_file, "--csv", ROOT / "models" / "faces.csv"])
    assert done.returncode == 2 and "Read-only file system" in done.stderr
