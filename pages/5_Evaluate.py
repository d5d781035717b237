"""Evaluate: how good models are on faces, or clips, whose labels are known, and which of them is better."""

from __future__ import annotations

from functools import partial

import streamlit as st

import emotion_core as ec
from emotion_core.evaluation import faces_in_words
from ui.evaluate.by_clip import evaluated_by_clip
from ui.evaluate.downloads import cards, downloads
from ui.evaluate.predictions import Task, predict, report_of
from ui.evaluate.question import Question, faces_of, no_data, question
from ui.evaluate.to_gallery import open_cell
from ui.evaluate.view import show_report
from ui.shared import access, layout, models
from ui.shared.words import said


def run(running: bool) -> None:
    """Make the predictions that are missing, or leave them."""
    st.session_state.evaluate_running = running


def evaluated_by_face(asked: Question) -> None:
    """Evaluate at a click, and show how good the models are."""
    task = Task(asked, faces_of(asked))
    start, place = st.empty(), st.empty()
    if st.session_state.get("evaluate_running"):
        start.empty()  # else the button is seen, greyed, as long as the predictions take
        with place.container():
            predict(task, on_stop=run)
        run(False)
        place.empty()
    missing, faces = task.missing(), task.faces
    if missing:
        done, total = task.predicted(), len(missing) * len(task.whole)
        with start.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Continue" if done else f"Evaluate on {faces_in_words(len(task.whole))}",
                on_click=run,
                args=(True,),
                type="primary",
                icon=":material/play_arrow:",
            )
            if done:
                st.markdown(f"Stopped after {done:,} of {total:,} predictions.", width="content")
    if faces is not None and len(missing) < len(asked.models):
        report = report_of(task)
        show_report(report, faces, partial(open_cell, task))
        downloads(report, faces.images, {one.model: models.read_card(one.model) for one in report.evaluations})
    cards(asked.models)


layout.page_header(
    "Evaluate",
    "See how accurate a model is, on which emotions and groups of faces it is weak, how well it is calibrated, and "
    "whether another one is better.",
    wide=True,
)
if not access.dataset_names():
    no_data()
    st.stop()

try:
    asked = question()
    if asked is None:
        st.stop()
    if asked.by_clip:
        evaluated_by_clip(asked, run)
    else:
        evaluated_by_face(asked)
except (ec.ModelError, ec.DatasetError) as error:
    run(False)
    st.error(f"This cannot be evaluated: {said(error)}.", icon=":material/error:")
layout.not_for()
