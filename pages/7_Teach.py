"""Teach: your own classes, taught from a few faces in front of the camera."""

from __future__ import annotations

import time

import streamlit as st

from ui.shared import layout
from ui.shared.held import say_if_lost
from ui.teach import faces, film, keep, panel, start, stream
from ui.webcam import camera, streamer


def go_live() -> None:
    """There is a camera: its stream begins when the page runs."""
    st.session_state[start.PHASE] = "live"


def stop() -> None:
    """End the stream."""
    st.session_state[start.PHASE] = "stopping"


def forget() -> None:
    """Forget the lesson."""
    st.session_state.update({start.LESSON: None, start.STREAM: None, start.PHASE: "off"})


st.session_state.setdefault("live_problem", "")
layout.page_header(
    "Teach",
    "Teach it your own expressions: name them, show each to the camera for a few seconds, and see it answer at once.",
    wide=True,
)
lesson = st.session_state.get(start.LESSON)
say_if_lost(
    "Teach", lesson is not None, "the lesson and its faces are gone. What was kept as a model or a data set is not."
)

if lesson is None:
    start.what_will_happen()
    layout.not_for()
    start.classes_form()
    st.stop()

running = st.session_state.get(start.STREAM)
if running is not None and streamer.was_left(running, panel.STREAMER):
    st.session_state.update({start.STREAM: None, start.PHASE: "off"})
    running = None
phase = st.session_state.get(start.PHASE, "off")
if phase == "live" and running is None:
    running = st.session_state[start.STREAM] = stream.new_stream(lesson)

# Two rows: on a phone, where columns stand below each other, the buttons to hold come right after the camera.
camera_place, panel_place = st.columns([3, 2], gap="medium")
forms_place, end_place = st.columns([3, 2], gap="medium")
with camera_place:
    if running is not None:
        busy = streamer.streamer(running, playing=phase == "live", now=time.monotonic(), key=panel.STREAMER)
        if phase == "stopping" and not busy:
            lesson.record(None)
            st.session_state.update({start.STREAM: None, start.PHASE: "off"})
            st.rerun()
        st.button(
            "Stop the camera", on_click=stop, icon=":material/stop:", type="primary", disabled=phase == "stopping"
        )
    else:
        if camera.insecure_address() and not st.session_state.live_problem:
            st.session_state.live_problem = "https"
        camera.start_button("Start the camera", key="teach start camera", ready=go_live)
        st.caption("Recorded faces stay in this program's memory until you keep them.")
        if st.session_state.live_problem:
            camera.show_problem()
with forms_place:
    faces.add_photos(lesson)
    film.add_part_of_video(lesson)
    faces.recorded(lesson)
    faces.add_class(lesson)
with panel_place:
    panel.panel(lesson, running)
with end_place:
    keep.keep(lesson)
    st.button("Forget this lesson", on_click=forget, icon=":material/delete:")
layout.not_for()
