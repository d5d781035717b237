"""The process that decodes pictures for `decoding`, within limits of memory and processor time."""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np

from emotion_core.decoding import PROCESSOR_SECONDS, read_message, write_message
from emotion_core.images import ImageError, decode_here
from emotion_core.limits import limit_address_space, limit_processor_time, resident_memory


def main() -> None:
    """Decode what comes on standard input until it ends."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    while True:
        try:
            asked_for, data = read_message(asked)
        except EOFError:
            return
        limit_address_space(asked_for["memory"] - resident_memory())
        limit_processor_time(PROCESSOR_SECONDS)
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


if __name__ == "__main__":
    main()
