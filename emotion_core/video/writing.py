"""Videos written: a copy with the faces drawn in, and a copy that every browser plays; both as MP4 with H.264 and AAC.

Every frame keeps its own time, so that sound and picture stay together in clips whose rate varies, and turned ones
stand upright.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError

from emotion_core.files import exporting
from emotion_core.video.ahead import ahead
from emotion_core.video.errors import VideoError
from emotion_core.video.moments import VideoFace
from emotion_core.video.progress import Seconds, no_seconds
from emotion_core.video.reading import FORMATS, Frame, VideoFile, VideoInfo
from emotion_core.video.result import VideoResult
from emotion_core.video.selection import Selection

#: The clock of the written files' time stamps.
CLOCK = Fraction(1, 90_000)
#: x264's settings: fast, and of a quality at which little is seen of the loss.
ENCODER = {"preset": "veryfast", "crf": "21"}
#: Seconds of sound read ahead of the picture, so that a player finds both at one place of the file.
SOUND_AHEAD = 1.0
#: Samples a second that AAC knows; sound of any other rate is given 48,000.
AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
#: Frames are read so many ahead, in a thread of their own.
FRAMES_AHEAD = 4
#: Between two analysed frames faces are drawn where the earlier one had them, for so many seconds at the most.
DRAWN_FOR = 1.0
#: What the browsers play as it is: by container, the codecs of the picture.
PLAYABLE = {
    "mov": {"h264", "av1", "vp9"},
    "matroska": {"vp8", "vp9", "av1"},
}
PLAYABLE_NAMES = {"mov": ("mp4", "m4v", "mov"), "matroska": ("webm",)}

#: Draws faces into a picture, RGB of shape (height, width, 3), uint8; such as `emotion_core.visuals.annotate_video`.
Draw = Callable[[np.ndarray, Sequence[VideoFace]], np.ndarray]


def plays_in_browsers(info: VideoInfo) -> bool:
    """Whether browsers play a file as it is; if not, `write_playable` makes a copy that they do."""
    ending = info.path.name.rpartition(".")[2].lower()
    return info.codec in PLAYABLE.get(info.container, set()) and ending in PLAYABLE_NAMES[info.container]


def write_playable(
    path: Path, target: Path, stop: threading.Event | None = None, progress: Seconds = no_seconds
) -> None:
    """Write a copy of a video that every browser plays, MP4 with H.264 and AAC; reduced where it is very large.

    Args:
        path: of the video.
        target: of the copy, which is there whole or not at all.
        stop: set from another thread, it ends the work, and there is no copy.
        progress: is told at which second of the video the work is.

    Raises:
        VideoError: the video cannot be read.
        OSError: the copy cannot be written, as where the disk is full.
    """
    _write(path, target, Selection(), _told(progress, lambda frame: frame.picture), stop)


def write_annotated(
    result: VideoResult,
    target: Path,
    draw: Draw,
    selection: Selection | None = None,
    stop: threading.Event | None = None,
    progress: Seconds = no_seconds,
) -> None:
    """Write a copy of a result's video with every face drawn in where it was found; with its sound.

    Args:
        result: what was seen; persons that are left out are not drawn.
        target: of the copy, an .mp4, which is there whole or not at all.
        draw: draws the faces of a frame.
        selection: the part that is written; all of it without one. Every frame of the part is.
        stop: set from another thread, it ends the work, and there is no copy.
        progress: is told at which second of the video the work is.

    Raises:
        VideoError: the video cannot be read any more.
        OSError: the copy cannot be written, as where the disk is full.
    """
    seen = _Seen(result)
    part = Selection(selection.start, selection.end) if selection else Selection()

    def drawn(frame: Frame) -> np.ndarray:
        return draw(frame.picture, seen.at(frame.seconds, 1 / frame.scale))

    _write(result.info.path, target, part, _told(progress, drawn), stop)


def _told(progress: Seconds, picture_of: Callable[[Frame], np.ndarray]) -> Callable[[Frame], np.ndarray]:
    """What makes the picture of a frame that is written, and says at which second that is."""

    def picture(frame: Frame) -> np.ndarray:
        progress(frame.seconds)
        return picture_of(frame)

    return picture


class _Seen:
    """The faces of a result by the times of frames, which are asked for as they grow."""

    def __init__(self, result: VideoResult):
        self._result = result
        self._edges = np.searchsorted(result.seconds, result.moments)

    def at(self, seconds: float, factor: float) -> list[VideoFace]:
        """The faces of the last analysed frame up to a time, in pictures that are `factor` times the video's size."""
        result = self._result
        moment = int(np.searchsorted(result.moments, seconds + 1e-6, side="right")) - 1
        if moment < 0 or seconds - result.moments[moment] > max(DRAWN_FOR, 1.5 * result.step):
            return []
        first = int(self._edges[moment])
        end = int(self._edges[moment + 1]) if moment + 1 < len(self._edges) else len(result)
        places = [place for place in range(first, end) if int(result.faces[place]) not in result.left_out]
        return [result.face(place).scaled(factor) for place in places]


