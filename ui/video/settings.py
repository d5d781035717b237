"""Widgets for what of a video is analysed, and what is made of what each frame says."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

import emotion_core as ec
from emotion_core.models import SequenceCard, read_card, sequence_models_folder
from emotion_core.video import DECODINGS, Selection, TimelineSettings, VideoSettings, seconds_of
from ui.photos.settings import chosen_settings
from ui.shared import access, models

#: What can be chosen for how often a frame is analysed: seconds between two, None for every frame.
OFTEN = {"Every frame": None, "5 a second": 0.2, "2 a second": 0.5, "1 a second": 1.0}

FRAME_BY_FRAME = "frame by frame"


def settings() -> tuple[VideoSettings, TimelineSettings]:
    """All settings of the page.

    Raises:
        ValueError: a time is not one.
    """
    with st.expander("Settings", icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            analysed = _analysed()
        with right:
            line = _time_line()
    return analysed, line


def what_reads(analysed: VideoSettings) -> None:
    """Which model reads the faces, how good it is, and what is to be known of it."""
    name = analysed.sequence_model
    with suppress(ec.ModelError):  # said where it is used
        if name is None:
            models.model_line(models.read_card(str(analysed.faces.model)))
        else:
            models.model_line(read_card(sequence_models_folder() / str(name), SequenceCard))


def _analysed() -> VideoSettings:
    model = st.selectbox("Model", access.model_names(), key=models.CHOSEN, persist_state="session")
    over_time = _sequence_model()
    often = st.selectbox("Frames that are analysed", list(OFTEN), key="video_often", persist_state="session")
    start, end = st.columns(2)
    first = start.text_input("From", "0:00", key="video_from", help="Minutes and seconds, as 1:15, or seconds.")
    last = end.text_input("To", "", key="video_to", placeholder="the end", help="Empty: to the end.")
    part = Selection(seconds_of(first or "0"), seconds_of(last) if last.strip() else None, OFTEN[often])
    return VideoSettings(chosen_settings(model), part, sequence_model=over_time)


def _sequence_model() -> str | None:
    """The sequence model that faces are read with; None for frame by frame."""
    names = access.sequence_model_names()
    chosen = st.selectbox(
        "Faces are read",
        [FRAME_BY_FRAME, *names],
        key="video_sequence",
        persist_state="session",
        format_func=lambda name: name if name == FRAME_BY_FRAME else f"over time, by {name}",
        help="A sequence model reads each face by what comes before and after, in place of the model above.",
    )
    if not names:
        st.caption(
            "To read faces over time, train sequence-net on clips. None ships: there are no clips of people that may "
            "be used for it."
        )
    return None if chosen == FRAME_BY_FRAME else chosen


def _time_line() -> TimelineSettings:
    default = TimelineSettings()
    return TimelineSettings(
        smoothing=st.slider(
            "Smoothing in seconds", 0.0, 2.0, default.smoothing, 0.1, key="video_smoothing", persist_state="session"
        ),
        decoding=st.selectbox(
            "How the sequence of expressions is found",
            DECODINGS,
            format_func=lambda name: {"viterbi": "Most likely sequence (Viterbi)"}.get(name, "As on the Webcam page"),
            key="video_decoding",
            persist_state="session",
        ),
        transition_cost=st.slider(
            "Cost of a change",
            0.0,
            3.0,
            default.transition_cost,
            0.1,
            key="video_cost",
            persist_state="session",
            help="The higher, the fewer changes of expression. For the most likely sequence.",
        ),
        prominence=st.slider(
            "How far an expression must stand out",
            0.05,
            1.0,
            default.prominence,
            0.05,
            key="video_prominence",
            persist_state="session",
            help="How far its curve must rise above what lies around it to be a segment.",
        ),
        least_quality=st.slider(
            "Lowest quality used",
            0.0,
            1.0,
            default.least_quality,
            0.05,
            key="video_quality",
            persist_state="session",
            help="Faces that are smaller, darker, more blurred or turned further are left out of curves and sums.",
        ),
    )
