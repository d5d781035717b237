"""One photo: its faces and how the chosen one looks, or what may help where none was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.emotions import isolated
from emotion_core.inference import in_words, percent
from ui.photos import address, idle, rest
from ui.photos.analysis import Correction, correct, correction, picture, quarter_turns, suggestion
from ui.photos.explanation import parts_that_matter
from ui.photos.given import Photo
from ui.photos.picture import SHOWN, choose_face, chosen_face, clickable
from ui.photos.settings import set_settings
from ui.shared import models
from ui.shared.layout import plain
from ui.shared.words import sentence

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.inference import AnalysisSettings

#: How many times as large a crop is drawn, and the side of its place in pixels.
ENLARGED, CROP_WIDTH = 4, 96


def detail(
    photo: Photo,
    result: ec.PhotoResult,
    settings: AnalysisSettings,
    others: Sequence[ec.PhotoResult] = (),
    beside: bool = True,
    linked: bool = False,
) -> None:
    """All there is to say of one photo.

    Args:
        photo, result, settings: what was found in it, and how.
        others: the same faces as other models see them.
        beside: whether the chosen face's expression stands beside the picture, not below it.
        linked: whether the page's address names the chosen face.
    """
    if result.error:
        st.error(f"{plain(photo.name)} cannot be used: {result.error}.", icon=":material/broken_image:")
        return
    if result.faces:
        faces_of(photo, result, settings, others, beside, linked)
    else:
        if linked:
            address.keep_face(1)
        _nothing_found(photo, settings)
    _corrections(photo)


def _corrections(photo: Photo) -> None:
    """How the photo is read, and turning it by hand."""
    said, turns = correction(photo), quarter_turns(photo)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Turn", on_click=_turn, args=(photo,), icon=":material/rotate_right:", type="tertiary")
        words = f"The photo is rotated by {turns * 90}°. " if turns else ""
        words += "The whole picture is treated as one face." if said.whole else ""
        if words:
            st.caption(words, width="content")
        if turns or said.whole:
            undone = Correction(quarter_turns=0)
            st.button("Undo", on_click=correct, args=(photo, undone), type="tertiary", icon=":material/undo:")


def _turn(photo: Photo) -> None:
    """Turn it by a quarter more than it is turned now: of two quick clicks, each does."""
    correct(photo, replace(correction(photo), quarter_turns=(quarter_turns(photo) + 1) % 4))


# Faces


@st.fragment
def faces_of(
    photo: Photo,
    result: ec.PhotoResult,
    settings: AnalysisSettings,
    others: Sequence[ec.PhotoResult] = (),
    beside: bool = True,
    linked: bool = False,
) -> None:
    """The photo with its faces, and the chosen one's expression. Choosing one runs nothing else anew."""
    if linked:
        idle.used()
        _as_in_the_address(photo, result)
    widths = [1, 1] if others else [5, 3]
    left, right = st.columns(widths, gap="medium") if beside else (st.container(), st.container())
    with left:
        clickable(photo, result)
    with right:
        number = chosen_face(photo, result)
        again = [
            other.faces[number - 1] for other in others if number <= len(other.faces)
        ]  # else it was not read twice
        key = _face(photo, number, result, again, settings)
        if linked:  # elsewhere there is one photo, and nothing to be read against it
            rest.choose(result.faces[number - 1], photo.name, key)
            rest.problem(models.classifier(str(settings.model)))


def _as_in_the_address(photo: Photo, result: ec.PhotoResult) -> None:
    """Choose the face that the address names, and name the one that is chosen."""
    if number := address.linked_face(len(result.faces)):
        choose_face(photo, number)
    address.keep_face(chosen_face(photo, result))


def _face(
    photo: Photo, number: int, result: ec.PhotoResult, again: list[ec.FaceResult], settings: AnalysisSettings
) -> str:
    """One face of a photo, `again` being the same as other models see it; what tells it from others."""
    face = result.faces[number - 1]
    if len(result.faces) > 1:
        st.caption(f"Face {number} of {len(result.faces)}")
    if again:
        _side_by_side(face, *again)
    else:
        st.header(plain(_capitalised(in_words(face, isolated))), anchor=False)
        _answer(face)
    crop = _seen_by_the_network(face, str(settings.model))
    key = f"{photo.digest} {face.box.x:.0f} {face.box.y:.0f}"
    parts_that_matter(crop, face, str(settings.model), key)
    return key


def _side_by_side(*faces: ec.FaceResult) -> None:
    """What two models say of one face, and whether that is the same."""
    st.header(f"The models {models.agreement_in_words(*faces[:2])}", anchor=False)
    for column, face in zip(st.columns(len(faces), gap="small"), faces, strict=True):
        with column:
            st.markdown(f"**{plain(face.model)}**  \n{plain(_capitalised(in_words(face, isolated)))}")
            _answer(face)


def _capitalised(words: str) -> str:
    return words[0].upper() + words[1:]


def _answer(face: ec.FaceResult) -> None:
    """What the model notes of the face, if anything, and its probabilities."""
    from emotion_core.visuals import ranked_probabilities

    if face.note:
        st.caption(sentence(face.note))
    st.plotly_chart(
        ranked_probabilities(face),
        config={"staticPlot": True},
        alt="Probabilities: " + ", ".join(f"{name} {percent(share)}" for name, share in face.ranking),
    )


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
    left, right = st.columns([5, 3], gap="medium")
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
    looser, said = suggestion(photo, settings), correction(photo)
    st.markdown("Faces are found best when they are upright, seen from the front and not too small.")
    if looser:
        st.button(_difference(settings, looser), on_click=set_settings, args=(looser,), icon=":material/search:")
    whole = replace(said, whole=True)
    st.button("Treat the whole picture as one face", on_click=correct, args=(photo, whole), icon=":material/crop_free:")


def _difference(before: AnalysisSettings, after: AnalysisSettings) -> str:
    if after.threshold != before.threshold:
        return f"Lower the detection threshold to {after.threshold}"
    return f"Allow faces of {after.smallest_face} pixels"
