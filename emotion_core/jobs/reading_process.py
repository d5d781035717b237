"""The process that reads what others made for `reading`, within limits of memory and processor time."""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from emotion_core.decoding import read_message, share_memory, write_message
from emotion_core.limits import CAN_LIMIT, limit_memory, limit_processor_time, resident_memory
from emotion_core.progress import Progress
from emotion_core.video.progress import Seconds
from emotion_core.workspace import WORKSPACE_VARIABLE

#: Seconds from one word of how much is done to the next.
_WORD_SECONDS = 0.1


def main() -> None:
    """Do the one thing that is asked on standard input."""
    # Arrow's own allocator sets a gigabyte aside at the first use, which would count as if it were used.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    told, pickled = read_message(asked)
    threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
    write_message(answers, _answer({**told, "pickled": pickled} if pickled else told, answers), b"")


def _answer(told: dict[str, Any], answers: IO[bytes]) -> dict[str, Any]:
    from emotion_core.jobs.told_errors import told as in_words

    what, memory, seconds = told.pop("do"), told.pop("memory"), told.pop("seconds")
    try:
        do = {"import": _importing, "model": _trying, "networks": _trying_networks, "copy": _copying}[what](told)
        if CAN_LIMIT:
            limit_memory(memory - (resident_memory() if what == "import" else 0))  # Keras alone has most of it
        share_memory(memory)
        return {"done": do(_progress(answers, seconds))}
    except Exception as error:
        return {"error": in_words(error)}


def _importing(told: dict[str, Any]) -> Callable[[Progress], dict[str, Any]]:
    """What imports a data set, everything loaded that it needs."""
    from emotion_core.datasets.class_table import ClassTable
    from emotion_core.jobs.reading import Import, ready_to_import

    os.environ[WORKSPACE_VARIABLE] = told.pop("workspace")
    if isinstance(classes := told["classes"], dict):
        told["classes"] = ClassTable(**{**classes, "classes": tuple(classes["classes"])})
    do = ready_to_import(Import(**told))
    return lambda progress: do(progress).model_dump(mode="json")


def _trying(told: dict[str, Any]) -> Callable[[Progress], None]:
    """What loads a model: the file that answers and, where Keras is installed, the one that can be trained further."""
    from emotion_core.models.card import KERAS_FILE, ModelError
    from emotion_core.models.classifier import Classifier

    folder = Path(told["folder"])
    has_network = (folder / KERAS_FILE).exists() and importlib.util.find_spec("keras") is not None
    if has_network:
        import emotion_core.networks.architectures

    def do(progress: Progress) -> None:
        Classifier(folder)
        if has_network:
            with suppress(ModelError):  # it answers all the same; that it cannot be trained further is said then
                emotion_core.networks.architectures.load_network(folder / KERAS_FILE)

    return do


def _trying_networks(told: dict[str, Any]) -> Callable[[Progress], None]:
    """What loads Keras files."""
    from emotion_core.networks.architectures import load_network

    def do(progress: Progress) -> None:
        for path in told["paths"]:
            load_network(Path(path))

    return do


def _copying(told: dict[str, Any]) -> Callable[[Seconds], None]:
    """What writes a copy of a video: one that browsers play or, where there are things to draw, one that has them."""
    from emotion_core.video.writing import write_annotated, write_playable

    target = Path(told["target"])
    if "pickled" not in told:
        return lambda progress: write_playable(Path(told["path"]), target, progress=progress)
    result, draw = pickle.loads(told["pickled"])  # by the process that asked, which is trusted; not the other way
    return lambda progress: write_annotated(result, target, draw, progress=progress)


def _progress(answers: IO[bytes], seconds: float) -> Progress | Seconds:
    """What tells how much is done, or at which second of a video the work is.

    Whoever gets further may take as much processor time again: so many `seconds`.
    """
    said, furthest = 0.0, -1.0

    def progress(far: float) -> None:
        nonlocal said, furthest
        now = time.monotonic()
        if now - said < _WORD_SECONDS:
            return
        if CAN_LIMIT and far > furthest:
            limit_processor_time(seconds)
        said, furthest = now, max(far, furthest)
        write_message(answers, {"progress": far}, b"")

    progress(0.0)
    return progress


def _end_with(asked: IO[bytes]) -> None:
    """End this process when the one that asked has ended, or wants no more of it."""
    while os.read(asked.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
