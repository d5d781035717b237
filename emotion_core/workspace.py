"""Where things lie: the models that ship, and the folder with a user's own data sets, runs and models."""

from __future__ import annotations

import os
from pathlib import Path

SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "models"
#: The environment variable that puts the workspace elsewhere.
WORKSPACE_VARIABLE = "EMOTION_CORE_WORKSPACE"


def workspace() -> Path:
    """The user's folder: `$EMOTION_CORE_WORKSPACE`, or `emotion-workspace` in his home. It need not exist yet."""
    chosen = os.environ.get(WORKSPACE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path.home() / "emotion-workspace"