def _write(
    path: Path,
    target: Path,
    selection: Selection,
    picture_of: Callable[[Frame], np.ndarray],
    stop: threading.Event | None,
) -> None:
    with VideoFile(path) as video, exporting(target) as partial:
        try:
            with av.open(str(partial), "w", format="mp4", options={"movflags": "faststart"}) as container:
                _encode(container, video, selection, picture_of, stop or threading.Event())
        except FFmpegError as error:
            raise _as_system_error(error, target) from None


def _encode(
    container: OutputContainer,
    video: VideoFile,
    selection: Selection,
    picture_of: Callable[[Frame], np.ndarray],
    stop: threading.Event,
) -> None:
    stream = None
    with ExitStack() as stack:
        sound = (
            stack.enter_context(closing(_Sound(video.info.path, container, selection)))
            if video.info.has_sound
            else None
        )
        for frame in stack.enter_context(closing(ahead(video.frames(selection), FRAMES_AHEAD))):
            if stop.is_set():
                raise VideoError("stopped; there is no copy")
            picture = _even(picture_of(frame))
            stream = stream or _picture_stream(container, picture, video.info.rate)
            encoded = av.VideoFrame.from_ndarray(picture, "rgb24")
            encoded.pts, encoded.time_base = round((frame.seconds - selection.start) / CLOCK), CLOCK
            if sound:
                sound.write_until(frame.seconds + SOUND_AHEAD)
            container.mux(stream.encode(encoded))
        if stream is None:
            raise VideoError("there is no frame in this part of the video")
        container.mux(stream.encode())
        if sound:
            sound.finish()


def _picture_stream(container: OutputContainer, picture: np.ndarray, rate: float | None) -> av.VideoStream:
    """The stream that pictures of one size are encoded into; the rate is but a hint to it."""
    stream = container.add_stream("libx264", rate=round(min(max(rate or 25, 1), 240)), options=ENCODER)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = CLOCK
    return stream


class _Sound:
    """A video's sound, encoded anew as AAC, as far as it is wanted."""

    def __init__(self, path: Path, container: OutputContainer, selection: Selection):
        self._input = av.open(f"file:{path.absolute()}", options={"format_whitelist": FORMATS})
        source = self._input.streams.audio[0]
        self._container = container
        self._end = math.inf if selection.end is None else selection.end
        self._start, self._offset = selection.start, (self._input.start_time or 0) / av.time_base
        rate = source.rate if source.rate in AAC_RATES else 48_000
        layout = "mono" if source.channels == 1 else "stereo"
        self._stream = container.add_stream("aac", rate=rate, layout=layout)
        self._resampler = av.AudioResampler("fltp", layout, rate)
        self._frames = self._decoded()
        self._seconds = 0.0
        self._ended = False

    def write_until(self, seconds: float) -> None:
        """Encode what comes before a time in the video, and within the part."""
        seconds = min(seconds, self._end)
        while self._seconds < seconds and not self._ended:
            frame = next(self._frames, None)
            if frame is None:
                self._ended = True
                return
            stamp = frame.time - self._offset if frame.time is not None else self._seconds
            self._seconds = max(self._seconds, stamp)
            if stamp >= self._start:
                frame.pts = round((stamp - self._start) * frame.sample_rate)
                frame.time_base = Fraction(1, frame.sample_rate)
                for part in self._resampler.resample(frame):
                    self._container.mux(self._stream.encode(part))

    def finish(self) -> None:
        """Encode what is left up to the end of the part."""
        self.write_until(math.inf)
        self._container.mux(self._stream.encode())

    def close(self) -> None:
        """Let go of the video's file."""
        self._input.close()

    def _decoded(self) -> Iterator[av.AudioFrame]:
        """The sound as far as it is whole: it is not worth losing the picture for."""
        with suppress(FFmpegError, ValueError):
            if self._start:
                self._input.seek(round((self._start + self._offset) * av.time_base))
            yield from self._input.decode(audio=0)


def _even(picture: np.ndarray) -> np.ndarray:
    """A picture whose sides are even, as H.264 wants them, its last row and column repeated if need be."""
    below, right = picture.shape[0] % 2, picture.shape[1] % 2
    return cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_REPLICATE) if below or right else picture


def _as_system_error(error: FFmpegError, target: Path) -> OSError:
    """FFmpeg's error as the system's, which says of a full disk that it is full."""
    return OSError(error.errno, error.strerror, str(target))
