"""The webcam page's parts: asking for the camera, the stream, what is shown beside it, and the summary after it."""

from __future__ import annotations

import gc
import io
import json
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import cv2
import streamlit as st

import emotion_core as ec
from emotion_core.inference.results import UNCERTAIN, percent
from emotion_core.models.registry import DEFAULT_MODEL, model_names
from ui.photos import analysis, inputs
from ui.photos import settings as photo_settings
from ui.photos.detail import detail
from ui.shared import models
from ui.shared.layout import count, plain
from ui.webcam.transport import camera_rate, video
from ui.webcam.transport.playing import Playing, end_only_if_left

if TYPE_CHECKING:
    import av

    from emotion_core.streams.face_stream import TrackedFace
    from emotion_core.streams.observations import Observation
    from emotion_core.streams.session import LiveSession, Snapshot

STREAMER = "webcam"
HELP = Path(__file__).parent.parent.parent / "docs" / "webcam.md"
ICE_VARIABLE = "EMOTION_CORE_ICE_SERVERS"
ICE_SECRET = "ice_servers"

#: Seconds after which a stream that brings no picture is taken to find no way.
NO_WAY = 12.0
#: Seconds after which one that has brought some is said to have stopped, and taken to have ended if it was closed and
#: did not begin again: where the network falters it is lost, and begun anew.
STILL = 4.0
ENDED = 15.0
#: Seconds between two looks at a running session, and how far its chart goes back.
REFRESH = 1.0
CHART_SECONDS = 60.0
#: The summary shows so many faces.
MOST_FACES = 12
#: Pixels of the place for a single photo: on this wide page it would leave no room for the answer.
PHOTO_WIDTH = 480

VIDEO = {"width": {"ideal": 640}, "height": {"ideal": 480}, "facingMode": "user"}
SHOWN = {"autoPlay": True, "muted": True, "playsInline": True, "controls": False, "style": {"width": "100%"}}

#: What went wrong by the name of the browser's error: what it is, and what helps.
TROUBLES = {
    "permission": (
        "The browser may not use the camera.",
        "Click the sign at the left of the address bar, allow the camera for this page, and start again. "
        "If it was never asked, look into the system's privacy settings, too.",
    ),
    "device": (
        "No camera was found.",
        "Plug one in or switch it on, and start again.",
    ),
    "busy": (
        "The camera is there but gives no picture.",
        "Most often another program or tab uses it: close that, and start again.",
    ),
    "https": (
        "The browser gives the camera only to pages from https:// or from this machine.",
        "Open this page as http://localhost:8501 on the machine that it runs on, or set up https as the help says.",
    ),
    "network": (
        "The camera is on, but its pictures find no way to the server.",
        "A firewall or an address translation lies between them. The help says how to set up a TURN server.",
    ),
}
ERROR_NAMES = {
    "NotAllowedError": "permission",
    "SecurityError": "permission",
    "NotFoundError": "device",
    "OverconstrainedError": "device",
    "NotReadableError": "busy",
    "AbortError": "busy",
    "InsecureContext": "https",
}

HINTS = {
    "no face": "No face is seen. Look into the camera, and not from too far.",
    "too small": "The face is too small. Come closer, or lower the smallest face in the settings.",
    "too dark": "It is too dark. Turn towards a window or a lamp.",
    "blurred": "The face is blurred. Hold still, or wipe the lens.",
}

_START_HTML = '<button type="button"></button>'
_START_CSS = """
button {
  font-family: inherit; font-size: 0.875rem; line-height: 1.6; cursor: pointer; border: none; padding: 0.5rem 1rem;
  border-radius: var(--st-button-radius); background: var(--st-primary-color); color: #ffffff;
}
button:hover:enabled { filter: brightness(0.92); }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 2px; }
button:disabled { opacity: 0.6; cursor: progress; }
"""
# The camera is asked for here and let go at once: the streamer, which opens it again, does not tell the page of errors.
_START_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.disabled = false
  button.onclick = async () => {
    button.disabled = true
    button.textContent = "Waiting for the camera"
    let answer = "ready"
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw { name: "InsecureContext" }
      const stream = await navigator.mediaDevices.getUserMedia({ video: data.video })
      stream.getTracks().forEach((track) => track.stop())
    } catch (error) {
      answer = error.name || "Error"
    }
    button.disabled = false
    button.textContent = data.label
    setTriggerValue("camera", answer)
  }
}
"""
_start_button = st.components.v2.component("start_camera", html=_START_HTML, css=_START_CSS, js=_START_JS)


# Before


def start_button(label: str) -> None:
    """A button that asks the browser for the camera; notes in the session's state what came of it."""
    data = {"label": label, "video": VIDEO}
    _start_button(key="start camera", data=data, width="content", on_camera_change=_on_camera)


