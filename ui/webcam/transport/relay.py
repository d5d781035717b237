"""How pictures go from the camera to the browser: the newest one, looked at as it comes and sent at once."""

from __future__ import annotations

import asyncio

import av
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc.process import VideoProcessTrack


def newest_only(relay: MediaRelay) -> MediaRelay:
    """Make a relay keep one picture for those who take them, the newest, and give what a session makes as `Seen`.

    As streamlit-webrtc uses it, it keeps all that have not been taken yet: where the encoder is slower than the camera
    they would grow ever more, and come ever later.
    """

    def subscribe(track: MediaStreamTrack, buffered: bool = False) -> MediaStreamTrack:
        if isinstance(track, VideoProcessTrack):
            return Seen(track)
        return type(relay).subscribe(relay, track, buffered=False)

    relay.subscribe = subscribe  # type: ignore[method-assign]
    return relay


class Seen(MediaStreamTrack):
    """What a session has made of each picture, as soon as it has.

    streamlit-webrtc has two ways: one that stops the server's loop while the session works, and one that gives with
    each picture what the session has made of the one before, an interval late, or once more what it gave already. Here
    a thread works and the loop waits for it.
    """

    kind = "video"

    def __init__(self, track: VideoProcessTrack):
        super().__init__()
        self._source, self._processor = track.track, track.processor
        track.on("ended", self.stop)

    async def recv(self) -> av.VideoFrame:
        frame = await self._source.recv()
        assert isinstance(frame, av.VideoFrame)
        work = asyncio.get_running_loop().run_in_executor(None, self._processor.recv, frame)
        try:
            seen = await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])  # else the session would be told of its end in the midst of its work
            raise
        seen.pts, seen.time_base = frame.pts, frame.time_base
        return seen

    def stop(self) -> None:
        super().stop()
        self._source.stop()  # with which streamlit-webrtc's track ends, and tells the session
