"""The recorded faces as thumbnails that can be dropped, photos that are added, and classes that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.emotions import display_name
from ui.shared.layout import count, plain
from ui.shared.media import data_uri
from ui.shared.words import said

if TYPE_CHECKING:
    from emotion_core.streams import Lesson

#: So many thumbnails of a class are shown, the newest first, in pixels of this width.
SHOWN, WIDTH = 12, 72
#: Photos are reduced to crops of this side, more than any network sees.
SIDE = 96
#: Seconds between two looks at what was recorded.
REFRESH = 2.0


@st.fragment(run_every=REFRESH)
def recorded(lesson: Lesson) -> None:
    """The faces of each class that is open, the newest first."""
    for name, number in lesson.counts().items():
        # How many there are stands in it: with another label it would be another one, and closed.
        label = plain(f"Faces of {display_name(name)}")
        of_class = st.expander(label, key=f"teach faces {name}", icon=":material/face:", on_change="rerun")
        if of_class.open:
            with of_class:
                _faces_of(lesson, name, number)


def _faces_of(lesson: Lesson, name: str, number: int) -> None:
    with st.container(horizontal=True):
        st.button(
            "Drop the last second",
            on_click=lesson.drop_last,
            args=(name,),
            key=f"teach last {name}",
            disabled=not number,
        )
        st.button(
            "Remove the class",
            on_click=_remove,
            args=(lesson, name),
            key=f"teach remove {name}",
            disabled=len(lesson.classes) < 3,
        )
    with st.grid(min_column_width=WIDTH):
        for one in lesson.examples(name)[: -SHOWN - 1 : -1]:
            with st.container():
                # In the page itself: a file is gone for a moment whenever the camera starts anew.
                st.image(data_uri(one.crop), width=WIDTH, alt=f"Face {one.number} of {name}")
                st.button("Drop", on_click=lesson.drop, args=(one.number,), key=f"teach drop {one.number}")
    more = f", the newest {SHOWN} of which are shown" if number > SHOWN else ""
    st.caption(f"{count(number, 'face')}{more}")


def _remove(lesson: Lesson, name: str) -> None:
    lesson.remove_class(name)


def add_photos(lesson: Lesson) -> None:
    """Photos whose largest faces are added to a class."""
    with (
        st.expander("Add photos", icon=":material/add_photo_alternate:"),
        st.form("teach_photos", clear_on_submit=True, border=False),
    ):
        name = st.selectbox("Class", lesson.classes, format_func=display_name, key="teach_photo_class")
        label = "Photos: the largest face of each is added"
        files = st.file_uploader(label, accept_multiple_files=True, key="teach_photo_files")
        if st.form_submit_button("Add", type="primary") and files:
            _add(lesson, name, files)


def _add(lesson: Lesson, name: str, files: list) -> None:
    from emotion_core.faces import FaceCropper

    cropper, without = FaceCropper(), []
    for file in files:
        try:
            crop = cropper.crop(ec.load_image(file.getvalue()), SIDE)
        except ec.ImageError as error:
            st.warning(plain(f"{file.name}: {error}"))
            continue
        if crop is None:
            without.append(file.name)
        else:
            lesson.add(name, crop)
    if without:
        st.warning(plain(f"No face was found in {', '.join(without)}."))


def add_class(lesson: Lesson) -> None:
    """One class more."""
    with (
        st.expander("Add a class", icon=":material/new_label:"),
        st.form("teach_class", clear_on_submit=True, border=False),
    ):
        name = st.text_input("Name of the class", key="teach_class_name")
        if st.form_submit_button("Add the class"):
            try:
                lesson.add_class(name)
            except ValueError as error:
                st.error(said(error), icon=":material/error:")
            else:
                st.rerun()
