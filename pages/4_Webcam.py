"""Webcam: every face in front of the browser's camera tracked, and how its expression looks over time."""

from __future__ import annotations

import time

import streamlit as st

import emotion_core as ec
from ui.shared import layout, models
from ui.shared.held import say_if_lost
from ui.shared.top import to_the_top
from ui.shared.words import said
from ui.webcam import camera, markers, readout, rest, second, start, stream, streamer
from ui.webcam.arrangement import BELOW, parts
from ui.webcam.leaving import forget_face_at_rest, keep_toggle, say_what_is_forgotten
from ui.webcam.settings import settings
from ui.webcam.summary import summary


def stop() -> None:
    """End the stream; the page goes on to the summary once the browser has let go of the camera."""
    st.session_state.live_phase = "stopping"


def discard() -> None:
    """Forget what was seen, and what went wrong with it."""
    forget_face_at_rest()
    st.session_state.update(live_phase="before", live=None, live_problem="")


st.session_state.setdefault("live_phase", "before")
st.session_state.setdefault("live_problem", "")
st.session_state.setdefault("live", None)

layout.page_header(
    "Webcam",
    "Look into your camera: every face is tracked, and you see how its expression looks, now and over time.",
    wide=True,
)
if st.session_state.live_phase == "live" and st.session_state.live and streamer.was_left(st.session_state.live):
    st.session_state.live_phase = "after"
phase = st.session_state.live_phase
say_if_lost("Webcam", phase != "before", "the camera was ended, and what was seen is forgotten. Start again.")

if phase == "before":
    models.say_if_gone()
    say_what_is_forgotten()
    start.what_will_happen()
    layout.not_for()
    with st.container(horizontal=True):
        model = start.model_choice()
        second.choice(model, start.MODEL_WIDTH)
    if camera.insecure_address() and not st.session_state.live_problem:
        st.session_state.live_problem = "https"
    with st.container(horizontal=True, vertical_alignment="center"):
        camera.start_button("Start the camera")
        start.help_button()
    if st.session_state.live_problem:
        camera.show_problem()
    try:
        card = models.classifier(model).card  # so that the camera, once on, need not wait for it
    except ec.ModelError as error:
        st.error(f"The model {model} cannot be used: {said(error)}", icon=":material/error:")
        st.stop()
    if st.session_state.live_problem or st.toggle("Take a single photo instead", key="live single"):
        st.header("A single photo", anchor=False)
        start.single_photo(model)
    models.model_line(card)
    second.line()

elif phase in ("live", "stopping"):
    if st.session_state.live is None:
        model = st.session_state.get(models.CHOSEN) or start.model_choice()
        try:
            with st.spinner("Loading the model"):
                st.session_state.live = stream.new_stream(model)
        except ec.ModelError:
            discard()
            st.rerun()  # which says so, and lets another model be chosen
    running = st.session_state.live
    left, right = parts()
    with left:
        busy = streamer.streamer(running, playing=phase == "live", now=time.monotonic())
        if phase == "stopping" and not busy:
            st.session_state.live_phase = "after"
            to_the_top()
            st.rerun()
        with st.container(horizontal=True):
            st.button(
                "Stop the camera", on_click=stop, icon=":material/stop:", type="primary", disabled=phase == "stopping"
            )
            readout.picture_button(running.session)
            keep_toggle()
            start.help_button()
        with st.container(key=BELOW):
            markers.mark_moments(running)
            rest.at_rest(running)
            with st.expander("Settings", icon=":material/tune:"):
                second.choice(models.chosen_model(), start.MODEL_WIDTH)
                second.line()
                running.session.settings = settings(running.session.classifier.card)
            models.say_cautions(running.session.classifier.card)
    with right:
        readout.readout(running)

else:
    session = st.session_state.live.session
    summary(st.session_state.live)
    with st.container(horizontal=True, vertical_alignment="center"):
        camera.start_button("Start again")
        if session.snapshot().frames_in:
            st.button("Discard the results", on_click=discard, icon=":material/delete:")
            keep_toggle()
        else:
            st.button("Back", on_click=discard, icon=":material/arrow_back:")
        if st.session_state.live_problem:
            start.help_button()
    if st.session_state.live_problem:
        camera.show_problem()
        start.single_photo(start.model_choice())
    layout.not_for()
