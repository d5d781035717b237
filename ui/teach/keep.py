"""Keeping what was taught: as a data set, and as a model that every page offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core import jobs
from emotion_core.datasets import DatasetError, unique_name
from emotion_core.runs import RunError
from ui.shared import access, models
from ui.shared.layout import NAME_ROOM, plain
from ui.shared.pages import DATASETS, PHOTOS, WEBCAM
from ui.shared.words import said

if TYPE_CHECKING:
    from emotion_core.streams import Lesson

SOURCE = "faces recorded on the page Teach"


def keep(lesson: Lesson) -> None:
    """Two forms: a data set, a model."""
    with st.expander("Keep as a data set", icon=":material/photo_library:"), st.form("teach_set", border=False):
        name = st.text_input("Name of the data set", unique_name("taught faces"), max_chars=NAME_ROOM)
        if st.form_submit_button("Keep the faces", type="primary"):
            _keep_faces(lesson, name.strip())
    with st.expander("Keep as a model", icon=":material/network_intelligence:"), st.form("teach_model", border=False):
        name = st.text_input("Name of the model", "taught", max_chars=NAME_ROOM)
        if st.form_submit_button("Keep the model", type="primary"):
            _keep_model(lesson, name.strip())


def _keep_faces(lesson: Lesson, name: str) -> None:
    from emotion_core.datasets import add_dataset

    try:
        described = add_dataset(lesson.dataset(), name, SOURCE)
    except (DatasetError, ValueError, OSError) as error:
        st.error(said(error), icon=":material/error:")
        return
    access.claim(access.DATA, name)
    st.success(f"{described.faces:,} faces are kept.", icon=":material/check:")
    st.page_link(DATASETS.path, label="Look at them", icon=DATASETS.icon)


def _keep_model(lesson: Lesson, name: str) -> None:
    from emotion_core.streams import FEWEST_LEARNED

    counts = lesson.counts()
    if few := [one for one, number in counts.items() if number < FEWEST_LEARNED]:
        names = ", ".join(f"“{plain(one)}”" for one in few)
        st.error(f"Record {FEWEST_LEARNED} faces or more of {names}, or remove it.", icon=":material/error:")
        return
    try:
        replace = access.may_change(access.MODEL, name)
        jobs.publish_few_shot(lesson.dataset(), name, SOURCE, lesson.groups(), replace=replace)
    except (RunError, ValueError, OSError) as error:
        st.error(said(error), icon=":material/error:")
        return
    access.claim(access.MODEL, name)
    st.session_state[models.CHOSEN] = name
    st.success("The model is kept, and chosen on every page.", icon=":material/check:")
    models.say_cautions_of(name)
    st.page_link(PHOTOS.path, label="Use it on photos", icon=PHOTOS.icon)
    st.page_link(WEBCAM.path, label="Use it live", icon=WEBCAM.icon)
