"""Reading a video file: its frames upright, each with its true time, in the memory of a few frames.

A frame's time is the one at which a player shows it: its own time stamp, less that of the file's beginning. Nothing is
made of the rate that a file claims, as phones and screen recorders vary it.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter

from emotion_core.video.errors import NO_MEMORY, VideoError, check_file, form_of, why_unreadable
from emotion_core.video.layout import Layout
from emotion_core.video.selection import Chooser, Selection

#: What FFmpeg may open. Playlists and the like are left out, as they make it open other files and addresses.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,mpegts,mpeg,mpegvideo,flv,asf,ogg,ivf,h264,hevc,m4v,obu,mxf,nut,"
    "dv,mjpeg,rm,wtv,yuv4mpegpipe,swf"
)
#: A time stamp that goes back by more seconds than these is a clock set anew: from there on time goes on from the last.
CLOCK_SET_ANEW = 1.0
#: The seconds by which a frame comes after the last one where its time stamp goes back.
LEAST_STEP = 1e-3
#: After so many damaged packets in a row without a frame nothing more is expected.
MOST_DAMAGED = 500
DAMAGED = "a part of the video is damaged"
#: Frames that are to be passed over for more seconds than these are not even decoded, where the file can be searched.
LEAP_SECONDS = 2.0
#: A file that ends so many seconds before the end that it claims is incomplete; of long ones this share.
ENDS_EARLY, ENDS_EARLY_WITH_SOUND, ENDS_EARLY_SHARE = 0.5, 2.0, 0.05


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video file.

    Attributes:
        path: where it lies.
        width, height: in pixels, upright and with square pixels, as a player shows it.
        duration: in seconds, as the file claims; None where it does not say.
        rate: frames a second on average, as the file claims; None where it does not say.
        codec: what its frames are encoded with, such as "h264".
        container: the form of the file, such as "mp4" or "matroska".
        has_sound: whether there is sound.
        turned: degrees by which its frames are turned clockwise to stand upright: 0, 90, 180 or 270.
    """

    path: Path
    width: int
    height: int
    duration: float | None
    rate: float | None
    codec: str
    container: str
    has_sound: bool
    turned: int


@dataclass(frozen=True)
class Frame:
    """One frame of a video.

    Attributes:
        seconds: when a player shows it.
        picture: RGB of shape (height, width, 3), uint8, upright; all of a video's frames have the first one's size.
        scale: the video's own pixels for each of the picture's, which is reduced where the video is very large.
    """

    seconds: float
    picture: np.ndarray
    scale: float


