"""What happened in a run, epoch by epoch and batch by batch, read: `metrics.jsonl`, one event a line, appended."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from pydantic import TypeAdapter

from emotion_core.runs.events import Batch, Epoch
from emotion_core.runs.folder import METRICS_FILE
from emotion_core.seals import unsealed

_EPOCH, _BATCH = TypeAdapter(Epoch), TypeAdapter(Batch)
Event = TypeVar("Event", Epoch, Batch, bytes)


def _epoch_of(line: bytes) -> Epoch | None:
    if not line.startswith(b'{"event": "epoch"'):
        return None
    try:
        return _EPOCH.validate_json(unsealed(line))
    except ValueError:  # torn, or no whole event
        return None


def _batch_of(line: bytes) -> Batch | None:
    if not line.startswith(b'{"event": "batch"'):
        return None
    try:
        return _BATCH.validate_json(unsealed(line))
    except ValueError:
        return None


def parse_history(content: bytes) -> list[Epoch]:
    """The epochs in the content of a file such as `metrics.jsonl`, as `read_history` gives them."""
    return [epoch for line in content.splitlines() if (epoch := _epoch_of(line))]


def parse_batches(content: bytes) -> list[Batch]:
    """The batches in the content of a file such as `metrics.jsonl`, as `read_batches` gives them."""
    return [batch for line in content.splitlines() if (batch := _batch_of(line))]


def read_history(folder: Path) -> list[Epoch]:
    """The finished epochs of a run, oldest first; lines that are torn or no whole event are skipped."""
    return _history_reader(folder / METRICS_FILE).read()


def has_damage(folder: Path) -> bool:
    """Whether an event of a run that nobody works at is damaged, or cut short, and is left out."""
    return may_lack_epoch(folder) or bool(_damage_reader(folder / METRICS_FILE).read())


def may_lack_epoch(folder: Path) -> bool:
    """The same of all but the figures of batches, of which there may be very many."""
    return is_cut_short(folder) or bool(_lost_reader(folder / METRICS_FILE).read())


def is_cut_short(folder: Path) -> bool:
    """Whether the last event of a run that nobody works at was not written whole, or is damaged at its end."""
    try:
        with (folder / METRICS_FILE).open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"
    except OSError:  # there is none, or it is empty
        return False


def read_batches(folder: Path) -> list[Batch]:
    """The batches of a run that were written down, oldest first; see `read_history`."""
    return _batches_reader(folder / METRICS_FILE).read()


def _damage_of(line: bytes) -> bytes | None:
    whole = not line.strip() or _epoch_of(line) or _batch_of(line)
    return None if whole else line


def _lost_of(line: bytes) -> bytes | None:
    is_batch = line.startswith(b'{"event": "batch"') and line.count(b'{"event"') == 1
    return None if is_batch or not line.strip() or _epoch_of(line) else line


@lru_cache(maxsize=64)
def _history_reader(path: Path) -> _Reader[Epoch]:
    return _Reader(path, _epoch_of)


@lru_cache(maxsize=4)
def _batches_reader(path: Path) -> _Reader[Batch]:
    return _Reader(path, _batch_of)


@lru_cache(maxsize=64)
def _lost_reader(path: Path) -> _Reader[bytes]:
    return _Reader(path, _lost_of)


@lru_cache(maxsize=4)
def _damage_reader(path: Path) -> _Reader[bytes]:
    return _Reader(path, _damage_of)


class _Reader(Generic[Event]):
    """What was read of a file so far: a run at work is looked at every second, and only what was appended is read.

    Pages of several visitors share one, each in a thread of its own.
    """

    def __init__(self, path: Path, parse: Callable[[bytes], Event | None]):
        self._path, self._lock = path, threading.Lock()
        self._parse: Callable[[bytes], Event | None] = parse
        self._forget()

    def _forget(self) -> None:
        self._found: list[Event] = []
        self._end, self._last_line = 0, b""

    def read(self) -> list[Event]:
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    lines = self._appended(file)
                self._found += [event for line in lines if (event := self._parse(line))]
            except OSError:  # nothing is written yet, or the run was deleted
                self._forget()
            return self._found.copy()

    def _appended(self, file: BinaryIO) -> list[bytes]:
        """The lines since the last time; all of them if the file is another one by now."""
        file.seek(self._end - len(self._last_line))
        if file.read(len(self._last_line)) != self._last_line:
            # A run that is resumed takes back what it is going to train again.
            self._forget()
            file.seek(0)
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]  # the last line may still be being written
        lines = whole.splitlines(keepends=True)
        self._end += len(whole)
        self._last_line = lines[-1] if lines else self._last_line
        return lines
