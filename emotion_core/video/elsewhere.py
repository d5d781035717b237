"""A video file decoded in a process of its own: what takes too much memory or time ends that process, and is named.

It is told a path and answers with frames or with words, never with objects: what decodes the files of strangers is not
trusted. See `decoding_process`.
"""

from __future__ import annotations

import socket
import subprocess
import weakref
from collections.abc import Generator
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

import numpy as np

from emotion_core.command import own_command
from emotion_core.decoding import read_message, write_message
from emotion_core.limits import OUT_OF_TIME, TOO_LATE, processors
from emotion_core.video.errors import VideoError
from emotion_core.video.reading import Frame, VideoInfo
from emotion_core.video.selection import Selection

#: Bytes of memory more than the process has anyway: several frames of 8K, and one or two for each processor.
MEMORY_BYTES = (1000 + 100 * processors()) * 2**20
#: Seconds of processor time, and of time, for a frame.
PROCESSOR_SECONDS, WAITING_SECONDS = 10, 60
#: Bytes of a message: the picture of a frame has fewer.
LONGEST_MESSAGE = 2**26


class VideoElsewhere:
    """`VideoFile` in another process: the same frames, which can be asked for once.

    Attributes:
        info: what is known of the file.
        damage: what was wrong with what was read until now, in words; empty if nothing.
        picture_bytes: the size of a frame's picture in memory.
    """

    def __init__(self, path: str | Path):
        """Open a file and have its first frame decoded.

        Raises:
            VideoError: it is no video, is damaged, does not exist, may not be read, or takes too much.
        """
        self.damage = ""
        own, theirs = socket.socketpair()
        with theirs:
            command: dict[str, Any] = {**own_command("emotion_core.video.decoding_process"), "stdin": theirs.fileno()}
            self._process = subprocess.Popen(**command, stdout=theirs.fileno(), stderr=subprocess.DEVNULL)
        self._channel = cast("IO[bytes]", _Channel(own))
        self._end = weakref.finalize(self, _end, self._process, own)
        self._closed = False
        try:
            limits = {"memory": MEMORY_BYTES, "processor_seconds": PROCESSOR_SECONDS, "seconds": WAITING_SECONDS}
            told = self._answer_to({"path": str(path), **limits})[0]
        except BaseException:
            self._end()
            raise
        self.info = replace(VideoInfo(**told["info"]), path=Path(path))
        self.picture_bytes = int(told["picture_bytes"])

    def __enter__(self) -> VideoElsewhere:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all reading, also that of another thread."""
        self._closed = True
        self._process.kill()

    def frames(self, selection: Selection | None = None) -> Generator[Frame]:
        """The frames of a part, or of the whole, each later than the one before.

        Raises:
            VideoError: the part begins after the video's end, or a frame takes too much.
        """
        asked: dict[str, Any] | None = asdict(selection or Selection())
        try:
            while not self._closed:
                told, pixels = self._answer_to(asked)
                asked = None
                if "damage" in told:
                    self.damage = told["damage"]
                    return
                picture = np.frombuffer(pixels, np.uint8).reshape(told["shape"])
                yield Frame(told["seconds"], picture, told["scale"])
        except VideoError:
            if not self._closed:
                raise
        finally:
            self._end()

    def _answer_to(self, asked: dict[str, Any] | None) -> tuple[dict[str, Any], bytes]:
        """The next thing that the process says; raises a VideoError where that is one, or it has ended."""
        try:
            if asked is not None:
                write_message(self._channel, asked, b"")
            told, content = read_message(self._channel)
        except (OSError, EOFError):
            raise VideoError(_why_ended(self._process.wait())) from None
        if "error" in told:
            raise VideoError(str(told["error"]))
        return told, content


class _Channel:
    """What the process is told and what it says, through a socket.

    A frame is read from it at once. From a pipe it would come 64 kB at a time, and after each the thread that reads
    would wait for its turn among those that analyse.
    """

    def __init__(self, own: socket.socket):
        self._own = own

    def write(self, content: bytes) -> None:
        self._own.sendall(content)

    def flush(self) -> None:
        """There is nothing that waits."""

    def read(self, size: int) -> bytearray:
        """So many bytes; fewer where the process is gone, or says more than a frame can be."""
        if size > LONGEST_MESSAGE:
            return bytearray()
        content, there = bytearray(size), 0
        while there < size:
            part = self._own.recv_into(memoryview(content)[there:], size - there, socket.MSG_WAITALL)
            if not part:
                return content[:there]
            there += part
        return content


def _end(process: subprocess.Popen[bytes], own: socket.socket) -> None:
    process.kill()
    process.wait()
    own.close()


def _why_ended(status: int) -> str:
    """Why a process ended that did not say so, as the end of a sentence."""
    if status in (OUT_OF_TIME, TOO_LATE):
        return f"decoding was stopped, as one frame took more than {PROCESSOR_SECONDS} seconds; the video is damaged"
    return (
        f"the process that decoded it ended, as it does where that takes more than {MEMORY_BYTES >> 20:,} MB of "
        "memory, or the video is damaged"
    )
