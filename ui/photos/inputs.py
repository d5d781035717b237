"""What the visitor gives: files, a picture from the camera, or a sample; kept until it is cleared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import streamlit as st

from emotion_core.images import MAX_BYTES, READABLE
from ui.photos import address, idle, rest
from ui.photos.analysis import forget_results
from ui.photos.explanation import forget_maps
from ui.photos.given import Photo
from ui.photos.picture import forget_pictures
from ui.photos.samples import SAMPLES, Sample
from ui.shared.pages import PHOTOS

#: What is asked of a camera for a photo: without it one is as small as its place on the screen.
RESOLUTION: Final = "720p"

#: The toggle for the camera; it is there from a visit's first run to its last.
CAMERA = "camera"
#: In the session: the title of the sample.
TITLE = "sample title"


def given_photos() -> list[Photo]:
    """Widgets for pictures; what was given with them, on an earlier visit to the page too, or the sample."""
    st.session_state.setdefault("sample", None)
    st.session_state.setdefault("uploader", 0)
    if idle.is_over():
        _clear()
        st.info("Nothing was done for an hour, so the pictures are forgotten.", icon=":material/delete:")
    if linked := address.linked_sample():
        _use_sample(linked)
    if CAMERA not in st.session_state:
        _keep_earlier()
    current = _from_camera() if st.session_state.get(CAMERA) else _from_files()
    st.session_state.current_photos = current
    own = [*st.session_state.get("earlier_photos", []), *current]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Use the camera", key=CAMERA, on_change=_change_source)
        if own or st.session_state.sample:
            st.button("Clear all", icon=":material/delete:", on_click=_clear)
        st.caption("Or try a sample:", width="content")
        for sample in SAMPLES:
            icon, on_click = sample.icon, _use_sample
            st.button(sample.title, icon=icon, help=sample.help, on_click=on_click, args=(sample,), type="tertiary")
    shown: Photo | None = None if own else st.session_state.sample
    address.keep_sample(st.session_state.get(TITLE) if shown else None)
    given = own or ([shown] if shown else [])
    if given:
        idle.used()
    else:
        idle.nothing_is_here()
    return given


def are_own(given: list[Photo]) -> bool:
    """Whether they are the visitor's, not the sample, which the address names."""
    return bool(given) and given != [st.session_state.sample]


def dropped_on_home() -> None:
    """A place to drop pictures on Home, which leads to this page with them."""
    files = _place_for_files(f"Drop a photo here: {READABLE}", "home drop")
    if files:
        if idle.is_over():  # those that were there, before these come
            st.session_state.setdefault("uploader", 0)
            _clear()
        idle.used()
        kept = st.session_state.get("earlier_photos", [])
        st.session_state.update(earlier_photos=[*kept, *map(photo_of, files)], sample=None)
        st.switch_page(PHOTOS.path)


def _from_camera() -> list[Photo]:
    shot = st.camera_input("Take a picture", on_change=_use_own, resolution=RESOLUTION)
    return [photo_of(shot)] if shot else []


def _from_files() -> list[Photo]:
    files = _place_for_files(f"Your pictures: {READABLE}", f"uploader {st.session_state.uploader}")
    return [photo_of(file) for file in files]


def _place_for_files(label: str, key: str) -> list[st.typing.UploadedFile]:
    return st.file_uploader(
        label,
        type=None,  # whatever a file is called, what is wrong with it is said beside it
        accept_multiple_files=True,
        key=key,
        on_change=_use_own,
        max_upload_size=MAX_BYTES >> 20,
    )


def _change_source() -> None:
    """From files to the camera or back: the widget goes away, what was given with it stays."""
    _use_own()
    _keep_earlier()


def _keep_earlier() -> None:
    """Keep what was given with widgets that are gone."""
    earlier = st.session_state.get("earlier_photos", [])
    st.session_state.earlier_photos = [*earlier, *st.session_state.pop("current_photos", [])]


def _clear() -> None:
    """Forget all pictures, and all that was found in them."""
    rest.forget()
    forget_pictures()
    forget_results()
    forget_maps()
    st.session_state.pop("digests", None)
    # Another key is another, empty widget.
    st.session_state.update(earlier_photos=[], uploader=st.session_state.uploader + 1, sample=None, camera=False)


def _use_sample(sample: Sample) -> None:
    """Look at a sample instead of what was given."""
    _clear()
    st.session_state.update({"sample": sample.make(), TITLE: sample.title})
    idle.used()


def _use_own() -> None:
    """Look at what is given instead of the sample."""
    st.session_state.sample = None


def photo_of(file: st.typing.UploadedFile) -> Photo:
    """A file from a widget. Its sum is made once, not at each rerun: there may be 200 of them."""
    digests: dict[str, str] = st.session_state.setdefault("digests", {})
    if file.file_id not in digests:
        digests[file.file_id] = hashlib.sha256(file.getbuffer()).hexdigest()
    return Photo(file.name, file.getvalue(), digests[file.file_id])


def digest_of(photos: Iterable[Photo]) -> str:
    """One sum of many photos in their order."""
    return hashlib.sha256("".join(photo.digest for photo in photos).encode()).hexdigest()
