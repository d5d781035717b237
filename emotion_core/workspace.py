"""Where things lie: the models that ship, and the folder with a user's own data sets, runs and models."""

from __future__ import annotations

import os
from pathlib import Path

SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "models"
DEFAULT_MODEL = "emotion-net"
#: The environment variable that puts the workspace elsewhere.
WORKSPACE_VARIABLE = "EMOTION_CORE_WORKSPACE"


def workspace() -> Path:
    """The user's folder: `$EMOTION_CORE_WORKSPACE`, or `emotion-workspace` in his home. It need not exist yet."""
    chosen = os.environ.get(WORKSPACE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path.home() / "emotion-workspace"


def model_names() -> list[str]:
    """The models that there are, the default one first; a user's own comes before a shipped one of the same name."""
    folders = [folder for root in _model_roots() if root.is_dir() for folder in root.iterdir()]
    names = sorted({folder.name for folder in folders if (folder / "card.json").exists()})
    return sorted(names, key=lambda name: name != DEFAULT_MODEL)


def model_folder(model: str | Path) -> Path:
    """The folder of a model given by name, by "default" or by its folder; the folder need not exist."""
    if isinstance(model, Path) or os.sep in model:
        return Path(model)
    name = DEFAULT_MODEL if model == "default" else model
    folders = [root / name for root in _model_roots()]
    with_card = [folder for folder in folders if os.path.exists(folder / "card.json")]
    return next(iter(with_card), folders[-1])


def _model_roots() -> list[Path]:
    return [workspace() / "models", SHIPPED_MODELS]
