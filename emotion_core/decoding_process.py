"""The process that decodes pictures for `decoding`, within limits of memory and processor time."""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np

from emotion_core.decoding import MEMORY_BYTES, PROCESSOR_SECONDS, read_message, write_message
from emotion_core.images import ImageError, decode_here


def main() -> None:
    """Decode what comes on standard input until it ends."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    _limit_memory()
    while True:
        try:
            _, data = read_message(asked)
        except EOFError:
            return
        _limit_time()
        told, content = _answer(data)
        del data
        write_message(answers, told, content)


def _answer(data: bytes) -> tuple[dict[str, Any], bytes | memoryview]:
    """What is said of a picture, and its pixels."""
    try:
        pixels = np.ascontiguousarray(decode_here(data))
    except ImageError as error:
        return {"error": str(error)}, b""
    except MemoryError:
        return {"error": "it takes too much memory to decode"}, b""
    return {"shape": pixels.shape}, pixels.data.cast("B")


def _limit_memory() -> None:
    import resource

    try:
        with open("/proc/self/statm") as file:
            has = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # macOS, which does not keep to this limit anyway
        return
    resource.setrlimit(resource.RLIMIT_AS, (has + MEMORY_BYTES,) * 2)


def _limit_time() -> None:
    """End this process if the next picture takes too much processor time."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
