"""How pictures are encoded for the browser: quickly, and as they are."""

from __future__ import annotations

import aiortc.codecs
import av
from aiortc.codecs.vpx import Vp8Encoder
from av.frame import Frame
from av.video.codeccontext import VideoCodecContext

#: aiortc's encoder begins anew where the bits per second that are asked of it have changed by more than this.
CHANGED = 0.1
#: libvpx' settings for a picture at a time, without delay, at a steady rate. aiortc has it take noise out of the
#: pictures as well, which takes as long as all the rest and blurs what is drawn into them.
SETTINGS = {
    "deadline": "realtime",
    "cpu-used": "-6",
    "lag-in-frames": "0",
    "static-thresh": "1",
    "undershoot-pct": "100",
    "overshoot-pct": "15",
}


class QuickEncoder(Vp8Encoder):
    """aiortc's encoder of VP8, with `SETTINGS`."""

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        assert isinstance(frame, av.VideoFrame)
        if not self._fits(frame):
            self.codec = _context(frame.width, frame.height, self.target_bitrate)
        return super().encode(frame, force_keyframe)

    def _fits(self, frame: av.VideoFrame) -> bool:
        codec = self.codec
        if codec is None or (codec.width, codec.height) != (frame.width, frame.height):
            return False
        bit_rate = codec.bit_rate or 0
        return abs(self.target_bitrate - bit_rate) <= CHANGED * bit_rate


def encode_quickly() -> None:
    """Have aiortc encode VP8 with `QuickEncoder` from now on."""
    aiortc.codecs.Vp8Encoder = QuickEncoder  # type: ignore[misc]


def _context(width: int, height: int, bit_rate: int) -> VideoCodecContext:
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate = bit_rate
    codec.qmin, codec.qmax = 2, 56
    codec.gop_size = 3000  # a whole picture is sent when the browser asks for one
    steady = dict.fromkeys(("minrate", "maxrate", "bufsize"), str(bit_rate))
    codec.options = {**SETTINGS, **steady}
    codec.thread_count = 1
    return codec
