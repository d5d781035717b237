"""Decoding large pictures in a process of its own: what takes too much memory or time ends that process, and is named.

The process is kept for the next picture, one for each thread that decodes at once. It is told the bytes of a file and
answers with pixels or with words, never with objects: what decodes the files of strangers is not trusted.
"""

from __future__ import annotations

import atexit
import json
import struct
import subprocess
import threading
from typing import IO, Any

import numpy as np

from emotion_core.command import end_process, own_command
from emotion_core.limits import processors, resident_memory

#: Limits of one picture: bytes of memory that the process may have in all, seconds of processor time, and of waiting.
MEMORY_BYTES, PROCESSOR_SECONDS, WAITING_SECONDS = 1000 * 2**20, 10, 60
_LENGTH = struct.Struct("<QQ")

_shared: int | None = None
_idle: list[Worker] = []
_lock = threading.Lock()
#: So many pictures are decoded at once, as each may take the memory that is allowed.
_room = threading.BoundedSemaphore(processors())


class DecodingError(Exception):
    """Why the process has no picture; the message is the end of a sentence about it."""


class Worker:
    """A process that decodes one picture after the other."""

    def __init__(self) -> None:
        command = own_command("emotion_core.decoding_process")
        command["stdin"] = subprocess.PIPE
        self._process = subprocess.Popen(**command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def decode(self, data: bytes) -> np.ndarray:
        """The pixels of a picture's file.

        Raises:
            DecodingError: it is none, or takes too much.
        """
        assert self._process.stdin and self._process.stdout
        watch = threading.Timer(WAITING_SECONDS, self._process.kill)
        watch.start()
        try:
            write_message(self._process.stdin, {"memory": _memory()}, data)
            told, pixels = read_message(self._process.stdout)
        except (OSError, EOFError):
            self.end()
            raise DecodingError("it takes too much memory or time to decode") from None
        finally:
            watch.cancel()
        if "error" in told:
            raise DecodingError(str(told["error"]))
        return np.frombuffer(pixels, np.uint8).reshape(told["shape"])

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        end_process(self._process)


def share_memory(most: int) -> None:
    """Let this process, which may have so many bytes itself, have no more together with the one that decodes for it."""
    global _shared
    _shared = most


def _memory() -> int:
    """The bytes that a process may have which decodes now."""
    return MEMORY_BYTES if _shared is None else min(MEMORY_BYTES, _shared - resident_memory())


def decode_elsewhere(data: bytes) -> np.ndarray:
    """The pixels of a picture's file, decoded in a process of its own; raises as `Worker.decode` does."""
    with _room:
        with _lock:
            worker = _idle.pop() if _idle else None
        if worker is not None and not worker.lives:
            worker.end()
            worker = None
        worker = worker or Worker()
        try:
            return worker.decode(data)
        finally:
            if worker.lives:
                with _lock:
                    _idle.append(worker)


@atexit.register
def end_workers() -> None:
    """End the processes that wait for a picture."""
    with _lock:
        while _idle:
            _idle.pop().end()


def write_message(pipe: IO[bytes], told: dict[str, Any], content: bytes | memoryview) -> None:
    """Write a JSON object and bytes."""
    head = json.dumps(told).encode()
    pipe.write(_LENGTH.pack(len(head), len(content)) + head)
    pipe.write(content)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next object and its bytes; raises an EOFError where the other side is gone."""
    lengths = pipe.read(_LENGTH.size)
    if len(lengths) < _LENGTH.size:
        raise EOFError
    head_length, length = _LENGTH.unpack(lengths)
    head, content = pipe.read(head_length), pipe.read(length)
    if len(head) < head_length or len(content) < length:
        raise EOFError
    return json.loads(head), content
