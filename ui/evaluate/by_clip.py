"""Sequence models on clips whose labels are known, beside single frames of the same clips."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import version_token
from emotion_core.inference import percent
from emotion_core.models import SequenceCard, card_sha256, sequence_models_folder
from ui.evaluate.downloads import cards, downloads
from ui.evaluate.kept import Key, keep
from ui.evaluate.question import Question
from ui.evaluate.to_gallery import show_cell
from ui.evaluate.view import show_report

if TYPE_CHECKING:
    from emotion_core.evaluation import OverTime, Scores

#: So many evaluations are kept for all visitors, each with the middle frames of its clips.
KEPT = 4


def evaluated_by_clip(asked: Question, run: Callable[[bool], None]) -> None:
    """Evaluate at a click, and show how good the sequence models and single frames are.

    Args:
        run: begins, or ends, the evaluation; a callback.

    Raises:
        ModelError, DatasetError: it cannot be done.
    """
    start, place = st.empty(), st.empty()
    key = _key(asked)
    if st.session_state.get("evaluate_running") and key not in _kept():
        with place.container():
            _ask(asked, key, run)
        place.empty()
    run(False)
    found = _kept().get(key)
    if found is None:
        start.button("Evaluate by clip", on_click=run, args=(True,), type="primary", icon=":material/play_arrow:")
    else:
        _show(found, asked)
    cards(asked.models, _read_card)


def _key(asked: Question) -> Key:
    """What an evaluation depends on."""
    versions = tuple(card_sha256(sequence_models_folder() / name) for name in asked.models)
    return asked.data, version_token(asked.data), asked.split, asked.models, versions, asked.prior


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept() -> dict[Key, OverTime]:
    """All visitors' evaluations."""
    return {}


def _ask(asked: Question, key: Key, run: Callable[[bool], None]) -> None:
    from emotion_core.datasets import open_verified
    from emotion_core.evaluation import ask_over_time

    bar = st.progress(0.0, "Reading the frames")
    st.button("Stop the evaluation", on_click=run, args=(False,), icon=":material/stop:")

    def show(share: float) -> None:
        # Where the visitor has clicked Stop, the page ends here.
        bar.progress(share, f"Reading the frames: {percent(share)}")

    found = ask_over_time(asked.models, open_verified(asked.data), asked.data, asked.split, asked.prior, show)
    keep(_kept(), key, found, KEPT)


def _show(found: OverTime, asked: Question) -> None:
    def open_cell(model: str, scores: Scores, label: int, prediction: int) -> None:
        show_cell(found.faces, found.predictions[model], model, scores, label, prediction)

    show_report(found.report, found.faces, open_cell)
    downloads(found.report, found.faces.images, {name: _read_card(name) for name in asked.models})


def _read_card(name: str) -> SequenceCard:
    from emotion_core.models import read_card

    return read_card(sequence_models_folder() / name, SequenceCard)
