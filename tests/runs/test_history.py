"""What happened in a run, as its file says."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from emotion_core.runs import history
from emotion_core.runs.events import Batch, Epoch, epoch_in_words, is_finished
from emotion_core.runs.folder import (
    METRICS_FILE,
    read_log,
)
from emotion_core.runs.history import read_batches, read_history
from emotion_core.runs.recipes import Recipe
from tests.new_runs import new_run


def batch(number: int = 2, **values: object) -> str:
    """The line of a batch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "images_per_second": 80.0}
    return json.dumps({"event": "batch", "epoch": 1, "batch": number, "batches": 9, **figures, **values}) + "\n"


def epoch(number: int = 1, **values: object) -> str:
    """The line of a finished epoch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    return json.dumps({"event": "epoch", "epoch": number, **figures, "seconds": 4, "best": True, **values}) + "\n"


def without(line, field):
    return json.dumps({name: value for name, value in json.loads(line).items() if name != field}) + "\n"


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
    written = json.loads(one.line())
    assert written.pop("checksum")
    assert written == json.loads(line)


def test_the_annotators_majority_is_in_a_row_only_where_annotators_voted():
    one = TypeAdapter(Epoch).validate_json(epoch())
    assert "val_accuracy_majority" not in one.as_row()
    voted = replace(one, val_accuracy_majority=0.75)
    assert voted.as_row()["val_accuracy_majority"] == 0.75


ROW = Epoch(epoch=2, loss=1.5, accuracy=0.4, val_loss=1.25, val_accuracy=0.5, learning_rate=0.1, seconds=7.2, best=True)


@pytest.mark.parametrize(
    ("labels", "changes", "words"),
    [
        (
            "own",
            {},
            "loss 1.500, accuracy 40.0%, validation loss 1.250, validation accuracy 50.0%, 7 s, the best so far",
        ),
        ("votes", {"best": False}, "loss 1.500, accuracy 40.0%, validation loss 1.250, validation accuracy 75.0%, 7 s"),
        (
            "own",
            {"loss": None, "val_loss": None, "val_accuracy": None, "best": False},
            "loss not a number, accuracy 40.0%, validation loss not a number, validation accuracy not a number, 7 s",
        ),
    ],
    ids=["labels", "votes", "diverged"],
)
def test_an_epoch_is_told_by_the_labels_trained_on(labels, changes, words):
    row = replace(ROW, **{"val_accuracy_majority": 0.75, **changes})
    assert epoch_in_words(row, Recipe(epochs=3, labels=labels)) == f"epoch 2 of 3: {words}"


def test_an_epoch_of_votes_that_came_to_nothing_is_told():
    assert "validation accuracy not a number" in epoch_in_words(ROW, Recipe(labels="votes"))


def test_a_run_is_finished_by_its_epochs_or_its_patience():
    rows = [replace(ROW, epoch=epoch, best=epoch <= 2) for epoch in range(1, 6)]
    assert is_finished(Recipe(epochs=5), rows) and not is_finished(Recipe(epochs=6), rows)
    assert is_finished(Recipe(epochs=9, early_stopping=3), rows)
    assert not is_finished(Recipe(epochs=9, early_stopping=4), rows)


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "epoch", "epoch": ' + 5000 * "1",
        '{"event": "epoch", "epoch": ' + 100_000 * "[",
        '{"event": "epoch", "epoch": 1, "loss": [1], "accuracy": 0, "val_loss": 1, "val_accuracy": 0, '
        '"learning_rate": 1, "seconds": 1, "best": true}',
        '{"event": "epoch", "epoch": 1, "loss": 1, "accuracy": 0, "val_loss": 1, "val_accuracy": "w", '
        '"learning_rate": 1, "seconds": 1, "best": "yes"}',
    ],
)
def test_a_line_of_metrics_that_cannot_be_meant_is_skipped(own_workspace, line):
    folder = new_run("first")
    (folder / "metrics.jsonl").write_text(line + "\n")
    assert read_history(folder) == read_batches(folder) == []


class TestTheEvents:
    def test_are_read_but_for_torn_lines_and_what_is_no_event(self, folder):
        lines = [batch(), "[1]\n", "\n", epoch(), '{"event": "epo']
        (folder / METRICS_FILE).write_text("".join(lines))
        assert [one.batch for one in read_batches(folder)] == [2]
        assert [one.epoch for one in read_history(folder)] == [1]

    @pytest.mark.parametrize(
        "line",
        [
            *(without(epoch(3), field) for field in ("epoch", "seconds", "best", "val_accuracy", "learning_rate")),
            *(without(batch(), field) for field in ("epoch", "batch", "batches", "images_per_second")),
            epoch(epoch=None),
            epoch(seconds="long"),
            batch(batches=[]),
            '{"event": ["epoch"]}\n',
        ],
    )
    def test_that_lack_what_an_epoch_or_a_batch_has_are_skipped(self, folder, line):
        (folder / METRICS_FILE).write_text(epoch(1) + line + epoch(2))
        assert read_batches(folder) == []
        assert [one.epoch for one in read_history(folder)] == [1, 2]

    def test_of_an_epoch_that_diverged_are_read(self, folder):
        (folder / METRICS_FILE).write_text(epoch(loss=None, val_loss=None, val_accuracy=None, best=False))
        assert [one.loss for one in read_history(folder)] == [None]

    def test_are_none_before_the_first(self, folder):
        assert read_history(folder) == read_batches(folder) == [] and read_log(folder) == []
