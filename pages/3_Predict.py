"""Photos: the faces in your pictures and how their expressions look."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
import ui
from emotion_core.images import MAX_BYTES


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

ui.page_header(
    "Photos",
    "Drop in one picture or many: every face in them is found, and you see how its expression looks. "
    "Pictures stay in this machine's memory and are never stored.",
)
with st.container(horizontal=True, vertical_alignment="center"):
    st.button("Try the sample photo", icon=":material/person:", on_click=use_sample)
    camera = st.toggle("Use the camera", key="camera", on_change=use_own)
if camera:
    shot = st.camera_input("Take a picture", on_change=use_own)
    photos = [ui.photo_of(shot)] if shot else []
else:
    files = st.file_uploader(
        "Your pictures",
        type="image",
        accept_multiple_files=True,
        key=f"uploader {st.session_state.uploader}",
        on_change=use_own,
        max_upload_size=MAX_BYTES >> 20,
    )
    photos = [ui.photo_of(file) for file in files]
if st.session_state.sample and not photos:
    photos = [ui.sample_photo()]

with st.expander("Settings", icon=":material/tune:"):
    settings = ui.settings()
if not photos:
    st.stop()

try:
    card = ui.classifier(settings.model).card
except ec.ModelError as error:
    st.error(f"The model {settings.model} cannot be used: {error}", icon=":material/error:")
    st.stop()

batch = ui.digest_of(photos)
if st.session_state.get("batch") != batch:
    st.session_state.update(batch=batch, stopped=False)
place = st.empty()
if not st.session_state.stopped:
    with place.container():
        ui.analyse_all(photos, settings, on_stop=set_stopped)
    place.empty()
finished = [photo for photo in photos if ui.is_analysed(photo, settings)]
if len(finished) < len(photos):
    with place.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Stopped after {len(finished)} of {len(photos)} photos.", width="content")
        st.button("Go on", on_click=set_stopped, args=(False,), icon=":material/play_arrow:")
results = [ui.analysed(photo, settings) for photo in finished]

if len(photos) > 1 and results:
    chosen = ui.overview(finished, results, key=f"table {batch}")
    ui.downloads(finished, results)
    st.subheader(ui.plain(results[chosen].name), anchor=False)
    ui.detail(finished[chosen], results[chosen], settings)
elif results:
    ui.detail(finished[0], results[0], settings)
    ui.downloads(finished, results)
ui.model_line(card)
ui.not_for()
