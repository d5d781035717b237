"""The front door of the dashboard: `streamlit run Home.py`."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
import ui


def home() -> None:
    """What this is, a photo that is analysed already, and the ways on."""
    ui.page_header(
        ui.NAME,
        "Find the faces in pictures and see how their expressions look to a neural network, on your own machine.",
    )
    sample = st.container()
    with st.grid(min_column_width=280):
        for door in ui.DOORS:
            with st.container(border=True):
                st.page_link(door.path, label=f"**{door.title}**", icon=door.icon)
                st.markdown(door.promise)
                st.caption(door.state())
    ui.not_for()
    # Last, as the first time it loads the model.
    with sample.skeleton(height=360):
        photo, settings = ui.sample_photo(), ui.default_settings()
        try:
            result = ui.analysed(photo, settings)
        except ec.ModelError as error:
            sample.error(f"The model cannot be used: {error}", icon=":material/error:")
        else:
            with sample:
                ui.faces_of(photo, result, settings)


pages = [st.Page(door.path, title=door.title, icon=door.icon, help=door.promise) for door in ui.DOORS]
st.navigation([st.Page(home, title="Home", icon=":material/home:", default=True), *pages]).run()
