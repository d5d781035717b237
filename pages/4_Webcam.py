"""Webcam: every face before the browser's camera followed, and how its expression looks over time."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from ui.shared import layout, models
from ui.webcam import live


def stop() -> None:
    """End the stream; the page goes on to the summary once the browser has let go of the camera."""
    st.session_state.live_phase = "stopping"


def put_away() -> None:
    """Forget what was seen, and what went wrong with it."""
    st.session_state.update(live_phase="before", live=None, live_trouble="")


st.session_state.setdefault("live_phase", "before")
st.session_state.setdefault("live_trouble", "")
st.session_state.setdefault("live", None)

layout.page_header(
    "Webcam",
    "Look into your camera: every face is followed, and you see how its expression looks, now and over time.",
    wide=True,
)
if st.session_state.live_phase == "live" and st.session_state.live and live.was_left(st.session_state.live):
    st.session_state.live_phase = "after"
phase = st.session_state.live_phase

if phase == "before":
    live.what_will_happen()
    layout.not_for()
    model = live.model_choice()
    if live.insecure_address() and not st.session_state.live_trouble:
        st.session_state.live_trouble = "https"
    with st.container(horizontal=True, vertical_alignment="center"):
        live.start_button("Start the camera")
        live.help_button()
    if st.session_state.live_trouble:
        live.trouble()
    try:
        card = models.classifier(model).card  # so that the camera, once on, need not wait for it
    except ec.ModelError as error:
        st.error(f"The model {model} cannot be used: {error}", icon=":material/error:")
        st.stop()
    if st.session_state.live_trouble or st.toggle("Take a single photo instead", key="live single"):
        st.subheader("A single photo", anchor=False)
        live.photo_instead(model)
    models.model_line(card)

elif phase in ("live", "stopping"):
    if st.session_state.live is None:
        model = st.session_state.get("model") or live.model_choice()
        try:
            with st.spinner("Loading the model"):
                st.session_state.live = live.new_stream(model)
        except ec.ModelError:
            put_away()
            st.rerun()  # which says so, and lets another model be chosen
    stream = st.session_state.live
    session = stream.session
    left, right = st.columns([3, 2], gap="medium")
    with left:
        busy = live.streamer(stream, playing=phase == "live")
        if phase == "stopping" and not busy:
            st.session_state.live_phase = "after"
            st.rerun()
        with st.container(horizontal=True):
            st.button(
                "Stop the camera", on_click=stop, icon=":material/stop:", type="primary", disabled=phase == "stopping"
            )
            live.snapshot_button(session)
            live.help_button()
        with st.expander("Settings", icon=":material/tune:"):
            session.settings = live.settings()
    with right:
        live.beside(stream)

else:
    session = st.session_state.live.session
    live.summary(session)
    with st.container(horizontal=True, vertical_alignment="center"):
        live.start_button("Start again")
        if session.snapshot().frames_in:
            st.button("Forget what was seen", on_click=put_away, icon=":material/delete:")
        else:
            st.button("Back", on_click=put_away, icon=":material/arrow_back:")
        if st.session_state.live_trouble:
            live.help_button()
    if st.session_state.live_trouble:
        live.trouble()
        live.photo_instead(live.model_choice())
    layout.not_for()
