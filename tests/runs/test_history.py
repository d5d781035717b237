"""What happened in a run, as its file says."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from emotion_core.runs import history
from emotion_core.runs.history import Batch, Epoch, read_batches, read_history


def batch(number: int) -> str:
    """The line of a batch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "images_per_second": 80.0}
    return json.dumps({"event": "batch", "epoch": 1, "batch": number, "batches": 9, **figures}) + "\n"


def epoch(number: int = 1) -> str:
    """The line of an epoch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    return json.dumps({"event": "epoch", "epoch": number, **figures, "seconds": 4, "best": True}) + "\n"


def batches(folder: Path) -> list[int]:
    return [one.batch for one in read_batches(folder)]


def test_only_what_was_appended_is_parsed_and_a_torn_line_when_it_is_whole(tmp_path, monkeypatch):
    parsed, parse = [], history._batch_of
    monkeypatch.setattr(history, "_batch_of", lambda line: parsed.append(line) or parse(line))
    file = tmp_path / "metrics.jsonl"
    assert batches(tmp_path) == []
    file.write_text(batch(1) + epoch() + batch(2) + batch(3)[:20])
    assert batches(tmp_path) == [1, 2]
    with file.open("a") as appended:
        appended.write(batch(3)[20:])
    assert batches(tmp_path) == batches(tmp_path) == [1, 2, 3]
    assert len(parsed) == 4


def test_what_a_resumed_run_takes_back_is_forgotten(tmp_path):
    file = tmp_path / "metrics.jsonl"
    file.write_text(batch(1) + epoch(1) + batch(2) + batch(3) + epoch(2))
    assert batches(tmp_path) == [1, 2, 3] and len(read_history(tmp_path)) == 2
    file.write_text(batch(1) + epoch(1) + batch(4) + batch(5) + batch(6) + batch(7))  # longer than it was
    assert batches(tmp_path) == [1, 4, 5, 6, 7] and len(read_history(tmp_path)) == 1
    file.write_text(batch(8))
    assert batches(tmp_path) == [8] and read_history(tmp_path) == []
    file.write_text("")
    assert batches(tmp_path) == []


@pytest.mark.parametrize("damaged", [b'{"event": "batch", \xff\n', b'{"event": "batch", "epoch": 1}\n'])
def test_a_damaged_line_is_skipped(tmp_path, damaged):
    (tmp_path / "metrics.jsonl").write_bytes(batch(1).encode() + damaged + batch(2).encode())
    assert batches(tmp_path) == [1, 2]


def test_what_was_read_is_nobodys_to_change(tmp_path):
    (tmp_path / "metrics.jsonl").write_text(epoch())
    read_history(tmp_path).clear()
    assert len(read_history(tmp_path)) == 1


@pytest.mark.parametrize("lost", [math.nan, math.inf, None])
def test_a_figure_that_is_no_number_is_none_and_written_as_null(lost):
    figures = {"epoch": 1, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    one = Epoch(loss=lost, seconds=1.0, best=False, **figures)
    assert one.loss is None and json.loads(one.line())["loss"] is None
    also = Batch(1, 1, 2, lost, 0.5, 80.0)
    assert also.loss is None and json.loads(also.line())["loss"] is None


@pytest.mark.parametrize("line", [epoch(), batch(2)])
def test_an_event_is_written_as_it_was_read(tmp_path, line):
    (tmp_path / "metrics.jsonl").write_text(line)
    (one,) = [*read_history(tmp_path), *read_batches(tmp_path)]
    assert json.loads(one.line()) == json.loads(line)


def test_the_annotators_majority_is_in_a_row_only_where_annotators_voted():
    one = Epoch.model_validate_json(epoch())
    assert "val_accuracy_majority" not in one.as_row()
    voted = Epoch.model_validate({**dict(one), "val_accuracy_majority": 0.75})
    assert voted.as_row()["val_accuracy_majority"] == 0.75
