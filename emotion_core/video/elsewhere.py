"""A video file decoded in a process of its own: what takes too much memory or time ends that process, and is named.

It is told a path and answers with frames or with words, never with objects: what decodes the files of strangers is not
trusted. See `decoding_process`.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import threading
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
#: Seconds after which a process that passes many frames over says that it goes on; without a word it is ended.
WORD_SECONDS, SILENT_SECONDS = 5, 180
#: Seconds for a process that has closed its end to be gone; then it is ended.
ENDING_SECONDS = 5
#: Bytes of a message: the picture of a frame has fewer.
LONGEST_MESSAGE = 2**26
UNUSABLE = "the process that decoded it said nothing that can be used"


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
        self._asking = threading.RLock()  # who closes it may be called within, by the garbage collector
        self._end = weakref.finalize(self, _end, self._process, own)
        self._closed = False
        try:
            told = self._answer_to({"path": str(path), **_limits()})[0]
            self.info = replace(VideoInfo(**told["info"]), path=Path(path))
            self.picture_bytes = int(told["picture_bytes"])
        except (KeyError, TypeError, ValueError) as error:
            self._end()
            raise _in_words(error) from None
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> VideoElsewhere:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all reading, also that of another thread."""
        self._closed = True
        self._process.kill()
        with self._asking:  # whoever waits for an answer has been told that there is none
            self._end()

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
                yield Frame(float(told["seconds"]), picture, float(told["scale"]))
        except (KeyError, TypeError, ValueError) as error:
            if not self._closed:
                raise _in_words(error) from None
        finally:
            self._end()

    def _answer_to(self, asked: dict[str, Any] | None) -> tuple[dict[str, Any], bytes]:
        """The next thing that the process says; raises a VideoError where that is one, or it has ended."""
        with self._asking:
            try:
                if asked is not None:
                    write_message(self._channel, asked, b"")
                told, content = read_message(self._channel)
                while "goes_on" in told:
                    told, content = read_message(self._channel)
            except BlockingIOError:
                raise VideoError(f"the process that decoded it said nothing for {SILENT_SECONDS} seconds") from None
            except (OSError, EOFError):
                raise VideoError(self._why_silent()) from None
        if "error" in told:
            raise VideoError(str(told["error"]))
        return told, content

    def _why_silent(self) -> str:
        """Why nothing more is heard, as the end of a sentence."""
        try:
            return _why_ended(self._process.wait(ENDING_SECONDS))
        except subprocess.TimeoutExpired:
            return UNUSABLE


class _Channel:
    """What the process is told and what it says, through a socket.

    A frame is read from it at once. From a pipe it would come 64 kB at a time, and after each the thread that reads
    would wait for its turn among those that analyse.
    """

    def __init__(self, own: socket.socket):
        self._own = own
        # The system's own limit: Python's would hand a frame over in parts.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENT_SECONDS, 0))

    def write(self, content: bytes) -> None:
        self._own.sendall(content)

    def flush(self) -> None:
        """There is nothing that waits."""

    def read(self, size: int) -> bytearray:
        """So many bytes; fewer where the process is gone, or says more than a frame can be.

        Raises:
            BlockingIOError: nothing came for too long.
        """
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


def _limits() -> dict[str, int]:
    """What the process is told that it may take, and how often it is to say that it goes on."""
    return {
        "memory": MEMORY_BYTES,
        "processor_seconds": PROCESSOR_SECONDS,
        "seconds": WAITING_SECONDS,
        "word_seconds": WORD_SECONDS,
    }


def _in_words(error: Exception) -> VideoError:
    """What went wrong with an answer."""
    return error if isinstance(error, VideoError) else VideoError(UNUSABLE)


def _why_ended(status: int) -> str:
    """Why a process ended that did not say so, as the end of a sentence."""
    if status == OUT_OF_TIME:
        took = f"{PROCESSOR_SECONDS} seconds of processor time"
        return f"decoding was stopped, as one frame took more than {took}; the video is damaged"
    if status == TOO_LATE:
        return (
            f"decoding was stopped, as one frame took more than {WAITING_SECONDS} seconds; the video is damaged, or "
            "this machine too busy"
        )
    return (
        f"the process that decoded it ended, as it does where that takes more than {MEMORY_BYTES >> 20:,} MB of "
        "memory, or the video is damaged"
    )
