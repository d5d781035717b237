"""Before the stream: what will happen, which model answers, help, and a single photo instead."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from emotion_core.models import default_model
from ui.photos.analysis import analysed
from ui.photos.detail import detail
from ui.photos.inputs import RESOLUTION, photo_of
from ui.photos.settings import chosen_settings
from ui.shared import access, models

HELP = Path(__file__).parent.parent.parent / "docs" / "webcam.md"
#: Pixels of the place for a single photo: on this wide page it would leave no room for the answer.
PHOTO_WIDTH = 480
#: Pixels of the choice of a model.
MODEL_WIDTH = 320


def what_will_happen() -> None:
    """What the visitor agrees to by starting."""
    st.markdown(
        "- Your browser sends the camera's video to the program that shows this page, and shows what comes back.\n"
        "- Every face in it is tracked, and you see how its expression looks.\n"
        "- **Nothing is stored and nothing is passed on.** The numbers stay in memory until you discard them or leave "
        "the page, unless you choose to keep them; you can download them.\n"
        "- Anyone else in view should know."
    )


def model_choice() -> str:
    """The model that will answer, chosen if there are several."""
    names = access.model_names() or [default_model()]
    if len(names) == 1:
        return names[0]
    return st.selectbox("Model", names, key=models.CHOSEN, persist_state="session", width=MODEL_WIDTH)


def single_photo(model: str) -> None:
    """One photo from the camera, which needs no connection but the page's own."""
    shot = st.camera_input("Take a picture", key="live photo", resolution=RESOLUTION, width=PHOTO_WIDTH)
    if shot:
        photo, settings = photo_of(shot), chosen_settings(model)
        detail(photo, analysed(photo, settings), settings)


def help_button() -> None:
    """Opens the help on cameras, servers and networks."""
    if st.button("Help with the camera", icon=":material/help:", type="tertiary"):
        _show_help()


@st.dialog("Help with the camera", width="large")
def _show_help() -> None:
    st.markdown(HELP.read_text("utf-8").partition("\n")[2])
