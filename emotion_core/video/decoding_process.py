"""The process that decodes a video for `elsewhere`, within limits of memory and time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import av

from emotion_core.decoding import read_message, write_message
from emotion_core.limits import CAN_LIMIT, limit_memory, limit_processor_time, limit_time
from emotion_core.video.errors import NO_MEMORY, VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection


class _LimitedVideo(VideoFile):
    """A video each of whose frames may take so long, also of those that are passed over.

    `go_on` is called after each.
    """

    def __init__(self, path: Path, limits: _Limits, go_on: Callable[[], None]):
        self._limits, self._go_on = limits, go_on
        super().__init__(path)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        frames = super()._decoded()
        while True:
            self._limits.begin()
            frame = next(frames, None)
            self._limits.pause()
            if frame is None:
                return
            self._go_on()
            yield frame


@dataclass(frozen=True)
class _Limits:
    """What one frame may take: seconds of processor time, and of time."""

    processor_seconds: float
    seconds: int

    def begin(self) -> None:
        """End this process if what follows takes longer."""
        if CAN_LIMIT:
            limit_processor_time(self.processor_seconds)
            limit_time(self.seconds)

    def pause(self) -> None:
        """Whoever asks for frames may take their time."""
        if CAN_LIMIT:
            limit_processor_time(self.processor_seconds)
            limit_time(0)


def main() -> None:
    """Open the video that is named on standard input, and then send the frames that are asked for."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    try:
        told = read_message(asked)[0]
        if CAN_LIMIT:
            limit_memory(told["memory"])
        limits = _Limits(told["processor_seconds"], told["seconds"])
        limits.begin()
        _serve(Path(told["path"]), limits, _Answers(answers, told["word_seconds"]), asked)
    except (EOFError, ConnectionError):  # nobody wants more of it
        return
    except VideoError as error:
        write_message(answers, {"error": str(error)}, b"")
    except (MemoryError, ImportError):  # parts of PyAV are loaded when they are first needed
        write_message(answers, {"error": NO_MEMORY}, b"")
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        write_message(answers, {"error": f"the video is damaged ({reason})"}, b"")


class _Answers:
    """What is said to the process that asks: answers, and between them now and then that they are being worked at."""

    def __init__(self, pipe: IO[bytes], word_seconds: float):
        self._pipe, self._word_seconds, self._said = pipe, word_seconds, time.monotonic()

    def say(self, told: dict[str, Any], content: bytes | memoryview = b"") -> None:
        write_message(self._pipe, told, content)
        self._said = time.monotonic()

    def go_on(self) -> None:
        """Say that the work goes on, unless something was said lately."""
        if time.monotonic() - self._said > self._word_seconds:
            self.say({"goes_on": True})


def _serve(path: Path, limits: _Limits, answers: _Answers, asked: IO[bytes]) -> None:
    with _LimitedVideo(path, limits, answers.go_on) as video:
        limits.pause()
        info = {**asdict(video.info), "path": ""}
        answers.say({"info": info, "picture_bytes": video.picture_bytes})
        _send_frames(video, Selection(**read_message(asked)[0]), answers)


def _send_frames(video: VideoFile, selection: Selection, answers: _Answers) -> None:
    with closing(video.frames(selection)) as frames:
        for frame in frames:
            told: dict[str, Any] = {"seconds": frame.seconds, "scale": frame.scale, "shape": frame.picture.shape}
            answers.say(told, frame.picture.data.cast("B"))
    answers.say({"damage": video.damage})


if __name__ == "__main__":
    main()
