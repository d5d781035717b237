"""The process in which hostile files are tried on an earlier version: by the names that all versions have."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import emotion_core as ec
from tests.attack.answering import Outcome, answer_all, outcome_of

#: Bytes that it may take: it set itself no limits, and would take the machine's.
MOST_BYTES = 5 * 2**30


def attempt(kind: str, path: Path) -> Outcome:
    """Try a hostile file, as `target.attempt` does."""
    return outcome_of(lambda: TRIED[kind](path), (ec.ImageError, ec.DatasetError, ec.ModelError))


TRIED: dict[str, Callable[[Path], object]] = {
    "picture": ec.load_image,
    "data set": ec.load_dataset,
    "model": ec.Classifier,
}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    answer_all(attempt)
