"""What is found in the visitor's photos, kept for the session: nothing is decoded, searched or classified twice."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.models import BALANCED, model_version, prior_as_text
from ui.photos import rest
from ui.photos.given import Photo
from ui.shared import models

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.faces import Face
    from emotion_core.inference import AnalysisSettings

PICTURES_KEPT = "384MB"
RESULTS_KEPT = 5000
THUMBNAIL = 160


@dataclass(frozen=True)
class Correction:
    """How the visitor wants one photo to be read; turned by as much as its faces are seen best with, if by None."""

    quarter_turns: int | None = None
    whole: bool = False


def correction(photo: Photo) -> Correction:
    """How a photo is to be read in this session."""
    return st.session_state.setdefault("corrections", {}).get(photo.digest, Correction())


def correct(photo: Photo, correction: Correction) -> None:
    """Note how a photo is to be read; for callbacks."""
    st.session_state.setdefault("corrections", {})[photo.digest] = correction


def quarter_turns(photo: Photo) -> int:
    """By how many quarters clockwise a photo is turned: as the visitor said, or as it was analysed last."""
    said = correction(photo).quarter_turns
    return _turns().get(photo.digest, 0) if said is None else said


def analysed(photo: Photo, settings: AnalysisSettings) -> ec.PhotoResult:
    """A photo's faces and how they look, from memory if the same was asked before. A bad photo is one with an error.

    Raises:
        ModelError: the model cannot be used.
    """
    results, key = _results(), _result_key(photo, settings)
    if key not in results:
        if len(results) >= RESULTS_KEPT:
            results.clear()
        results[key] = _analysed(photo, settings)
    result, _turns()[photo.digest] = results[key]
    return replace(result, name=photo.name)


def is_analysed(photo: Photo, settings: AnalysisSettings) -> bool:
    """Whether `analysed` would answer from memory."""
    return _result_key(photo, settings) in _results()


def analyse_all(photos: list[Photo], settings: AnalysisSettings, on_stop: Callable[[bool], None]) -> None:
    """Analyse photos, with progress and a button to stop if there are many that were not analysed before."""
    many = sum(not is_analysed(photo, settings) for photo in photos) > 1
    if many:
        progress = st.progress(0.0)
        # Streamlit has a "Stop" of its own in the corner, which shows nothing of what is done.
        st.button("Stop and show results", on_click=on_stop, args=(True,), icon=":material/stop:")
    for done, photo in enumerate(photos):
        if many:
            progress.progress(done / len(photos), f"{done} of {len(photos)} photos")
        if not analysed(photo, settings).error:
            thumbnail(photo)  # while the picture is decoded


def picture(photo: Photo) -> np.ndarray:
    """A photo as an upright RGB array, see `quarter_turns`.

    Raises:
        ImageError: it cannot be used.
    """
    from emotion_core.inference import turned

    return turned(_decoded(photo.digest, photo.data), quarter_turns(photo))


def thumbnail(photo: Photo) -> str | None:
    """A small picture of a photo as a data URI; None if it cannot be read."""
    try:
        return _thumbnail(photo.digest, quarter_turns(photo), lambda: picture(photo))
    except ec.ImageError:
        return None


def suggestion(photo: Photo, settings: AnalysisSettings) -> AnalysisSettings | None:
    """Looser settings that help with a photo in which no face was found, if there are any."""
    return _suggestion(_detection_key(photo, settings), lambda: picture(photo))


def forget_results() -> None:
    """Drop what was found in the visitor's pictures, and how they were to be read."""
    for name in ("results", "corrections", "turned upright"):
        st.session_state.pop(name, None)
    for kept in (_decoded, _found, _suggestion, _thumbnail):
        kept.clear()


def _turns() -> dict[str, int]:
    return st.session_state.setdefault("turned upright", {})


def _results() -> dict[tuple[object, ...], tuple[ec.PhotoResult, int]]:
    """What was found, each with the quarters that the photo was turned by for that."""
    return st.session_state.setdefault("results", {})


def _result_key(photo: Photo, settings: AnalysisSettings) -> tuple[object, ...]:
    prior = prior_as_text(settings.prior or BALANCED)  # as shares cannot be a part of a key
    version = model_version(str(settings.model))
    return photo.digest, correction(photo), replace(settings, prior=None), prior, version, rest.key()


def _analysed(photo: Photo, settings: AnalysisSettings) -> tuple[ec.PhotoResult, int]:
    from emotion_core.inference import classify_faces, turned

    classifier = rest.read_against(models.classifier(str(settings.model)).under(settings.prior or BALANCED))
    said = correction(photo).quarter_turns
    try:
        image = turned(_decoded(photo.digest, photo.data), said or 0)
    except ec.ImageError as error:
        return ec.PhotoResult(photo.name, error=str(error)), 0
    faces, turns = _found(_detection_key(photo, settings), said is None, lambda: image)
    return ec.PhotoResult(photo.name, classify_faces(turned(image, turns), faces, classifier)), turns


# What comes of a visitor's pictures is kept for their session alone. A digest names the bytes: hashing them is slow.

_DetectionKey = tuple[str, int | None, "AnalysisSettings"]


def _detection_key(photo: Photo, settings: AnalysisSettings) -> _DetectionKey:
    """What decides which faces are found in a photo: neither the model nor what it expects."""
    said = correction(photo)
    return photo.digest, said.quarter_turns, replace(settings, model="default", whole=said.whole, prior=None)


@st.cache_data(scope="session", max_size=PICTURES_KEPT, show_spinner=False)
def _decoded(digest: str, _data: bytes) -> np.ndarray:
    return ec.load_image(_data)


@st.cache_data(scope="session", max_entries=RESULTS_KEPT, show_spinner=False)
def _found(key: _DetectionKey, upright: bool, _picture: Callable[[], np.ndarray]) -> tuple[list[Face], int]:
    from emotion_core.inference import find_faces, find_upright

    settings = _with_detector(key[-1])
    return find_upright(_picture(), settings) if upright else (find_faces(_picture(), settings), 0)


@st.cache_data(scope="session", max_entries=RESULTS_KEPT, show_spinner=False)
def _suggestion(key: _DetectionKey, _picture: Callable[[], np.ndarray]) -> AnalysisSettings | None:
    from emotion_core.inference import looser_settings

    looser = looser_settings(_picture(), _with_detector(key[-1]))
    return looser and replace(looser, detector=key[-1].detector)


def _with_detector(settings: AnalysisSettings) -> AnalysisSettings:
    """The settings with the detector that all visitors share."""
    return replace(settings, detector=models.detector(str(settings.detector)))


@st.cache_data(scope="session", max_entries=RESULTS_KEPT, show_spinner=False)
def _thumbnail(digest: str, quarter_turns: int, _picture: Callable[[], np.ndarray]) -> str:
    from emotion_core.inference import to_jpeg
    from emotion_core.visuals import thumbnail

    data = to_jpeg(thumbnail(_picture(), THUMBNAIL), quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
