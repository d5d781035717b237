"""How good a run's network is: the figures that the page Evaluate has, of the validation split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.runs.errors import RunError
from emotion_core.runs.run import Run
from ui.evaluate.panels.errors import most_confident_errors
from ui.evaluate.panels.figures import certainty, emotions, groups
from ui.evaluate.panels.overview import choose_labels, overview
from ui.shared.layout import plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import RunEvaluation, Scores


def evaluation_view(run: Run, evaluation: RunEvaluation) -> None:
    """The report on the run's best network."""
    key, report = f"run {run.name}", evaluation.report
    st.subheader(f"How good the network of epoch {evaluation.epoch} is", anchor=False)
    overview(report)
    st.caption(
        "Evaluated on the network as it is exported, which computes in 32 bits; a run that trains in 16 bits may have "
        "predicted a face or two otherwise. The test split is for the end, on the page Evaluate: once it has guided a "
        "choice, it is no test any more."
    )
    scores = choose_labels(report, key)
    emotions(scores, key)
    certainty(scores, report, key)
    groups(scores, key)
    _errors(run, scores, key)


def _errors(run: Run, scores: dict[str, Scores], key: str) -> None:
    """The most confident errors, or the reason why their faces cannot be shown."""
    found = [error.index for one in scores.values() for error in one.most_confident_errors]
    images = _images(run) if found else None
    if images is not None and all(index is not None and 0 <= index < len(images) for index in found):
        most_confident_errors(scores, lambda error: images[error.index], key)


def _images(run: Run) -> np.ndarray | None:
    """All faces of the data set that the run was trained on; None, with the reason on the page, if it has changed."""
    from emotion_core.datasets.errors import DatasetError
    from emotion_core.jobs.publish import learnt_from

    if run.config is None:
        return None
    try:
        return learnt_from(run.config).images
    except (DatasetError, RunError) as error:
        st.caption(plain(f"The most confident errors cannot be shown: {error}."))
        return None
