"""A run as a whole."""

import json
import os
import subprocess
import sys
import time

import pytest

from emotion_core.processes import process_mark
from emotion_core.runs.events import Batch, Epoch
from emotion_core.runs.folder import (
    METRICS_FILE,
    STOP_FILE,
)
from emotion_core.runs.history import has_damage, read_batches
from emotion_core.runs.recipes import QUICK
from emotion_core.runs.run import find_run
from emotion_core.runs.status import Status, write_status
from tests.new_runs import new_run


def epoch_line(epoch=1, **values):
    """The line of a finished epoch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    return json.dumps({"event": "epoch", "epoch": epoch, **figures, "seconds": 4, "best": True, **values}) + "\n"


def me():
    return {"pid": os.getpid(), "process_mark": process_mark(os.getpid()), "heartbeat": time.time()}


class TestTheTimeLeft:
    def test_is_known_from_the_epochs_or_the_throughput(self, folder):
        write_status(
            folder, Status(state="running", epoch=3, epochs=12, batch=5, batches=10, images_per_second=80, **me())
        )
        assert find_run("first").seconds_left == pytest.approx(9.5 * 10 * QUICK.batch_size / 80)
        (folder / METRICS_FILE).write_text(epoch_line())
        assert find_run("first").seconds_left == pytest.approx(38)

    def test_is_not_known_of_a_run_that_is_to_stop(self, folder):
        at = {"epoch": 3, "epochs": 12, "batch": 5, "batches": 10}
        write_status(folder, Status(state="running", doing="training", **at, **me()))
        (folder / METRICS_FILE).write_text(epoch_line())
        (folder / STOP_FILE).touch()
        assert find_run("first").seconds_left is None

    def test_is_not_known_once_all_is_trained_be_it_before_the_last_epoch(self, folder):
        at = {"epoch": 3, "epochs": 12, "batch": 10, "batches": 10}
        write_status(folder, Status(state="running", doing="evaluating", **at, **me()))
        (folder / METRICS_FILE).write_text(epoch_line())
        assert find_run("first").seconds_left is None


def test_importing_loads_no_keras_and_no_pandas():
    code = "import sys, emotion_core.jobs.launcher; print({'keras', 'tensorflow', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_an_epoch_that_is_damaged_is_said_and_not_shown_otherwise(own_workspace):
    figures = {"accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    epochs = [Epoch(epoch=n, loss=1.5, seconds=1.0, best=False, **figures) for n in (1, 2, 3)]
    lines = [epoch.line() for epoch in epochs]
    (new_run("whole") / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    lines[1] = lines[1].replace("0.5", "0.7")
    (new_run("damaged") / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    assert find_run("whole").problem is None
    found = find_run("damaged")
    assert found.history == [epochs[0], epochs[2]]
    assert "damaged" in found.problem


def test_no_bit_of_the_events_is_changed_unnoticed(own_workspace):
    figures = {"accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    epoch = Epoch(epoch=1, loss=1.5, seconds=1.0, best=False, **figures)
    content = f"{Batch(1, 1, 2, 1.0, 0.5, 80.0).line()}\n{epoch.line()}\n".encode()
    for place in range(len(content)):
        folder = new_run(f"run {place}")
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        (folder / METRICS_FILE).write_bytes(changed)
        run = find_run(folder.name)
        same = run.history == [epoch] and [one.batch for one in read_batches(folder)] == [1]
        assert same or run.problem or has_damage(folder), f"byte {place}"
        assert run.history in ([epoch], []) and (run.history or run.problem), f"byte {place}"


def test_a_run_without_events_has_none_that_are_damaged(own_workspace):
    folder = new_run("new")
    assert not has_damage(folder) and find_run("new").problem is None
    (folder / METRICS_FILE).touch()
    assert not has_damage(folder) and find_run("new").problem is None
