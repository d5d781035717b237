"""Widgets for how photos are analysed; what is set with them is kept across pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.models import BALANCED, default_model
from ui.shared import access, models
from ui.shared.mix import chosen_mix, expected_mix

if TYPE_CHECKING:
    from emotion_core.inference import AnalysisSettings
    from emotion_core.models import ModelCard, Prior

THRESHOLD, SMALLEST, SECOND = "threshold", "smallest_face", "second model"
#: The slider ends here: nothing reaches a score of 1.
HIGHEST_THRESHOLD = 0.95
LARGEST_SMALLEST_FACE = 200


def settings() -> AnalysisSettings:
    """Widgets for all settings."""
    left, right = st.columns(2, gap="medium")
    with left:
        names = access.model_names() or [default_model()]
        model = st.selectbox("Model", names, key=models.CHOSEN, persist_state="session")
        models.second_model(model, names, SECOND)
        detector = _detector()
    with right:
        threshold = _threshold(disabled=detector == "haar")
        smallest_face = _smallest_face()
    return ec.AnalysisSettings(model, detector, threshold, smallest_face, prior=_prior(expected_mix, model))


def chosen_settings(model: str) -> AnalysisSettings:
    """A model with what was chosen last besides; for pages without the widgets."""
    default = ec.AnalysisSettings(model)
    threshold = st.session_state.get(THRESHOLD, default.threshold)
    smallest_face = st.session_state.get(SMALLEST, default.smallest_face)
    prior = _prior(chosen_mix, model)
    return ec.AnalysisSettings(model, default.detector, threshold, smallest_face, prior=prior)


def compared_settings(settings: AnalysisSettings) -> AnalysisSettings | None:
    """The same settings with the model to compare with, if one was chosen."""
    second = st.session_state.get(SECOND)
    if not second:
        return None
    return replace(settings, model=second, prior=_prior(chosen_mix, second))


def set_settings(chosen: AnalysisSettings) -> None:
    """Set the widgets; for callbacks."""
    st.session_state.update({THRESHOLD: chosen.threshold, SMALLEST: chosen.smallest_face})


def _prior(choose: Callable[[ModelCard], Prior], model: str) -> Prior:
    try:
        return choose(models.read_card(model))
    except ec.ModelError:  # which the page says
        return BALANCED


def _detector() -> str:
    from emotion_core.faces import DETECTORS

    return st.selectbox(
        "Face detector",
        list(DETECTORS),
        format_func=lambda name: DETECTORS[name].TITLE,
        key="detector",
        persist_state="session",
        help="YuNet finds more faces, also turned and partly hidden ones. The Haar cascade is an older method.",
    )


def _threshold(disabled: bool) -> float:
    from emotion_core.faces import YuNetDetector

    return st.slider(
        "Detection threshold",
        YuNetDetector.LOWEST_THRESHOLD,
        HIGHEST_THRESHOLD,
        ec.AnalysisSettings().threshold,
        0.05,
        key=THRESHOLD,
        persist_state="session",
        disabled=disabled,
        help="The lowest score at which something counts as a face. Lower finds more faces, and more false ones. "
        "The Haar cascade gives no scores.",
    )


def _smallest_face() -> int:
    from emotion_core.inference import SMALLEST_FACE

    return st.slider(
        "Smallest face",
        SMALLEST_FACE,
        LARGEST_SMALLEST_FACE,
        int(ec.AnalysisSettings().smallest_face),
        4,
        format="%d px",
        key=SMALLEST,
        persist_state="session",
        help="Height in pixels of the picture. Raise it to leave out people in the background.",
    )
