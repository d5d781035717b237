"""A run's batches, which its page shows anew again and again: of a long run, only what was appended is read."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from emotion_core.runs.run import METRICS_FILE, is_event

#: How the line of a batch begins.
_BATCH = b'{"event": "batch"'


def batches_of(folder: Path) -> list[dict]:
    """The batches that a run has learnt from, oldest first, as `run.read_events` gives them."""
    return _batches(str(folder)).read()


@st.cache_resource(max_entries=4, show_spinner=False)
def _batches(folder: str) -> _Batches:
    return _Batches(Path(folder) / METRICS_FILE)


class _Batches:
    """What was read of a file so far. All visitors share it."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._found: list[dict] = []
        self._end, self._last_line = 0, b""

    def read(self) -> list[dict]:
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    self._go_on(file)
            except OSError:  # nothing is written yet, or the run was deleted
                self._forget()
            return self._found.copy()

    def _go_on(self, file: BinaryIO) -> None:
        file.seek(self._end - len(self._last_line))
        if file.read(len(self._last_line)) != self._last_line:
            # A run that is resumed takes back what it is going to learn again.
            self._forget()
            file.seek(0)
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]  # the last line may still be being written
        lines = whole.splitlines(keepends=True)
        self._end += len(whole)
        self._last_line = lines[-1] if lines else self._last_line
        for line in lines:
            if line.startswith(_BATCH):
                with suppress(ValueError, RecursionError):
                    event = json.loads(line)
                    if is_event(event):
                        self._found.append(event)
