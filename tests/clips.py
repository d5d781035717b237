"""Clips, encoded when a test wants them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

#: Time stamps count these parts of a second.
CLOCK = Fraction(1, 90_000)
#: A track's display matrix in an MP4 file: none, and those by which players turn frames clockwise.
_UPRIGHT = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_TURNS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
#: What encoders want for pixels, where that is not the usual.
_PIXELS = {"mjpeg": "yuvj420p", "gif": "rgb8", "png": "rgb24", "ffv1": "yuv420p"}


def grey_frames(*values: int, size: tuple[int, int] = (96, 64)) -> list[np.ndarray]:
    """Frames of one grey each, of a (width, height)."""
    return [np.full((size[1], size[0], 3), value, np.uint8) for value in values]


def write_clip(
    path: Path,
    frames: Iterable[np.ndarray],
    times: Sequence[float] | None = None,
    rate: int = 25,
    codec: str = "libx264",
    sound: float = 0.0,
    **options: str,
) -> Path:
    """Encode frames, RGB of one even size.

    Args:
        path: its ending says which container.
        times: of the frames in seconds; without them they come at a rate.
        rate: frames a second, as far as the container is told one.
        codec: an encoder of FFmpeg.
        sound: seconds of a tone beside it.
        options: of the encoder.
    """
    frames = list(frames)
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, _PIXELS.get(codec, "yuv420p")
        if times is not None:
            stream.codec_context.time_base = CLOCK
        tone = container.add_stream("aac", rate=44_100) if sound else None
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            if times is not None:
                frame.pts, frame.time_base = round(times[number] / CLOCK), CLOCK
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if tone:
            _write_tone(container, tone, sound)
    return path


def _write_tone(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * 44_100)) / 44_100).astype(np.float32)
    for start in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(wave[np.newaxis, start : start + 1024], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, start, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def turned(path: Path, degrees: int) -> Path:
    """The same MP4 file, saying that its frames are to be turned clockwise, as phones do."""
    a, b, c, d = (value << 16 for value in _TURNS[degrees])
    content = path.read_bytes()
    place = content.index(_UPRIGHT, content.index(b"tkhd"))
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content[:place] + matrix + content[place + len(matrix) :])
    return path


def write_tone(path: Path, seconds: float = 0.5) -> Path:
    """A file with sound alone."""
    with av.open(str(path), "w") as container:
        _write_tone(container, container.add_stream("aac", rate=44_100), seconds)
    return path
