"""Whether the best of several runs is better than the others, or was lucky."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.runs import EVALUATION_FILE, MODEL_FOLDER, Run, RunError, find_run
from ui.shared.layout import plain
from ui.shared.words import said, sentence
from ui.train import actions

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import Comparison, EvaluationSet, SeparateComparison

PAIRED = "Both networks are asked about the same validation faces; the interval is a bootstrap over the faces in pairs."
SEPARATE = (
    "Where two runs were not validated on the same faces, or a network or the faces are gone, their accuracies are "
    "compared as independent proportions (Newcombe's interval), which is wider."
)
CHOSEN_BY = (
    "The best epochs were chosen on these faces, which flatters every run; of twenty comparisons of equally good "
    "networks, one is told apart by chance."
)


def which_is_better(runs: Sequence[Run]) -> None:
    """The difference between the best run and each of the others, with its interval."""
    ended = [run for run in runs if run.status.state not in actions.LIVE and run.best_accuracy is not None]
    if len(runs) < 2:
        return
    st.header("Which is better?", anchor=False)
    if len(ended) < len(runs):
        st.caption("Runs that are at work, or have no best epoch, are left out.")
    if len(ended) < 2:
        return
    best = max(ended, key=lambda run: run.best_accuracy or 0.0)
    found = [kind for other in ended if other is not best if (kind := _said(best, other))]
    for words in dict.fromkeys(found):
        st.caption(words)
    if found:
        st.caption(CHOSEN_BY)


def _said(best: Run, other: Run) -> str | None:
    """The verdicts on two runs; how they were compared, None if they could not be."""
    from emotion_core.evaluation import SeparateComparison, comparison_in_words

    try:
        compared = _compared(_version(best), _version(other))
    except RunError as error:
        st.markdown(f"- {said(sentence(str(error)))}")
        return None
    for one in compared:
        st.markdown(f"- {plain(comparison_in_words(one))}")
    return SEPARATE if any(isinstance(one, SeparateComparison) for one in compared) else PAIRED


#: A run as it stood: its name, and when its evaluation and its network were written.
Version = tuple[str, int, int]


def _version(run: Run) -> Version:
    def written(name: str) -> int:
        path = run.folder / name
        return path.stat().st_mtime_ns if path.exists() else 0

    return run.name, written(EVALUATION_FILE), written(MODEL_FOLDER)


@st.cache_data(max_entries=30, show_spinner="Comparing the runs on the faces they were validated on")
def _compared(first: Version, second: Version) -> Sequence[Comparison] | Sequence[SeparateComparison]:
    from emotion_core.jobs import compare_runs

    def predictions(run: Run, faces: EvaluationSet) -> np.ndarray:
        return _predictions(first if run.name == first[0] else second, faces.sha256, faces)

    return compare_runs(_there(first), _there(second), predictions)


@st.cache_data(max_entries=20, show_spinner=False)
def _predictions(version: Version, sha256: str, _faces: EvaluationSet) -> np.ndarray:
    """A run's predictions for the faces of a sum, kept for all visitors."""
    from emotion_core.jobs import validation_predictions

    return validation_predictions(_there(version), _faces)


def _there(version: Version) -> Run:
    run = find_run(version[0])
    if run is None:
        raise RunError(f"the run {version[0]!r} was deleted")
    return run
