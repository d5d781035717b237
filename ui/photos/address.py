"""What of the page Photos stands in its address, so that it can be sent to somebody: a sample, and the chosen face.

The address is read when a visit begins; after that it follows what is shown.
"""

from __future__ import annotations

import streamlit as st

from ui.photos.samples import SAMPLES, Sample
from ui.shared.history import PHOTO_FACE, PHOTO_SAMPLE
from ui.shared.layout import plain


def linked_sample() -> Sample | None:
    """The sample that the address names; None, having said so, if it is none."""
    title = _to_be_read(PHOTO_SAMPLE)
    sample = next((one for one in SAMPLES if one.title == title), None)
    if title is not None and sample is None:
        st.warning(
            f"There is no sample {plain(title)}. Try one of these, or a picture of yours.", icon=":material/link:"
        )
    return sample


def linked_face(faces: int) -> int | None:
    """The face of a picture that the address names; None, having said so, if there is no such face."""
    number = _to_be_read(PHOTO_FACE)
    if number is None:
        return None
    if len(number) < 5 and number.isascii() and number.isdigit() and 1 <= int(number) <= faces:
        return int(number)
    st.warning(f"There is no face {plain(number)} in this picture.", icon=":material/link:")
    return None


def say_pictures_are_gone() -> None:
    """Say what became of the picture of a link; on a page without any."""
    if _to_be_read(PHOTO_FACE) is not None:
        st.info(
            "The picture of this link is not here: pictures are kept in memory, for one visit. Drop it in again.",
            icon=":material/link:",
        )
        keep_face(1)


def keep_sample(title: str | None) -> None:
    """Name the sample that is shown, if one is."""
    _keep(PHOTO_SAMPLE, title)


def keep_face(number: int) -> None:
    """Name the chosen face; the first one needs no name."""
    _keep(PHOTO_FACE, str(number) if number > 1 else None)


def _to_be_read(name: str) -> str | None:
    """What the address says at the beginning of a visit."""
    read = st.session_state.setdefault("read of the address", set())
    if name in read:
        return None
    read.add(name)
    return st.query_params.get(name)


def _keep(name: str, value: str | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
