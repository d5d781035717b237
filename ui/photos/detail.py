"""One photo: its faces and how the chosen one looks, or what may help where none was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.inference import in_words, percent
from ui.photos.analysis import Correction, correct, correction, picture, suggestion
from ui.photos.explanation import parts_that_matter
from ui.photos.inputs import Photo
from ui.photos.settings import set_settings
from ui.shared import models
from ui.shared.layout import plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.inference import AnalysisSettings

#: The longer side of a picture on a page, in pixels.
SHOWN = 1280
#: How many times as large a crop is drawn, and the side of its place in pixels.
ENLARGED, CROP_WIDTH = 4, 96


def detail(photo: Photo, result: ec.PhotoResult, settings: AnalysisSettings) -> None:
    """All there is to say of one photo."""
    if result.error:
        st.error(f"{plain(photo.name)} cannot be used: {result.error}.", icon=":material/broken_image:")
        return
    if result.faces:
        faces_of(photo, result, settings)
    else:
        _nothing_found(photo, settings)
    said = correction(photo)
    if said != Correction():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_correction_in_words(said), width="content")
            st.button("Undo", on_click=correct, args=(photo, Correction()), type="tertiary", icon=":material/undo:")


def _correction_in_words(said: Correction) -> str:
    turns = f"The photo is rotated by {said.quarter_turns * 90}°. " if said.quarter_turns else ""
    return turns + ("The whole picture is treated as one face." if said.whole else "")


# Faces


def faces_of(photo: Photo, result: ec.PhotoResult, settings: AnalysisSettings) -> None:
    """The photo with its faces, and the chosen one's expression."""
    from emotion_core.visuals import annotate, at_most

    left, right = st.columns([3, 2], gap="medium")
    with right:
        number = _chosen_face(photo, result)
        _face(photo, result.faces[number - 1], settings)
    looks = ", ".join(f"{number} {face.emotion}" for number, face in result.numbered())
    shown = annotate(*at_most(picture(photo), result.faces, SHOWN), chosen=number)
    left.image(shown, width="stretch", alt=f"{photo.name} with a box around each face: {looks}")


def _chosen_face(photo: Photo, result: ec.PhotoResult) -> int:
    if len(result.faces) == 1:
        return 1
    return st.pills(
        f"{len(result.faces)} faces",
        range(1, len(result.faces) + 1),
        format_func=lambda number: f"{number} {result.faces[number - 1].emotion}",
        default=1,
        required=True,
        wrap=True,
        key=f"face {photo.digest} {len(result.faces)}",
    )


def _face(photo: Photo, face: ec.FaceResult, settings: AnalysisSettings) -> None:
    from emotion_core.visuals import ranked_probabilities

    words = in_words(face)
    st.header(words[0].upper() + words[1:], anchor=False)
    if face.note:
        st.caption(face.note[0].upper() + face.note[1:] + ".")
    st.plotly_chart(
        ranked_probabilities(face),
        config={"staticPlot": True},
        alt="Probabilities: " + ", ".join(f"{name} {percent(share)}" for name, share in face.ranking),
    )
    crop = _seen_by_the_network(face, str(settings.model))
    key = f"{photo.digest} {face.box.x:.0f} {face.box.y:.0f}"
    parts_that_matter(crop, face, str(settings.model), key)


def _seen_by_the_network(face: ec.FaceResult, model: str) -> np.ndarray:
    """Show what the network sees of a face; gives it as (size, size) grey or (size, size, 3) RGB, uint8."""
    from emotion_core.models import network_view
    from emotion_core.visuals import enlarged

    assert face.crop is not None  # as with every face of a photo
    expected = models.classifier(model).card.input
    crop = network_view(face.crop, expected)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.image(enlarged(crop, ENLARGED), width=CROP_WIDTH, alt="The face as the network sees it")
        st.caption(f"What the network sees. {_size_in_words(face, expected.size)}")
    return crop


def _size_in_words(face: ec.FaceResult, enough: int) -> str:
    height = round(face.box.height)
    if height < enough / 2:
        return f"The face is only {height} pixels high in the picture: too small to rely on."
    return f"The face is {height} pixels high in the picture."


# No face


def _nothing_found(photo: Photo, settings: AnalysisSettings) -> None:
    """Say that there is no face, and offer what may help."""
    from emotion_core.inference import SMALLEST_CROP
    from emotion_core.visuals import thumbnail

    image = picture(photo)
    height, width = image.shape[:2]
    left, right = st.columns([3, 2], gap="medium")
    left.image(thumbnail(image, SHOWN), width="stretch", alt=f"{photo.name}, in which no face was found")
    with right:
        st.header("No face found", anchor=False)
        if min(height, width) < SMALLEST_CROP:
            st.markdown(
                f"The picture is too small: {width}×{height} pixels. A face needs at least {SMALLEST_CROP} by "
                f"{SMALLEST_CROP}."
            )
        else:
            _what_may_help(photo, settings)


def _what_may_help(photo: Photo, settings: AnalysisSettings) -> None:
    helps, said = suggestion(photo, settings), correction(photo)
    st.markdown(
        "Turned upright, the photo shows a face."
        if helps.turns
        else "Faces are found best when they are upright, seen from the front and not too small."
    )
    rotated = replace(said, quarter_turns=(said.quarter_turns + (helps.turns or 1)) % 4)
    st.button("Rotate the photo", on_click=correct, args=(photo, rotated), icon=":material/rotate_right:")
    if helps.looser:
        st.button(
            _difference(settings, helps.looser),
            on_click=set_settings,
            args=(helps.looser,),
            icon=":material/search:",
        )
    whole = replace(said, whole=True)
    st.button("Treat the whole picture as one face", on_click=correct, args=(photo, whole), icon=":material/crop_free:")


def _difference(before: AnalysisSettings, after: AnalysisSettings) -> str:
    if after.threshold != before.threshold:
        return f"Lower the detection threshold to {after.threshold}"
    return f"Allow faces of {after.smallest_face} pixels"
