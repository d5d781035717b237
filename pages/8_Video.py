"""Video: a recording in, a time line of every face's expression out."""

from __future__ import annotations

import streamlit as st

from emotion_core.extras import missing
from ui.shared import layout, models
from ui.shared.held import say_if_lost
from ui.shared.notifications import show_notifications
from ui.shared.words import said

layout.page_header(
    "Video",
    "Open a recording to see how each face's expression changes, jump to any moment, and download the numbers.",
    wide=True,
)
show_notifications()
if sentence := missing("av"):
    st.info(sentence, icon=":material/extension:")
    st.stop()

from ui.video.settings import settings, what_reads  # noqa: E402  # they need what may be missing
from ui.video.source import given_video  # noqa: E402
from ui.video.view import show  # noqa: E402

models.say_if_gone()
video = given_video()
say_if_lost("Video", video is not None, "the video and what was found in it are gone. Open it again.")
if problem := st.session_state.pop("video_problem", ""):
    st.error(f"The video cannot be opened: {said(problem)}.", icon=":material/error:")
if video is not None:
    try:
        analysed, line = settings()
    except ValueError as error:
        st.error(f"{said(error)}.", icon=":material/error:")
    else:
        show(video, analysed, line)
        what_reads(analysed)
layout.not_for()