def _on_camera() -> None:
    answer = st.session_state["start camera"].camera
    if answer == "ready":
        st.session_state.update(live_phase="live", live_trouble="", live=None, live_since=time.monotonic())
    else:
        st.session_state.live_trouble = ERROR_NAMES.get(answer, answer)


def what_will_happen() -> None:
    """What the visitor agrees to by starting."""
    st.markdown(
        "- Your browser sends the camera's pictures to the program that shows this page, and shows what comes back.\n"
        "- Every face in them is followed, and you see how its expression looks.\n"
        "- **Nothing is stored and nothing is passed on.** The numbers stay in memory until you leave the page; "
        "you may save them yourself.\n"
        "- Who else is in the picture should know."
    )


def insecure_address() -> bool:
    """Whether the page was opened in a way in which browsers give no camera."""
    address = urlsplit(st.context.url or "")
    return address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1", None)


def model_choice() -> str:
    """The model that will answer, chosen if there are several."""
    names = model_names() or [DEFAULT_MODEL]
    if len(names) == 1:
        return names[0]
    return st.selectbox("Model", names, key="model", persist_state="session")


def trouble() -> None:
    """Why there is no camera, and what helps."""
    kind = st.session_state.live_trouble
    what, helps = TROUBLES.get(kind, (f"The camera cannot be used ({plain(kind)}).", "The help may know why."))
    st.error(f"**{what}** {helps}", icon=":material/videocam_off:")
    st.page_link("pages/3_Predict.py", label="Or use pictures that you have", icon=":material/add_a_photo:")


@st.dialog("Help with the camera", width="large")
def show_help() -> None:
    """The help on cameras, servers and networks."""
    st.markdown(HELP.read_text("utf-8").partition("\n")[2])


def help_button() -> None:
    if st.button("Help with the camera", icon=":material/help:", type="tertiary"):
        show_help()


def photo_instead(model: str) -> None:
    """One photo from the camera, which needs no way but the page's own."""
    shot = st.camera_input("Take a picture", key="live photo", resolution=inputs.RESOLUTION, width=PHOTO_WIDTH)
    if shot:
        photo, chosen = inputs.photo_of(shot), photo_settings.chosen_settings(model)
        detail(photo, analysis.analysed(photo, chosen), chosen)


# The stream


def new_stream(model: str) -> Stream:
    """A stream whose detector and network have run already.

    Raises:
        ModelError: the model cannot be used.
    """
    from emotion_core.streams.session import LiveSession
    from emotion_core.visuals.drawing import annotate_live

    return Stream(LiveSession(models.classifier(model), models.detector("yunet"), draw=annotate_live))


@st.cache_resource(show_spinner=False)
def _spare_the_collector() -> None:
    """Take what is loaded out of the sight of Python's garbage collector, once.

    Streamlit runs a full collection after every run of a fragment, which is once a second here. Every thread of every
    stream stands still meanwhile, and nearly all that it looks through is modules, which stay anyway.
    """
    from emotion_core.visuals import live_charts

    live_charts.time_line([])  # plotly loads its parts when they are first used
    gc.collect()
    gc.freeze()


class Stream:
    """A session and what the streamer's threads run for it. They must not use Streamlit, and an error would end them.

    Attributes:
        session: what the pictures go through.
        playing: when the browser is told to play.
        first_rate: pictures a second to ask of the camera at the start.
    """

    _all: ClassVar[weakref.WeakSet[Stream]] = weakref.WeakSet()
    _counting = threading.Lock()

    def __init__(self, session: LiveSession):
        self.session = session
        self.playing = Playing()
        with Stream._counting:
            Stream._all.add(self)
        self.first_rate = self.rate()

    def rate(self) -> int:
        """Pictures a second that the camera should give, the others being as many as they are now."""
        with Stream._counting:
            others = sum(one.runs() for one in Stream._all if one is not self)
        return camera_rate.pictures_a_second(others + 1)

    def runs(self) -> bool:
        """Whether pictures are coming."""
        snapshot = self.session.snapshot()
        return not snapshot.closed and snapshot.idle < STILL

    def shown(self, frame: av.VideoFrame) -> av.VideoFrame:
        """A camera's frame as in a mirror, turned before it is drawn on."""
        # OpenCV's threads stay awake for a while after each piece of work. With one after the other thirty times a
        # second that is a quarter of all processor time, for a picture that is ready half a millisecond sooner.
        cv2.setNumThreads(1)
        try:
            picture = cv2.flip(video.picture_of(frame), 1)
            stamp = frame.time if frame.time is not None else time.monotonic()
            return video.frame_of(self.session.process(picture, stamp))
        except Exception as error:
            self.session.note(error)
            return frame

    def ended(self) -> None:
        """The stream is over, though another may begin where the network faltered."""
        self.session.close()
        with Stream._counting:
            if not any(one.runs() for one in Stream._all):
                cv2.setNumThreads(-1)


