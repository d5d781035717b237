"""What the visitor gives: files, a picture from the camera, or the sample; kept until it is cleared."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import streamlit as st

from emotion_core.images import MAX_BYTES, READABLE

#: What is asked of a camera for a photo: without it one is as small as its place on the screen.
RESOLUTION: Final = "720p"

#: The toggle for the camera; it is there from a visit's first run to its last.
CAMERA = "camera"


@dataclass(frozen=True)
class Photo:
    """A picture that was given, as its file's bytes and their sha256."""

    name: str
    data: bytes = field(repr=False)
    digest: str


def given_photos() -> list[Photo]:
    """Widgets for pictures; what was given with them, on an earlier visit to the page too, or the sample."""
    st.session_state.setdefault("sample", False)
    st.session_state.setdefault("uploader", 0)
    if CAMERA not in st.session_state:
        _keep_earlier()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try the sample photo", icon=":material/person:", on_click=_use_sample)
        camera = st.toggle("Use the camera", key=CAMERA, on_change=_change_source)
        clear = st.container(width="content")
    current = _from_camera() if camera else _from_files()
    st.session_state.current_photos = current
    own = [*st.session_state.get("earlier_photos", []), *current]
    if own:
        clear.button("Clear all", icon=":material/delete:", on_click=_clear)
    return own if own or not st.session_state.sample else [sample_photo()]


def _from_camera() -> list[Photo]:
    shot = st.camera_input("Take a picture", on_change=_use_own, resolution=RESOLUTION)
    return [photo_of(shot)] if shot else []


def _from_files() -> list[Photo]:
    files = st.file_uploader(
        f"Your pictures: {READABLE}",
        type=None,  # whatever a file is called, what is wrong with it is said beside it
        accept_multiple_files=True,
        key=f"uploader {st.session_state.uploader}",
        on_change=_use_own,
        max_upload_size=MAX_BYTES >> 20,
    )
    return [photo_of(file) for file in files]


def _change_source() -> None:
    """From files to the camera or back: the widget goes away, what was given with it stays."""
    _use_own()
    _keep_earlier()


def _keep_earlier() -> None:
    """Keep what was given with widgets that are gone."""
    earlier = st.session_state.get("earlier_photos", [])
    st.session_state.earlier_photos = [*earlier, *st.session_state.pop("current_photos", [])]


def _clear() -> None:
    # Another key is another, empty widget.
    st.session_state.update(earlier_photos=[], uploader=st.session_state.uploader + 1, sample=False, camera=False)


def _use_sample() -> None:
    """Look at the sample instead of what was given."""
    _clear()
    st.session_state.sample = True


def _use_own() -> None:
    """Look at what is given instead of the sample."""
    st.session_state.sample = False


def photo_of(file: st.typing.UploadedFile) -> Photo:
    """A file from a widget. Its sum is made once, not at each rerun: there may be 200 of them."""
    digests: dict[str, str] = st.session_state.setdefault("digests", {})
    if file.file_id not in digests:
        digests[file.file_id] = hashlib.sha256(file.getbuffer()).hexdigest()
    return Photo(file.name, file.getvalue(), digests[file.file_id])


def sample_photo() -> Photo:
    """The portrait of the astronaut Eileen Collins that scikit-image carries (NASA, public domain), smiling."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package scikit-image, which carries the sample photo, is not installed")
    data = (Path(spec.submodule_search_locations[0]) / "data" / "astronaut.png").read_bytes()
    return Photo("astronaut.png", data, hashlib.sha256(data).hexdigest())


def digest_of(photos: Iterable[Photo]) -> str:
    """One sum of many photos in their order."""
    return hashlib.sha256("".join(photo.digest for photo in photos).encode()).hexdigest()
