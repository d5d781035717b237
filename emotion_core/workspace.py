"""Where things lie: what ships, and the folder with a user's own data sets, runs and models."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
#: The checkout that the program runs from; None where it is installed, with pages and models within its own packages.
CHECKOUT = None if (_PACKAGE / "shipped_models").is_dir() else _PACKAGE.parent
SHIPPED_MODELS = CHECKOUT / "models" if CHECKOUT else _PACKAGE / "shipped_models"
#: How this program is called in a shell; a checkout brings no command of its own.
COMMAND = "python -m emotion_core" if CHECKOUT else "emotion"
#: The dashboard's first page, for `streamlit run`.
HOME_PAGE = (CHECKOUT or _PACKAGE.parent / "emotion_dashboard") / "Home.py"
#: The environment variable that puts the workspace elsewhere.
WORKSPACE_VARIABLE = "EMOTION_CORE_WORKSPACE"


def workspace() -> Path:
    """The user's folder: `$EMOTION_CORE_WORKSPACE`, or `emotion-workspace` in their home. It need not exist yet."""
    chosen = os.environ.get(WORKSPACE_VARIABLE)
    return Path(os.path.expanduser(chosen)) if chosen else Path.home() / "emotion-workspace"
