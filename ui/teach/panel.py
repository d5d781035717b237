"""Beside the camera: what is recorded, how the model answers now, how good it is, and what to record next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import display_name
from emotion_core.inference import UNCERTAIN, percent
from ui.shared.layout import count, plain
from ui.teach.hold import hold_buttons
from ui.teach.start import PHASE
from ui.webcam import camera, streamer
from ui.webcam.stream import Stream
from ui.webcam.transport import camera_rate

if TYPE_CHECKING:
    from emotion_core.streams import Lesson, Taught

#: The key of this page's streamer.
STREAMER = "teach camera"
#: Seconds between two looks at the lesson.
REFRESH = 1.0

NOTES = {
    "no face": "No face is visible: nothing is recorded.",
    "too small": "The face is too small: come closer.",
    "too dark": "It is too dark: turn towards a window or a lamp.",
    "blurred": "The face is blurred: hold still, or wipe the lens.",
    "several faces": "There are several faces: the largest is recorded.",
    "enough": "This class has as many faces as are kept.",
}


@st.fragment(run_every=REFRESH)
def panel(lesson: Lesson, stream: Stream | None) -> None:
    """The lesson as it stands, once a second; learns what has changed since.

    Args:
        lesson: what is taught.
        stream: the camera's; None while it is off.
    """
    if stream is not None:
        _keep_going(stream)
    learn(lesson, stream)
    hold_buttons(lesson, enabled=stream is not None)
    st.caption(
        "Hold a button, or the key of its number, while you show the class."
        if stream is not None
        else "Start the camera to record, or add photos or a part of a video."
    )
    if lesson.note:
        st.info(NOTES[lesson.note], icon=":material/lightbulb:")
    if stream is not None:
        _answer(stream, lesson.taught)
    how_good(lesson)


def learn(lesson: Lesson, stream: Stream | None) -> None:
    """Learn what has changed, and have the camera's faces answered by that."""
    if lesson.changed:
        lesson.learn()
    if stream is not None and stream.session.classifier is not lesson.taught:
        stream.session.classifier = lesson.taught


def _keep_going(stream: Stream) -> None:
    """Have the page run where the browser is to be told something else."""
    camera_rate.keep_to(stream.rate(), camera.VIDEO)
    goes_on = st.session_state.get(PHASE) == "live" and streamer.is_settled(STREAMER)
    if goes_on and stream.playing.is_due(stream.session.snapshot().frames_in, time.monotonic()):
        st.rerun(scope="app")


def _answer(stream: Stream, taught: Taught) -> None:
    from emotion_core.inference import probability_bars

    snapshot = stream.session.snapshot()
    if snapshot.errors:
        st.error(f"{count(snapshot.errors, 'frame')} could not be analysed: {plain(snapshot.last_error)}")
    if not snapshot.faces or taught.head is None:
        return
    result = snapshot.faces[0].result
    sure = "" if result.emotion == UNCERTAIN else f", {percent(result.confidence)}"
    st.header(plain(f"{display_name(result.emotion)}{sure}"), anchor=False)
    st.html(probability_bars(result))


def how_good(lesson: Lesson) -> None:
    """Accuracy by cross-validation, which classes are confused, and what to record next."""
    from emotion_core.streams import what_next

    taught = lesson.taught
    if taught.accuracy is not None:
        st.markdown(
            f"**{percent(taught.accuracy)}** accuracy on {count(len(taught.labels), 'face')}, each second's faces left "
            "out in turn. Expect less on other people."
        )
    st.markdown(plain(what_next(taught, lesson.counts())))
    if taught.accuracy is not None:
        _confusion(taught)


def _confusion(taught: Taught) -> None:
    import pandas as pd

    names = [display_name(name) for name in taught.classes]
    with st.expander("Which classes are confused", icon=":material/grid_on:"):
        table = pd.DataFrame(taught.confusion, columns=names)
        table.insert(0, "Shown, predicted as:", names)
        st.dataframe(table, hide_index=True, alt="Faces by class and predicted class")
