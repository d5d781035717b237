"""The command line as a shell sees it: exit status, standard output, standard error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from emotion_core.workspace import WORKSPACE_VARIABLE

ROOT = Path(__file__).parent.parent


def emotion(
    *arguments: object, workspace: Path | None = None, folder: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What `python -m emotion_core` gives.

    Args:
        arguments: what stands behind it.
        workspace: the user's folder; without it the one that the test is in.
        folder: where it is called.
        variables: what its environment has besides this one's.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    if workspace:
        environment[WORKSPACE_VARIABLE] = str(workspace)
    command = [sys.executable, "-m", "emotion_core", *map(str, arguments)]
    words = {"text": True, "encoding": "utf-8", "capture_output": True, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, cwd=folder, env=environment, **words)
