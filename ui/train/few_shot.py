"""Learning from few faces within seconds: the network "few-shot" of the form."""

from __future__ import annotations

import streamlit as st

from emotion_core.datasets import Description
from emotion_core.jobs import offered_name
from emotion_core.runs import FEW_SHOT, RunError
from ui.shared import access
from ui.shared.layout import NAME_ROOM, count
from ui.shared.notifications import report_error_after_rerun
from ui.shared.words import sentence
from ui.train import actions

SENTENCE = "A small head on what emotion-net sees in a face, learned in seconds from a few faces a class."
#: In the session: the name that is asked for; and the run that was just learned, to be turned to.
NAME, LEARNED = "train_few_shot_name", "train_learned"


def few_shot_form(described: Description) -> None:
    """The name of the run and the button that learns."""
    faces = sum(described.counts.get("train", {}).get(name, 0) for name in described.classes)
    st.caption(
        f"{count(faces, 'face')} to learn from, in {len(described.classes)} classes. Judged by cross-validation."
    )
    with st.form("new few-shot run"):
        st.text_input(
            "Name of the run", key=NAME, max_chars=NAME_ROOM, placeholder=offered_name(described.name, FEW_SHOT)
        )
        if st.form_submit_button("Start training", type="primary", icon=":material/play_arrow:"):
            _learn(described.name)


def _learn(data: str) -> None:
    """Learn, and show the run that came of it."""
    from emotion_core.jobs import train_few_shot

    try:
        with st.spinner("Learning …", show_time=True):
            folder = train_few_shot(data, str(st.session_state.get(NAME) or "").strip() or None)
    except RunError as error:
        report_error_after_rerun(sentence(str(error)))
    else:
        access.claim(access.RUN, folder.name)
        st.session_state[LEARNED] = folder.name
    st.rerun()


def turn_to_learned() -> None:
    """Turn to the run that was just learned, if one was; before the page's widgets."""
    if name := st.session_state.pop(LEARNED, None):
        actions.show(actions.RUNS, name)
