"""Photos: the faces in your pictures and how their expressions look."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from ui.photos import address, analysis, idle, inputs
from ui.photos.detail import detail
from ui.photos.downloads import downloads
from ui.photos.overview import agreement, overview
from ui.photos.settings import compared_settings, settings as settings_widgets
from ui.service.dialog import use_from_a_program
from ui.shared import layout, models
from ui.shared.held import say_if_lost
from ui.shared.words import said


def set_stopped(stopped: bool) -> None:
    """Leave the photos that are not analysed yet, or go on with them."""
    st.session_state.stopped = stopped


layout.page_header(
    "Photos",
    "Drop in one picture or many: every face is found, and you see how its expression looks. "
    "Pictures stay in this machine's memory until you clear them, close or reload the page, or do nothing for an "
    "hour. They are never stored.",
    wide=True,
)
models.say_if_gone()
given = inputs.given_photos()
say_if_lost("Photos", inputs.are_own(given), "your pictures are not here any more. Drop them in again.")
with st.expander("Settings", icon=":material/tune:"):
    settings = settings_widgets()
if not given:
    address.say_pictures_are_gone()
    st.stop()
idle.watch()

try:
    card = models.classifier(str(settings.model)).card
except ec.ModelError as error:
    st.error(f"The model {settings.model} cannot be used: {said(error)}", icon=":material/error:")
    st.stop()

batch = inputs.digest_of(given)
if st.session_state.get("batch") != batch:
    st.session_state.update(batch=batch, stopped=False)
place = st.empty()
if not st.session_state.stopped:
    with place.container():
        analysis.analyse_all(given, settings, on_stop=set_stopped)
    place.empty()
finished = [photo for photo in given if analysis.is_analysed(photo, settings)]
if len(finished) < len(given):
    with place.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Stopped after {len(finished)} of {len(given)} photos.", width="content")
        st.button("Continue", on_click=set_stopped, args=(False,), icon=":material/play_arrow:")
results = [analysis.analysed(photo, settings) for photo in finished]
others: list[ec.PhotoResult] = []
if second := compared_settings(settings):
    try:
        others = [analysis.analysed(photo, second) for photo in finished]
    except ec.ModelError as error:
        st.error(f"The model {second.model} cannot be used: {said(error)}", icon=":material/error:")
    else:
        agreement(results, others)

if len(given) > 1 and results:
    table, beside = st.columns([2, 3], gap="large")
    with table:
        chosen = overview(finished, results)
        downloads(finished, results, others)
    with beside:
        st.header(layout.plain(results[chosen].name), anchor=False)
        detail(finished[chosen], results[chosen], settings, others[chosen : chosen + 1], beside=False, linked=True)
elif results:
    detail(finished[0], results[0], settings, others, linked=True)
    downloads(finished, results, others)
models.model_line(card)
use_from_a_program(settings)
layout.not_for()
