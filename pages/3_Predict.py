"""Photos: the faces in your pictures and how their expressions look."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from emotion_core.images import MAX_BYTES
from ui.photos import photos
from ui.shared import layout, models


def use_sample() -> None:
    """Look at the sample instead of what was given."""
    # Another key is another, empty widget.
    st.session_state.update(sample=True, camera=False, uploader=st.session_state.uploader + 1)


def use_own() -> None:
    """Look at what is given instead of the sample."""
    st.session_state.sample = False


def set_stopped(stopped: bool) -> None:
    """Leave the photos that are not analysed yet, or go on with them."""
    st.session_state.stopped = stopped


st.session_state.setdefault("sample", False)
st.session_state.setdefault("uploader", 0)

layout.page_header(
    "Photos",
    "Drop in one picture or many: every face in them is found, and you see how its expression looks. "
    "Pictures stay in this machine's memory and are never stored.",
)
with st.container(horizontal=True, vertical_alignment="center"):
    st.button("Try the sample photo", icon=":material/person:", on_click=use_sample)
    camera = st.toggle("Use the camera", key="camera", on_change=use_own)
if camera:
    shot = st.camera_input("Take a picture", on_change=use_own, resolution=photos.RESOLUTION)
    given = [photos.photo_of(shot)] if shot else []
else:
    files = st.file_uploader(
        "Your pictures",
        type="image",
        accept_multiple_files=True,
        key=f"uploader {st.session_state.uploader}",
        on_change=use_own,
        max_upload_size=MAX_BYTES >> 20,
    )
    given = [photos.photo_of(file) for file in files]
if st.session_state.sample and not given:
    given = [photos.sample_photo()]

with st.expander("Settings", icon=":material/tune:"):
    settings = photos.settings()
if not given:
    st.stop()

try:
    card = models.classifier(settings.model).card
except ec.ModelError as error:
    st.error(f"The model {settings.model} cannot be used: {error}", icon=":material/error:")
    st.stop()

batch = photos.digest_of(given)
if st.session_state.get("batch") != batch:
    st.session_state.update(batch=batch, stopped=False)
place = st.empty()
if not st.session_state.stopped:
    with place.container():
        photos.analyse_all(given, settings, on_stop=set_stopped)
    place.empty()
finished = [photo for photo in given if photos.is_analysed(photo, settings)]
if len(finished) < len(given):
    with place.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Stopped after {len(finished)} of {len(given)} photos.", width="content")
        st.button("Go on", on_click=set_stopped, args=(False,), icon=":material/play_arrow:")
results = [photos.analysed(photo, settings) for photo in finished]

if len(given) > 1 and results:
    chosen = photos.overview(finished, results, key=f"table {batch}")
    photos.downloads(finished, results)
    st.subheader(layout.plain(results[chosen].name), anchor=False)
    photos.detail(finished[chosen], results[chosen], settings)
elif results:
    photos.detail(finished[0], results[0], settings)
    photos.downloads(finished, results)
models.model_line(card)
layout.not_for()
