"""Evaluate: how good models are on faces whose labels are known, and which of them is better."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from emotion_core.datasets.names import dataset_names
from ui.evaluate import evaluation
from ui.shared import layout


def run(running: bool) -> None:
    """Get the answers that are missing, or leave them."""
    st.session_state.evaluate_running = running


layout.page_header(
    "Evaluate",
    "See how often a model is right, on which emotions and groups it is weak, whether it knows how sure it is, "
    "and whether another one is better.",
    wide=True,
)
if not dataset_names():
    evaluation.no_data()
    st.stop()

try:
    asked = evaluation.question()
    if asked is None:
        st.stop()
    judged = evaluation.faces(asked)
    start, place = st.empty(), st.empty()
    if st.session_state.get("evaluate_running"):
        start.empty()  # else the button is seen, greyed, as long as the answers take
        with place.container():
            evaluation.ask(asked, judged, on_stop=run)
        run(False)
        place.empty()
    missing = [model for model in asked.models if evaluation.answers(asked, model, judged) is None]
    if missing:
        done = sum(evaluation.answered(asked, model, judged) for model in missing)
        total = len(missing) * len(judged)
        with start.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Go on" if done else f"Evaluate on {evaluation.number_of(judged)}",
                on_click=run,
                args=(True,),
                type="primary",
                icon=":material/play_arrow:",
            )
            if done:
                st.markdown(f"Stopped after {done:,} of {total:,} answers.", width="content")
    if len(missing) < len(asked.models):
        found = evaluation.report(asked, judged)
        evaluation.overview(found)
        judgements = evaluation.judged_by(found)
        evaluation.emotions(judgements)
        evaluation.certainty(judgements, found)
        evaluation.groups(judgements)
        evaluation.mistakes(judgements, judged)
        evaluation.downloads(found, judged)
    evaluation.cards(asked.models)
except (ec.ModelError, ec.DatasetError) as error:
    run(False)
    st.error(f"This cannot be evaluated: {layout.plain(str(error))}.", icon=":material/error:")
layout.not_for()
