"""The video: the browser's part of the stream, which streamlit-webrtc brings, and whether it is there."""

from __future__ import annotations

import gc

import streamlit as st

from ui.webcam.camera import VIDEO
from ui.webcam.servers import ice_servers
from ui.webcam.stream import Stream
from ui.webcam.transport import video
from ui.webcam.transport.playing import end_only_if_left

STREAMER = "webcam"
#: Around the video and its row of devices, as high before they are there as with them: what is below keeps its place.
PLACE = "place of the video"
_STYLE = """<style>
.st-key-place-of-the-video { container-type: inline-size; display: grid; grid-template-columns: 100%; }
.st-key-place-of-the-video::before { content: ""; grid-area: 1 / 1; min-height: calc(75cqw + 57px); }
.st-key-place-of-the-video > * { grid-area: 1 / 1; }
</style>"""
#: Attributes of the element that shows the video.
SHOWN = {"autoPlay": True, "muted": True, "playsInline": True, "controls": False, "style": {"width": "100%"}}


def streamer(stream: Stream, playing: bool, now: float, key: str = STREAMER) -> bool:
    """The video. Returns whether the browser has it playing, or is about to.

    Args:
        stream: what its frames go through.
        playing: whether it is to play.
        now: the time, in seconds of a clock that never goes back.
        key: the streamer's, one a page.
    """
    from streamlit_webrtc import WebRtcMode, webrtc_streamer

    _prepare()
    st.html(_STYLE)
    here = is_settled(key)
    end_only_if_left(key, here)
    playing = playing and here  # told to play before, the browser's part would start several times over
    if playing:
        playing = stream.playing.wanted(_is_connected(key), stream.session.snapshot().frames_in, now)
    with st.container(key=PLACE):
        context = webrtc_streamer(
            key=key,
            mode=WebRtcMode.SENDRECV,
            desired_playing_state=playing,
            video_frame_callback=stream.annotated,
            async_processing=False,  # see ui/webcam/transport/relay.py
            on_video_ended=stream.on_end,
            media_stream_constraints={"video": {**VIDEO, "frameRate": {"ideal": stream.first_rate}}, "audio": False},
            # An empty list, not nothing: without it streamlit-webrtc would ask a server of Google's.
            rtc_configuration={"iceServers": ice_servers()},
            video_html_attrs=SHOWN,
            sendback_audio=False,
        )
    return context.state.playing or context.state.signalling


def is_settled(key: str = STREAMER) -> bool:
    """Whether the browser's part of the streamer is there; not where the page was only just opened, or was left."""
    from streamlit_webrtc.component import generate_frontend_component_key

    return st.session_state.get(generate_frontend_component_key(key)) is not None


def was_left(stream: Stream, key: str = STREAMER) -> bool:
    """Whether the page was left while it streamed: the camera is not to start by itself when one comes back."""
    return stream.session.snapshot().frames_in > 0 and not is_settled(key)


def _is_connected(key: str) -> bool:
    context = st.session_state.get(key)
    return context is not None and (context.state.playing or context.state.signalling)


def _prepare() -> None:
    """Tell the libraries below what keeps the video from lagging."""
    from streamlit_webrtc.relay import get_global_relay

    from ui.webcam.transport.encoder import encode_quickly
    from ui.webcam.transport.relay import newest_only

    _freeze_what_is_loaded()
    encode_quickly()
    newest_only(get_global_relay())
    video.ask_for_enough()


@st.cache_resource(show_spinner=False)
def _freeze_what_is_loaded() -> None:
    """Take what is loaded out of the sight of Python's garbage collector, once.

    The server runs a full collection every few seconds. Every thread of every stream stands still meanwhile, and nearly
    all that it looks through is modules, which stay anyway.
    """
    from emotion_core import visuals

    visuals.timeline([])  # plotly loads its parts when they are first used
    gc.collect()
    gc.freeze()