def streamer(stream: Stream, playing: bool) -> bool:
    """The video. Returns whether the browser has it playing, or is about to."""
    from streamlit_webrtc import WebRtcMode, webrtc_streamer
    from streamlit_webrtc.relay import get_global_relay

    from ui.webcam.transport.encoder import encode_quickly
    from ui.webcam.transport.relay import newest_only

    _spare_the_collector()
    encode_quickly()
    newest_only(get_global_relay())
    video.ask_for_enough()
    here = is_settled()
    end_only_if_left(STREAMER, here)
    playing = playing and here  # told to play before, the browser's part would start several times over
    if playing:
        playing = stream.playing.wanted(_is_connected(), stream.session.snapshot().frames_in, time.monotonic())
    context = webrtc_streamer(
        key=STREAMER,
        mode=WebRtcMode.SENDRECV,
        desired_playing_state=playing,
        video_frame_callback=stream.shown,
        async_processing=False,  # see ui/webcam/transport/relay.py
        on_video_ended=stream.ended,
        media_stream_constraints={"video": {**VIDEO, "frameRate": {"ideal": stream.first_rate}}, "audio": False},
        # An empty list, not nothing: without it streamlit-webrtc would ask a server of Google's.
        rtc_configuration={"iceServers": ice_servers()},
        video_html_attrs=SHOWN,
        sendback_audio=False,
    )
    return context.state.playing or context.state.signalling


def _is_connected() -> bool:
    context = st.session_state.get(STREAMER)
    return context is not None and (context.state.playing or context.state.signalling)


def is_settled() -> bool:
    """Whether the browser's part of the streamer is there; not where the page was only just opened, or was left."""
    from streamlit_webrtc.component import generate_frontend_component_key

    return st.session_state.get(generate_frontend_component_key(STREAMER)) is not None


def was_left(stream: Stream) -> bool:
    """Whether the page was left while it streamed: the camera is not to start by itself when one comes back."""
    return stream.session.snapshot().frames_in > 0 and not is_settled()


def ice_servers() -> list[dict[str, Any]]:
    """The STUN and TURN servers of the environment or the secrets; none where nothing is set, or what is set is wrong.

    Both are lists of {"urls", "username", "credential"}, in the environment as JSON.
    """
    try:
        return _checked(json.loads(os.environ[ICE_VARIABLE])) if os.environ.get(ICE_VARIABLE) else _secret_servers()
    except ValueError as error:
        st.warning(f"No STUN and TURN servers are used: {error}.", icon=":material/lan:")
        return []


def _secret_servers() -> list[dict[str, Any]]:
    return _checked(st.secrets.get(ICE_SECRET, [])) if st.secrets.load_if_toml_exists() else []


def _checked(servers: object) -> list[dict[str, Any]]:
    fits = isinstance(servers, (list, tuple)) and all(hasattr(one, "keys") and "urls" in one for one in servers)
    if not fits:
        raise ValueError(f'{ICE_VARIABLE} must be a list such as [{{"urls": "stun:example.org:3478"}}]')
    return [dict(one) for one in servers]  # type: ignore[attr-defined]