class VideoFile:
    """A video file that is open for reading; close it, or use it in a `with`.

    Attributes:
        info: what is known of it.
        damage: what was wrong with what was read until now, in words; empty if nothing.
    """

    def __init__(self, path: str | Path):
        """Open a file and read its first frame.

        Raises:
            VideoError: it is no video, is damaged, does not exist or may not be read.
        """
        self._path = Path(path)
        check_file(self._path)
        self.damage = ""
        self._closed = self._memory_ran_out = False
        self._may_leap, self._in_vain = True, -math.inf
        self._probe: InputContainer | None = None
        self._reformatter = VideoReformatter()
        self._container = self._open()
        try:
            first = next(self._decoded(), None)
            if first is None and self._memory_ran_out:
                raise VideoError(NO_MEMORY)
            if first is None:
                raise VideoError("not one frame can be decoded; the video is damaged, encrypted or of an unknown codec")
            self._layout = Layout.of(first, self._container.streams.video[0].sample_aspect_ratio)
            self.info = self._describe()
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def picture_bytes(self) -> int:
        """The size of a frame's picture in memory."""
        wide, high = self._layout.size
        return 3 * wide * high

    def close(self) -> None:
        """End all reading, also that of another thread, at the next frame."""
        self._closed = True

    def frames(self, selection: Selection | None = None) -> Generator[Frame]:
        """The frames of a part, or of the whole, each later than the one before.

        Raises:
            VideoError: the part begins after the video's end.
        """
        selection = selection or Selection()
        chooser, taken, seconds = selection.chooser(), 0, 0.0
        try:
            for seconds, frame in self._timed(selection.start, chooser):
                if self._closed or selection.is_over(seconds):
                    return
                if chooser.takes(seconds):
                    taken += 1
                    yield Frame(seconds, self._layout.upright(frame, self._reformatter), self._layout.scale)
        finally:
            self._container.close()
            if self._probe:
                self._probe.close()
        if not taken:
            raise VideoError(f"the video ends at {seconds:.1f} s, before the start at {selection.start:g} s")
        self._note_early_end(seconds)

    def _open(self) -> InputContainer:
        container = self._opened(None)
        if container is None and (form := form_of(self._path)):  # named .jpg, say, it is taken for a picture
            container = self._opened(form)
        if container is None:
            raise VideoError(why_unreadable(self._path))
        if not container.streams.video:
            kinds = " and ".join(sorted({stream.type for stream in container.streams})) or "nothing"
            container.close()
            raise VideoError(f"there is no picture in this file, only {kinds}")
        return container

    def _opened(self, form: str | None) -> InputContainer | None:
        options = {"format_whitelist": FORMATS}
        try:
            return av.open(f"file:{os.path.abspath(self._path)}", "r", form, options, metadata_errors="replace")
        except (FFmpegError, UnicodeEncodeError) as error:
            if _is_for_memory(error):
                raise VideoError(NO_MEMORY) from None
            return None

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """The frames from where the file is at; packets that are damaged are left out and noted."""
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        damaged = 0
        packets = self._container.demux(stream)
        while damaged < MOST_DAMAGED:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                for frame in packet.decode():
                    damaged = 0
                    if frame.is_corrupt:
                        self.damage = self.damage or DAMAGED
                    yield frame
            except (FFmpegError, ValueError) as error:
                damaged += 1
                self._memory_ran_out = self._memory_ran_out or _is_for_memory(error)
                self.damage = self.damage or DAMAGED + _in_brackets(error)

    def _timed(self, start: float, chooser: Chooser) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames with their seconds, which always grow; from before a start on, where the file can be searched.

        Some of those that are not asked for may be missing.
        """
        offset, last = (self._container.start_time or 0) / av.time_base, -math.inf
        for frame in self._rewound(start + offset if start > 0 else None):
            seconds = last + self._frame_seconds() if frame.time is None else float(frame.time) - offset
            if seconds < last - CLOCK_SET_ANEW:
                offset += seconds - last - self._frame_seconds()
                seconds = last + self._frame_seconds()
                self._may_leap = False  # by its time stamp a frame would not be found
            last = max(seconds, last + LEAST_STEP, 0.0)
            yield last, frame
            if self._may_leap and chooser.due - last > LEAP_SECONDS and chooser.due + offset != self._in_vain:
                self._leap(last + offset, chooser.due + offset)

    def _leap(self, now: float, due: float) -> None:
        """Go on from the last frame up to a time stamp that is decoded by itself, if it is further on than the file is.

        Where that is, another opening of the file finds out, so that this one stays where it is if there is none.
        """
        self._may_leap = False
        with suppress(FFmpegError, VideoError, OSError):  # it cannot be opened again: then all frames are decoded
            self._probe = self._probe or self._open()
            self._probe.seek(round(due * av.time_base))
            found = next(self._probe.demux(self._probe.streams.video[0]), None)
            if found is None or found.pts is None or not found.is_keyframe:
                return
            if now < float(found.pts * found.time_base) <= due:
                self._container.seek(round(due * av.time_base))
            else:
                self._in_vain = due
            self._may_leap = True

    def _rewound(self, stamp: float | None) -> Iterator[av.VideoFrame]:
        """The frames from one not after a time stamp in seconds; from the first where none is asked for or found."""
        self._container.close()
        self._container = self._open()
        if stamp is not None:
            with suppress(FFmpegError):
                self._container.seek(round(stamp * av.time_base))
                frames = self._decoded()
                first = next(frames, None)
                if first is not None and first.time is not None and first.time <= stamp:
                    return chain([first], frames)
            self._container.close()
            self._container = self._open()
        return self._decoded()

    def _frame_seconds(self) -> float:
        rate = self._container.streams.video[0].average_rate
        return 1 / float(rate) if rate else LEAST_STEP

    def _note_early_end(self, seconds: float) -> None:
        claimed = self.info.duration
        # The whole file may last as long as its sound, which may well go on after the picture.
        allowed = ENDS_EARLY_WITH_SOUND if self.info.has_sound else ENDS_EARLY
        if claimed and claimed - seconds > max(allowed, ENDS_EARLY_SHARE * claimed) and not self.damage:
            self.damage = f"the video ends at {seconds:.1f} s, though it says that it lasts {claimed:.1f} s"

    def _describe(self) -> VideoInfo:
        stream, container = self._container.streams.video[0], self._container
        duration = container.duration / av.time_base if container.duration else None
        if duration is None and stream.duration and stream.time_base:
            duration = float(stream.duration * stream.time_base)
        rate = stream.average_rate
        return VideoInfo(
            path=self._path,
            width=self._layout.width,
            height=self._layout.height,
            duration=duration,
            rate=float(rate) if rate else None,
            codec=stream.codec_context.name,
            container=container.format.name.split(",")[0],
            has_sound=bool(container.streams.audio),
            turned=self._layout.turned,
        )


def _is_for_memory(error: Exception) -> bool:
    return getattr(error, "errno", None) == errno.ENOMEM


def _in_brackets(error: Exception) -> str:
    """What FFmpeg says of a damaged packet, without the file's path; nothing where that would mislead."""
    if isinstance(error, av.error.BlockingIOError):  # "temporarily unavailable"
        return ""
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f" ({words.splitlines()[0][:120]})"
