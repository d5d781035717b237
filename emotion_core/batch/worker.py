"""A process that analyses parts of a batch: `python -m emotion_core.batch.worker`, started by a `Lane`.

It is told the job and then one part after the other, as lines of JSON, and answers in the same way: the number of each
picture as it begins with it, and what came of the part. It ends when nobody tells it anything any more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2

from emotion_core.batch.job import Job
from emotion_core.batch.parts import write_part
from emotion_core.batch.sources import file_of
from emotion_core.inference.analyze import analyze_named
from emotion_core.inference.results import PhotoResult
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.models.card import ModelError

#: What a picture's row says that ended this process again and again.
ENDED_IT = "the process that analysed it ended each time it was tried"


def main() -> None:
    """Work at what standard input tells until it ends."""
    asked, answers = sys.stdin, os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started this, who ends it
    cv2.setNumThreads(1)  # there is a process for each processor

    def answer(**words: Any) -> None:
        print(json.dumps(words), file=answers, flush=True)

    told = json.loads(asked.readline())
    job, root = Job.model_validate(told["job"]), Path(told["root"])
    try:
        settings = job.loaded()
    except ModelError as error:
        answer(failed=str(error))
        return
    answer(ready=True)
    for line in asked:
        _work_at(json.loads(line), job, settings, root, answer)


def _work_at(
    part: dict[str, Any], job: Job, settings: AnalysisSettings, root: Path, answer: Callable[..., None]
) -> None:
    try:
        write_part(_results(part, settings, root, answer), job, Path(part["partial"]))
    except OSError as error:
        answer(errno=error.errno, failed=error.strerror or str(error))
    else:
        answer(written=True)


def _results(
    part: dict[str, Any], settings: AnalysisSettings, root: Path, answer: Callable[..., None]
) -> Iterator[PhotoResult]:
    parent = os.getppid()
    for number, path in enumerate(part["paths"]):
        if os.getppid() != parent:  # it was killed, and nobody wants the answer
            sys.exit(1)
        answer(begun=number)
        yield PhotoResult(path, error=ENDED_IT) if path in part["deadly"] else _result(path, settings, root)


def _result(path: str, settings: AnalysisSettings, root: Path) -> PhotoResult:
    """What `analyze_many` gives of a picture; but no single one of millions ends the batch by a fault of ours."""
    try:
        return analyze_named(path, file_of(path, root), settings)
    except MemoryError:
        return PhotoResult(path, error="the memory ran out while it was analysed; close other programs")
    except Exception as error:
        reason = (str(error) or "no reason given").splitlines()[0]
        return PhotoResult(path, error=f"it failed unexpectedly ({type(error).__name__}: {reason})")


if __name__ == "__main__":
    main()
