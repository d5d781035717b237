"""How pictures are handed on between the stream's parts: the newest, and each of them once."""

from __future__ import annotations

import av
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc.process import AsyncVideoProcessTrack

from ui.video import is_even


def newest_only(relay: MediaRelay) -> MediaRelay:
    """Make a relay keep one picture for those who take them, the newest.

    As streamlit-webrtc uses it, it keeps all that have not been taken yet: where the encoder is slower than the camera
    they would grow ever more, and come ever later. What the session has made of them comes through `EachOnce`.
    """

    def subscribe(track: MediaStreamTrack, buffered: bool = False) -> MediaStreamTrack:
        taken = type(relay).subscribe(relay, track, buffered=False)
        return EachOnce(taken) if isinstance(track, AsyncVideoProcessTrack) else taken

    relay.subscribe = subscribe  # type: ignore[method-assign]
    return relay


class EachOnce(MediaStreamTrack):
    """Every picture of another track once, as a copy.

    Where the session is slower than the camera, streamlit-webrtc gives its last picture again: the very same, with a
    new time set in it while the encoder may be at work on it, which sets the time in it, too. A time that goes back is
    the encoder's end, and the browser's picture stands still for good. Nor need it be sent again what is there already.
    """

    kind = "video"

    def __init__(self, track: MediaStreamTrack):
        super().__init__()
        self._track = track
        self._last: object = None
        track.on("ended", self.stop)

    async def recv(self) -> av.VideoFrame:
        frame = await self._track.recv()
        while frame is self._last:
            frame = await self._track.recv()
        self._last = frame
        assert isinstance(frame, av.VideoFrame)
        return copied(frame)

    def stop(self) -> None:
        super().stop()
        self._track.stop()


def copied(frame: av.VideoFrame) -> av.VideoFrame:
    """A frame of its own with the same picture and time."""
    planes = frame.format.name == "yuv420p" and is_even(frame.height, frame.width)
    form = "yuv420p" if planes else "rgb24"
    copy = av.VideoFrame.from_ndarray(frame.to_ndarray(format=form), format=form)
    copy.pts, copy.time_base = frame.pts, frame.time_base
    return copy
