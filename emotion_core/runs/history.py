"""What happened in a run, epoch by epoch and batch by batch: `metrics.jsonl`, one event a line, appended."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, BinaryIO, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from emotion_core.runs.folder import METRICS_FILE
from emotion_core.runs.recipes import Recipe
from emotion_core.seals import sealed, unsealed


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


#: A figure, or None where training diverged and there is no number.
Figure = Annotated[float | None, BeforeValidator(_finite)]


class Epoch(BaseModel):
    """A finished epoch.

    Attributes:
        epoch: its number, from 1.
        loss, accuracy: means over its training batches; accuracies are from 0 to 1.
        val_loss, val_accuracy: on the validation split, by the data set's own labels.
        val_accuracy_majority: by the annotators' majority; None where nobody voted.
        learning_rate: at its end.
        seconds: how long it took, validation included.
        best: whether its network was the best so far.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    event: Literal["epoch"] = "epoch"
    epoch: int
    loss: Figure
    accuracy: Figure
    val_loss: Figure
    val_accuracy: Figure
    val_accuracy_majority: Figure = None
    learning_rate: Figure
    seconds: float
    best: bool

    def as_row(self) -> dict[str, float | None]:
        """Its figures by name, for a table or a chart; `val_accuracy_majority` only where annotators voted."""
        left_out = {"event"} if "val_accuracy_majority" in self.model_fields_set else {"event", "val_accuracy_majority"}
        return self.model_dump(exclude=left_out)

    def line(self) -> str:
        """The line of it in `metrics.jsonl`."""
        return sealed(json.dumps({"event": self.event, **self.as_row()}))


@dataclass(frozen=True, slots=True, config=ConfigDict(strict=True))
class Batch:
    """Where an epoch is: a night's run has a hundred thousand of them, so they are small.

    Attributes:
        epoch: the epoch it is in, from 1.
        batch: its number in the epoch, from 1.
        batches: how many batches the epoch has.
        loss, accuracy: means over the batches since the last event.
        images_per_second: training throughput since then.
    """

    epoch: int
    batch: int
    batches: int
    loss: Figure
    accuracy: Figure
    images_per_second: Figure

    def line(self) -> str:
        """The line of it in `metrics.jsonl`."""
        return sealed(json.dumps({"event": "batch", **dataclasses.asdict(self)}))


_BATCH = TypeAdapter(Batch)
Event = TypeVar("Event", Epoch, Batch, bytes)


def _epoch_of(line: bytes) -> Epoch | None:
    if not line.startswith(b'{"event": "epoch"'):
        return None
    try:
        return Epoch.model_validate_json(unsealed(line))
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


def monitor(recipe: Recipe) -> Literal["val_accuracy", "val_accuracy_majority"]:
    """Which figure of an epoch says which network is best: its accuracy by the labels that are trained on."""
    return "val_accuracy_majority" if recipe.labels == "votes" else "val_accuracy"


def is_finished(recipe: Recipe, history: list[Epoch]) -> bool:
    """Whether a run has come to its end: all epochs, or so many without a better network as its recipe waits for."""
    patience = recipe.early_stopping
    best = max((epoch.epoch for epoch in history if epoch.best), default=0)
    return len(history) >= recipe.epochs or bool(patience and best and len(history) - best >= patience)


def epoch_in_words(epoch: Epoch, recipe: Recipe) -> str:
    """A finished epoch in one sentence."""
    figures = (
        ("loss", epoch.loss, "{:.3f}"),
        ("accuracy", epoch.accuracy, "{:.1%}"),
        ("validation loss", epoch.val_loss, "{:.3f}"),
        ("validation accuracy", getattr(epoch, monitor(recipe)), "{:.1%}"),
    )
    words = [f"{name} {'not a number' if value is None else form.format(value)}" for name, value, form in figures]
    best = ", the best so far" if epoch.best else ""
    return f"epoch {epoch.epoch} of {recipe.epochs}: {', '.join(words)}, {epoch.seconds:.0f} s{best}"
