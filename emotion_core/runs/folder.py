"""Where runs lie, what they may be called, and the files of a run's folder.

Page, process and command line speak through these files alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from emotion_core.datasets.names import LONGEST_NAME, as_name, is_name
from emotion_core.runs.errors import RunError
from emotion_core.workspace import workspace

CONFIG_FILE = "config.json"
STATUS_FILE = "status.json"
METRICS_FILE = "metrics.jsonl"
EVALUATION_FILE = "evaluation.json"
LAST_FILE = "last.keras"
BEST_FILE = "best.keras"
LOG_FILE = "train.log"
STOP_FILE = "STOP"
MODEL_FOLDER = "model"

#: What `start_from` begins with where it names a run.
RUN_PREFIX = "run:"
#: What runs, and models made of them, can be called: what data sets can.
NAMES_IN_WORDS = (
    f"1 to {LONGEST_NAME} letters, digits, blanks and . _ + -, a letter or a digit first; rare letters count for more"
)


def is_run_name(name: str) -> bool:
    """Whether a run, or a model made of one, can be called so."""
    return is_name(name)


def runs_folder() -> Path:
    """Where runs lie. It need not exist yet."""
    return workspace() / "runs"


def run_folder(name: str) -> Path:
    """The folder of a run by name; it need not exist.

    Raises:
        RunError: no run can be called so.
    """
    if not is_run_name(name):
        raise RunError(f"a run cannot be called {name!r}; allowed are {NAMES_IN_WORDS}")
    return runs_folder() / name


def run_names() -> list[str]:
    """All runs, the newest first."""
    root = runs_folder()
    folders = [folder for folder in root.iterdir() if is_run_name(folder.name)] if root.is_dir() else []
    asked = {folder.name: when for folder in folders if (when := _modified(folder / CONFIG_FILE)) is not None}
    return sorted(asked, key=lambda name: (-asked[name], name))


def no_such_run(name: str) -> RunError:
    """The error that says that there is no run of this name, and which there are."""
    return RunError(f"there is no run {name!r}; there are {', '.join(run_names()) or 'none yet'}")


def unique_name(wish: str) -> str:
    """The wish with the lowest number behind it that is not taken: "seed-cnn 1"."""
    stem = " ".join(as_name(wish).split()) or "run"
    return next(f"{stem} {n}" for n in range(1, 10**6) if not (runs_folder() / f"{stem} {n}").exists())


def has_network(name: str) -> bool:
    """Whether a run has a network to start from: it has one after its first epoch."""
    return (run_folder(name) / BEST_FILE).is_file()


def read_log(folder: Path, lines: int = 30) -> list[str]:
    """The last lines that the run's process printed."""
    try:
        return (folder / LOG_FILE).read_text("utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []


def forget_stop(folder: Path) -> None:
    """Take back that a run was asked to stop, were it by a folder called so."""
    path = folder / STOP_FILE
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None