def settings() -> ec.LiveSettings:
    """Sliders that work while the stream runs."""
    default = ec.LiveSettings()
    columns = st.columns(3, gap="medium")
    smoothing = columns[0].slider(
        "Smoothing",
        0.0,
        2.0,
        default.smoothing,
        0.1,
        format="%.1f s",
        key="smoothing",
        help="Over how long answers are averaged. 0 shows what the network says of each picture by itself.",
    )
    interval = columns[1].slider(
        "Look every",
        0.0,
        1.0,
        default.detector_interval,
        0.05,
        format="%.2f s",
        key="interval",
        help="How often the picture is searched for faces; between two looks known faces are followed, "
        "which costs less. 0 looks at every picture.",
    )
    smallest = columns[2].slider(
        "Smallest face",
        20,
        200,
        int(default.smallest_face),
        10,
        format="%d px",
        key="smallest live face",
        help="Height in pixels of the picture. The larger, the quicker; small faces are left out.",
    )
    return ec.LiveSettings(smoothing, interval, smallest)


# Beside the stream


@st.fragment(run_every=REFRESH)
def beside(stream: Stream) -> None:
    """How things stand, once a second. Ends the stream's part of the page when the stream has ended."""
    session = stream.session
    snapshot = session.snapshot()
    camera_rate.keep_to(stream.rate(), VIDEO)
    now = time.monotonic()
    if snapshot.closed and min(snapshot.idle, stream.playing.waited(now)) > ENDED:
        st.session_state.live_phase = "after"
        st.rerun(scope="app")
    goes_on = st.session_state.live_phase == "live" and is_settled()
    if goes_on and stream.playing.is_due(snapshot.frames_in, now):
        st.rerun(scope="app")
    if not snapshot.frames_in:
        _waiting(now - st.session_state.live_since)
        return
    st.session_state.live_trouble = ""  # it took long, but there was a way
    if snapshot.faces:
        _face(session, snapshot)
    else:
        st.subheader("No face yet" if not session.history() else "No face", anchor=False)
    for hint in snapshot.hints:
        st.info(HINTS[hint], icon=":material/lightbulb:")
    if snapshot.idle > STILL:
        st.warning("The pictures have stopped coming. Is the camera switched off, or the network gone?")
    if snapshot.errors:
        words = f"{count(snapshot.errors, 'picture')} could not be analysed: {plain(snapshot.last_error)}"
        st.error(words, icon=":material/error:")
    _readout(snapshot)


def _waiting(waited: float) -> None:
    if waited < NO_WAY:
        st.skeleton(height=240)
        st.caption("Waiting for the first picture.")
        return
    st.session_state.live_trouble = "network"
    trouble()
    st.caption("“Stop the camera” leads to a single photo from the camera, which needs no such way.")


def _readout(snapshot: Snapshot) -> None:
    milliseconds = snapshot.milliseconds
    stages = ", ".join(f"{name} {milliseconds[name]:.1f}" for name in ("detect", "track", "classify", "draw"))
    st.caption(
        f"{snapshot.rate:.0f} pictures a second, delayed by {snapshot.delay:.0f} ms here",
        help=f"A picture waits for {milliseconds['wait']:.0f} ms, which is how much later it comes than the quickest "
        f"one of the last minute, and is analysed in {milliseconds['whole']:.0f} ms ({stages}). Not in it, as nobody "
        "here can know it: the way that every picture takes from the camera, and back to your screen. "
        f"{snapshot.frames_analysed} of {snapshot.frames_in} pictures analysed.",
    )


def _face(session: LiveSession, snapshot: Snapshot) -> None:
    """The chosen face's expression now and over the last minute."""
    from emotion_core.streams.observations import by_face
    from emotion_core.visuals.live_html import last_seconds, probability_bars

    face = _chosen(snapshot)
    st.subheader(live_words(face), anchor=False)
    st.html(probability_bars(face.result))
    observations = by_face(session.history(CHART_SECONDS)).get(face.number, [])
    st.html(last_seconds(observations, snapshot.seconds, CHART_SECONDS))


def _chosen(snapshot: Snapshot) -> TrackedFace:
    """The face chosen among several; the largest until one is, or when it is gone."""
    numbers = sorted(face.number for face in snapshot.faces)
    by_number = {face.number: face for face in snapshot.faces}
    largest = snapshot.faces[0].number
    if len(numbers) == 1:
        return snapshot.faces[0]
    wanted = st.session_state.get("live wanted", largest)
    shown = wanted if wanted in numbers else largest
    said = st.pills(
        f"{len(numbers)} faces",
        numbers,
        format_func=lambda number: f"Face {number}",
        default=shown,
        key=f"live face {numbers} {shown}",
    )
    if said:
        st.session_state["live wanted"] = said
    return by_number[said or shown]


