"""This program's own modules as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from emotion_core.workspace import WORKSPACE_VARIABLE, workspace

_ROOT = Path(__file__).resolve().parents[1]


def own_command(module: str, *arguments: str) -> dict[str, Any]:
    """What `subprocess` takes to run `python -m module arguments` as this process would.

    It runs from the folder in which the program lies, as it need not be installed. So the workspace, which may be named
    from the folder that this process works in, is given to it by its whole path.
    """
    return {
        "args": [sys.executable, "-m", module, *arguments],
        "cwd": _ROOT,
        "env": {**os.environ, WORKSPACE_VARIABLE: str(workspace().resolve())},
        "stdin": subprocess.DEVNULL,
    }
