"""Beside the stream: the chosen face's expression, hints, and how fast it all is, once a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import UNCERTAIN
from ui.shared.downloads import download
from ui.shared.layout import count, plain
from ui.webcam import camera, second, streamer
from ui.webcam.stream import STALLED_AFTER, Stream
from ui.webcam.transport import camera_rate

if TYPE_CHECKING:
    from emotion_core.streams import LiveSession, Snapshot, TrackedFace

#: Seconds between two looks at a running session, and how far its chart goes back.
REFRESH = 1.0
CHART_SECONDS = 60.0
#: Seconds after which a stream that brings no frame is taken to find no way through the network.
UNREACHABLE_AFTER = 12.0
#: Seconds after which one that was closed and did not begin again has ended: where the network falters it is lost, and
#: begun anew.
ENDED_AFTER = 15.0

HINTS = {
    "no face": "No face is visible. Look into the camera, from not too far away.",
    "too small": "The face is too small. Come closer, or lower the smallest face in the settings.",
    "too dark": "It is too dark. Turn towards a window or a lamp.",
    "blurred": "The face is blurred. Hold still, or wipe the lens.",
}


@st.fragment(run_every=REFRESH)
def readout(stream: Stream) -> None:
    """How things stand, once a second. Ends the stream's part of the page when the stream has ended."""
    snapshot = stream.session.snapshot()
    camera_rate.keep_to(stream.rate(), camera.VIDEO)
    now = time.monotonic()
    _rerun_if_due(stream, snapshot, now)
    if not snapshot.frames_in:
        _waiting(now - st.session_state.live_since)
        return
    st.session_state.live_problem = ""  # it took long, but there was a way
    if snapshot.faces:
        _face(stream.session, snapshot)
    else:
        st.header("No face yet" if not stream.session.history() else "No face", anchor=False)
    for hint in snapshot.hints:
        st.info(HINTS[hint], icon=":material/lightbulb:")
    if snapshot.idle > STALLED_AFTER:
        st.warning("The video has stopped. Is the camera switched off, or the network down?")
    if snapshot.errors:
        st.error(errors_in_words(snapshot), icon=":material/error:")
    if snapshot.second_error:
        words = f"The second model could not read the last frame: {plain(snapshot.second_error)}"
        st.error(words, icon=":material/error:")
    _speed(stream.session, snapshot)


def _rerun_if_due(stream: Stream, snapshot: Snapshot, now: float) -> None:
    """Run the page where the stream has ended, or the browser is to be told something else."""
    if snapshot.closed and min(snapshot.idle, stream.playing.waited(now)) > ENDED_AFTER:
        st.session_state.live_phase = "after"
        st.rerun(scope="app")
    goes_on = st.session_state.live_phase == "live" and streamer.is_settled()
    if goes_on and stream.playing.is_due(snapshot.frames_in, now):
        st.rerun(scope="app")


def _waiting(waited: float) -> None:
    if waited < UNREACHABLE_AFTER:
        st.skeleton(height=240)
        st.caption("Waiting for the first frame.")
        return
    st.session_state.live_problem = "network"
    camera.show_problem()
    st.caption("After “Stop the camera” you can take a single photo, which needs no such connection.")


def errors_in_words(snapshot: Snapshot) -> str:
    """How many frames could not be analysed, and why the last one could not."""
    return f"{count(snapshot.errors, 'frame')} could not be analysed: {plain(snapshot.last_error)}"


def _speed(session: LiveSession, snapshot: Snapshot) -> None:
    milliseconds = snapshot.milliseconds
    compare = ["compare"] if session.second_classifier else []
    stages = ", ".join(f"{name} {milliseconds[name]:.1f}" for name in ("detect", "track", "classify", *compare, "draw"))
    st.caption(
        f"{snapshot.rate:.0f} frames per second, {snapshot.delay:.0f} ms delay here",
        help=f"A frame waits for {milliseconds['wait']:.0f} ms, which is how much later it arrives than the fastest "
        f"one of the last minute, and is analysed in {milliseconds['whole']:.0f} ms ({stages}). Not included, as it "
        "cannot be measured here: the time that every frame takes from the camera, and back to your screen. "
        f"{snapshot.frames_analysed} of {snapshot.frames_in} frames analysed.",
    )


def _face(session: LiveSession, snapshot: Snapshot) -> None:
    """The chosen face's expression now and over the last minute."""
    from emotion_core.inference import probability_bars
    from emotion_core.streams import by_face
    from emotion_core.visuals import last_seconds

    face = _chosen(snapshot)
    other = second.answer_of(snapshot, face.number)
    if other:
        second.side_by_side(face, other)
    else:
        st.header(plain(live_words(face)), anchor=False)
        st.html(probability_bars(face.result))
    observations = by_face(session.history(CHART_SECONDS)).get(face.number, [])
    if other:
        st.caption(plain(face.result.model))
    st.html(last_seconds(observations, snapshot.seconds, CHART_SECONDS, face.result.colours))
    if other:
        second.lately(observations, other, snapshot.seconds, CHART_SECONDS)
        second.all_faces(snapshot)


def _chosen(snapshot: Snapshot) -> TrackedFace:
    """The face chosen among several; the largest until one is, or when it is gone."""
    numbers = sorted(face.number for face in snapshot.faces)
    by_number = {face.number: face for face in snapshot.faces}
    largest = snapshot.faces[0].number
    if len(numbers) == 1:
        return snapshot.faces[0]
    wanted = st.session_state.get("live wanted", largest)
    shown = wanted if wanted in numbers else largest
    chosen = st.pills(
        f"{len(numbers)} faces",
        numbers,
        format_func=lambda number: f"Face {number}",
        default=shown,
        key=f"live face {numbers} {shown}",
    )
    if chosen:
        st.session_state["live wanted"] = chosen
    return by_number[chosen or shown]


def live_words(face: TrackedFace) -> str:
    """The answer as a person would say it, by the label that does not flicker."""
    colon = ":" if face.result.emotion == UNCERTAIN else ""
    return f"Face {face.number}{colon} {second.answer_in_words(face)}"


def picture_button(session: LiveSession) -> None:
    """Saves the picture as it is at the click."""
    download("Save a picture", lambda: jpeg_of(session), "webcam.jpg", "image/jpeg", icon=":material/photo_camera:")


def jpeg_of(session: LiveSession) -> bytes:
    """The newest picture with what was found drawn in; a black one before the first. It must not use Streamlit."""
    import numpy as np

    from emotion_core.inference import to_jpeg

    frame = session.snapshot().frame
    return to_jpeg(frame if frame is not None else np.zeros((480, 640, 3), np.uint8))