def live_words(face: TrackedFace) -> str:
    """The answer as a person would say it, by the label that does not flicker."""
    result = face.result
    if result.emotion == UNCERTAIN:
        first, second = (name for name, _ in result.ranking[:2])
        return f"Face {face.number}: uncertain, {first} or {second}"
    return f"Face {face.number} looks {result.emotion}, {percent(result.confidence)}"


def snapshot_button(session: LiveSession) -> None:
    """Saves the picture as it is at the click."""
    st.download_button(
        "Save a picture",
        lambda: jpeg_of(session),
        "webcam.jpg",
        "image/jpeg",
        icon=":material/photo_camera:",
        on_click="ignore",
    )


# The following run at the click, outside of the page: they must not use Streamlit.


def jpeg_of(session: LiveSession) -> bytes:
    """The newest picture with what was found drawn in; a black one before the first."""
    import numpy as np

    from emotion_core.inference.reports import to_jpeg

    frame = session.snapshot().frame
    return to_jpeg(frame if frame is not None else np.zeros((480, 640, 3), np.uint8))


def csv_of(observations: list[Observation]) -> bytes:
    """The history as a file of CSV that Excel reads well."""
    from emotion_core.inference.reports import CSV_ENCODING
    from emotion_core.streams.observations import write_csv

    file = io.StringIO(newline="")
    write_csv(observations, file)
    return file.getvalue().encode(CSV_ENCODING)


def json_of(observations: list[Observation]) -> bytes:
    """The history as a file of JSON."""
    from emotion_core.streams.observations import write_json

    file = io.StringIO()
    write_json(observations, file)
    return file.getvalue().encode()


# After


def summary(session: LiveSession) -> None:
    """What was seen, face by face, and its numbers to take away."""
    from emotion_core.streams.observations import by_face
    from emotion_core.streams.segments import longest_seen, shares
    from emotion_core.streams.session import HISTORY_ROWS
    from emotion_core.visuals.live_charts import expression_shares, time_line

    snapshot, observations = session.snapshot(), session.history()
    if not snapshot.frames_in:
        st.subheader("No picture came", anchor=False)
        return
    faces = by_face(observations)
    whole, kept = in_minutes(snapshot.seconds), in_minutes(snapshot.seconds - snapshot.kept_since)
    length = f"the last {kept}" if snapshot.kept_since else whole
    st.subheader(f"{count(len(faces), 'face')} in {length}", anchor=False)
    if snapshot.kept_since:
        st.caption(
            f"The last {kept} of {whole} are kept, in the files too: there is room for {HISTORY_ROWS:,} rows, "
            "of which each face takes ten a second."
        )
    if snapshot.errors:
        words = f"{count(snapshot.errors, 'picture')} could not be analysed: {plain(snapshot.last_error)}"
        st.warning(words, icon=":material/error:")
    if not observations:
        st.markdown("No face was seen, so there is nothing to show.")
        return
    shown = longest_seen(observations, MOST_FACES)
    parts = shares(shown)
    if len(faces) > MOST_FACES:
        st.caption(f"The {MOST_FACES} faces that were seen longest; the files have all.")
    in_words = "; ".join(
        f"face {number} " + ", ".join(f"{name} {percent(share)}" for name, share in part.items())
        for number, part in parts.items()
    )
    st.markdown("**Shares of each expression**")
    st.plotly_chart(expression_shares(shown), config={"displayModeBar": False}, alt=f"Shares: {in_words}")
    st.markdown("**Time line**")
    line = time_line(shown, snapshot.kept_since)
    st.plotly_chart(line, config={"displayModeBar": False}, alt="When each face looked how")
    with st.expander("As a table", icon=":material/table:"):
        _table(shown)
    with st.container(horizontal=True):
        _download("CSV", lambda: csv_of(observations), "webcam.csv", "text/csv")
        _download("JSON", lambda: json_of(observations), "webcam.json", "application/json")


def in_minutes(seconds: float) -> str:
    """A length of time, such as "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _table(observations: list[Observation]) -> None:
    import pandas as pd

    from emotion_core.streams.segments import seconds_seen, shares
    from emotion_core.visuals.live_charts import ANSWERS

    seconds = seconds_seen(observations)
    rows = [
        {
            "Face": number,
            "Seconds seen": round(seconds[number], 1),
            **{name.capitalize(): percent(part.get(name, 0.0)) for name in ANSWERS},
        }
        for number, part in shares(observations).items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Shares of each expression by face")


def _download(label: str, data: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(label, data, name, mime, icon=":material/download:", on_click="ignore")
