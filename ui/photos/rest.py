"""Reading answers against how a person's face looks at rest: a face of a photo, chosen as the neutral one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from ui.shared.layout import plain
from ui.shared.words import said, sentence

if TYPE_CHECKING:
    import numpy as np

    import emotion_core as ec
    from emotion_core.models import Classifier

#: In the session: the crop of the face at rest and where it is from, and whether answers are read against it.
CROP, FROM, ON = "photo_rest", "photo_rest_from", "photo_rest_on"


def key() -> str:
    """Tells answers that are read against one face at rest from others."""
    crop: np.ndarray | None = st.session_state.get(CROP) if st.session_state.get(ON) else None
    return "" if crop is None else hashlib.sha256(crop.tobytes()).hexdigest()


def read_against(classifier: Classifier) -> Classifier:
    """The classifier, reading its answers against the chosen face at rest if one is."""
    if not key():
        return classifier
    from emotion_core.models import calibrate_person

    try:
        return classifier.for_person(calibrate_person(classifier, st.session_state[CROP][None]))
    except ValueError:  # a model without a class of faces at rest, which the page says
        return classifier


def choose(face: ec.FaceResult, photo: str, place: str) -> None:
    """A button that makes a face the one at rest; where one is chosen, whether answers are read against it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Take as the face at rest",
            on_click=_choose,
            args=(face, photo),
            key=f"rest {place}",
            icon=":material/face:",
            help="Some faces look angry or sad while nothing is expressed. Choose a photo in which the person "
            "expresses nothing, and the answers for all photos are read against it. It is for one person.",
        )
        if CROP in st.session_state:
            st.toggle("Read against the face at rest", key=ON, persist_state="session", help=st.session_state[FROM])


def problem(classifier: Classifier) -> None:
    """Say why answers are not read against the chosen face, if they are not."""
    from emotion_core.models import REST

    if key() and REST not in classifier.classes:
        message = (
            f"the model {classifier.card.name} has no class {REST!r} of faces at rest, so its answers are as they are"
        )
        st.warning(sentence(said(message)), icon=":material/face:")


def forget() -> None:
    """Drop the chosen face."""
    for name in (CROP, FROM, ON):
        st.session_state.pop(name, None)


def _choose(face: ec.FaceResult, photo: str) -> None:
    st.session_state.update({CROP: face.crop, FROM: f"A face in {plain(photo)}.", ON: True})
