"""What the processes have in common in which hostile files are tried."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

#: How something went, and what is to be said of it.
Outcome = tuple[str, str]


def outcome_of(act: Callable[[], object], ours: tuple[type[Exception], ...]) -> Outcome:
    """How an act goes: "read"; "named" where it is refused in our words, or by the system in its own; "unnamed" where
    an exception was neither.

    Args:
        ours: the errors that are raised with words of ours.
    """
    try:
        act()
    except ours:
        return "named", ""
    except OSError as error:
        return ("named", "") if error.strerror else ("unnamed", f"{type(error).__name__}: {error}")
    except Exception as error:
        return "unnamed", f"{type(error).__name__}: {str(error)[:200]}"
    return "read", ""


def answer_all(attempt: Callable[[str, Path], Outcome]) -> None:
    """Try what comes on standard input, one JSON object a line, and answer with how it went and what it took."""
    warnings.filterwarnings("ignore")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        began = _processor_seconds()
        outcome, words = attempt(asked["kind"], Path(asked["path"]))
        answer = {"outcome": outcome, "words": words, "seconds": _processor_seconds() - began}
        print(json.dumps(answer), file=answers, flush=True)


def _processor_seconds() -> float:
    """What this process and all that it started have used, those that have ended included."""
    total, own = 0.0, psutil.Process()
    for one in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
