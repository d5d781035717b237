"""How good a run's best network is: `evaluation.json`, written when the run has ended or was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.files import replace_file
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import EVALUATION_FILE
from emotion_core.seals import sealed, unsealed

if TYPE_CHECKING:
    from emotion_core.evaluation import RunEvaluation
    from emotion_core.models.card import Labels
    from emotion_core.runs.recipes import Recipe


def trained_on(recipe: Recipe) -> Labels:
    """Which labels a recipe trains on, as evaluations call them."""
    return "ferplus-majority" if recipe.labels == "votes" else "own"


def read_evaluation(folder: Path) -> RunEvaluation | None:
    """How good the best network of a run is; None until it was evaluated, or where what was written is damaged."""
    from emotion_core.evaluation import read_run_evaluation
    from emotion_core.runs.config import read_config

    try:
        recipe = read_config(folder).recipe
        return read_run_evaluation(unsealed((folder / EVALUATION_FILE).read_bytes()), folder.name, trained_on(recipe))
    except (OSError, ValueError, RunError):
        return None


def write_evaluation(folder: Path, evaluation: RunEvaluation) -> None:
    """Keep how good the best network of a run is.

    Raises:
        OSError: the folder is gone, or the disk is full.
    """
    replace_file(folder / EVALUATION_FILE, sealed(evaluation.model_dump_json(indent=1)).encode())
