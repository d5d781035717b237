"""A run's folder: what is read from it, and that nothing in it is believed which is not so."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from emotion_core.jobs import launcher
from emotion_core.runs import status as status_module
from emotion_core.runs.config import RunConfig, make_config, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import (
    CONFIG_FILE,
    METRICS_FILE,
    STATUS_FILE,
    STOP_FILE,
    is_run_name,
    read_log,
    run_folder,
    run_names,
    unique_name,
)
from emotion_core.runs.history import Epoch, epoch_in_words, is_finished, read_batches, read_history
from emotion_core.runs.processes import process_mark
from emotion_core.runs.recipes import QUICK, Recipe
from emotion_core.runs.run import find_run
from emotion_core.runs.status import Status, read_status, write_status
from tests.new_runs import new_run


@pytest.fixture
def folder(own_workspace):
    """The folder of a run named "first"."""
    return new_run("first")


def epoch_line(epoch=1, **values):
    """The line of a finished epoch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    return json.dumps({"event": "epoch", "epoch": epoch, **figures, "seconds": 4, "best": True, **values}) + "\n"


def batch_line(**values):
    """The line of a batch."""
    place = {"epoch": 1, "batch": 2, "batches": 9}
    figures = {"loss": 1.0, "accuracy": 0.5, "images_per_second": 80.0}
    return json.dumps({"event": "batch", **place, **figures, **values}) + "\n"


def without(line, field):
    return json.dumps({name: value for name, value in json.loads(line).items() if name != field}) + "\n"


def me():
    return {"pid": os.getpid(), "process_mark": process_mark(os.getpid()), "heartbeat": time.time()}


class TestTheConfiguration:
    def test_is_read_as_it_was_written(self, folder):
        config = read_config(folder)
        assert (config.name, config.recipe, config.version) == ("first", QUICK, 1)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"version": 7}, "is of version 7, this program knows 1"),
            ({"version": None}, "version None"),
            ({"sped": 1}, "there is no field 'sped'"),
            ({"seed": "many"}, "the seed cannot be 'many'"),
            ({"recipe": {"learning_rate": 0}}, "the learning rate cannot be 0"),
            ({"name": "second"}, "a run's folder must have the run's name"),
        ],
    )
    def test_edited_by_hand_or_of_another_version_is_refused_in_words(self, folder, change, words):
        path = folder / CONFIG_FILE
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        with pytest.raises(RunError, match=words):
            read_config(folder)

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00"])
    def test_that_is_none_is_refused_in_words(self, folder, content):
        (folder / CONFIG_FILE).write_text(content)
        with pytest.raises(RunError, match=r"config\.json"):
            read_config(folder)

    def test_of_a_run_that_is_not_there_names_those_that_are(self, folder):
        with pytest.raises(RunError, match="no run 'second'; there are first"):
            read_config(run_folder("second"))

    @pytest.mark.parametrize("name", ["", "../other", "a/b", ".hidden", "x" * 65, "name ", "\n", "𠀀" * 64, "😀"])
    def test_cannot_have_a_name_that_leads_elsewhere(self, own_workspace, name):
        with pytest.raises(RunError, match="cannot be"):
            make_config(name=name, data="drawn", architecture="seed-cnn", recipe=QUICK)
        with pytest.raises(RunError, match="cannot be called"):
            run_folder(name)

    def test_cannot_be_changed(self, folder):
        with pytest.raises(ValueError, match="frozen"):
            read_config(folder).name = "other"


class TestTheStatus:
    def test_of_a_process_at_work_is_running_and_with_stop_beside_it_stopping(self, folder):
        write_status(folder, Status(state="running", epoch=2, **me()))
        assert (read_status(folder).state, read_status(folder).epoch) == ("running", 2)
        (folder / STOP_FILE).touch()
        assert read_status(folder).state == "stopping"

    def test_of_a_killed_process_is_failed_and_says_what_is_kept(self, folder):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        whose = {"pid": child.pid, "process_mark": process_mark(child.pid)}
        write_status(folder, Status(state="running", **whose, heartbeat=time.time()))
        (folder / METRICS_FILE).write_text(epoch_line())
        assert read_status(folder).state == "running"
        child.kill()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        status = read_status(folder)  # it is a zombie until it is waited for
        child.communicate()
        assert read_status(folder) == status
        assert status.state == "failed"
        assert "killed" in status.error and "epoch 1 is kept" in status.error

    def test_of_a_process_that_a_full_disk_silenced_says_so(self, folder, monkeypatch):
        write_status(folder, Status(state="running", **{**me(), "process_mark": "another"}))
        monkeypatch.setattr(status_module.shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
        assert "the disk is full; make room" in read_status(folder).error

    def test_of_another_process_with_the_same_number_is_not_running(self, folder):
        write_status(folder, Status(state="running", **{**me(), "process_mark": "another"}))
        assert read_status(folder).state == "failed"

    @pytest.mark.parametrize("seconds", [-86_400, 5, 3600])
    def test_stays_running_when_the_clock_is_set(self, folder, monkeypatch, seconds):
        write_status(folder, Status(state="running", **me()))
        started, boot, now = psutil.Process().create_time(), psutil.boot_time(), time.time
        monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: boot + seconds)  # reckoned from the clock
        monkeypatch.setattr(time, "time", lambda: now() + seconds)
        assert abs(psutil.Process().create_time() - started) > 2
        assert read_status(folder).state == "running"

    def test_of_a_process_that_was_to_stop_and_is_gone_is_stopped(self, folder):
        write_status(folder, Status(state="stopping", **{**me(), "process_mark": "another"}))
        (folder / STOP_FILE).touch()
        assert read_status(folder).state == "stopped"

    def test_of_a_silent_process_says_so(self, folder):
        write_status(folder, Status(state="running", **{**me(), "heartbeat": time.time() - 600}))
        status = read_status(folder)
        assert status.state == "running" and "10 minutes" in status.error

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"state": "flying"}', None])
    def test_that_is_damaged_or_missing_is_failed_in_words(self, folder, content):
        (folder / STATUS_FILE).unlink()
        if content is not None:
            (folder / STATUS_FILE).write_bytes(content)
        status = read_status(folder)
        assert status.state == "failed" and "damaged" in status.error

    def test_is_there_whole_or_not_at_all(self, folder, monkeypatch):
        write_status(folder, Status(state="queued"))
        monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            write_status(folder, Status(state="done"))
        assert read_status(folder).state == "queued"
        assert not list(folder.glob(".*.partial*"))

    def test_of_no_run_is_refused_in_words(self, own_workspace):
        with pytest.raises(RunError, match="none yet"):
            read_status(run_folder("nobody"))


class TestTheEvents:
    def test_are_read_but_for_torn_lines_and_what_is_no_event(self, folder):
        lines = [batch_line(), "[1]\n", "\n", epoch_line(), '{"event": "epo']
        (folder / METRICS_FILE).write_text("".join(lines))
        assert [one.batch for one in read_batches(folder)] == [2]
        assert [one.epoch for one in read_history(folder)] == [1]

    @pytest.mark.parametrize(
        "line",
        [
            *(without(epoch_line(3), field) for field in ("epoch", "seconds", "best", "val_accuracy", "learning_rate")),
            *(without(batch_line(), field) for field in ("epoch", "batch", "batches", "images_per_second")),
            epoch_line(epoch=None),
            epoch_line(seconds="long"),
            batch_line(batches=[]),
            '{"event": ["epoch"]}\n',
        ],
    )
    def test_that_lack_what_an_epoch_or_a_batch_has_are_skipped(self, folder, line):
        (folder / METRICS_FILE).write_text(epoch_line(1) + line + epoch_line(2))
        assert read_batches(folder) == []
        assert [one.epoch for one in read_history(folder)] == [1, 2]

    def test_of_an_epoch_that_diverged_are_read(self, folder):
        (folder / METRICS_FILE).write_text(epoch_line(loss=None, val_loss=None, val_accuracy=None, best=False))
        assert [one.loss for one in read_history(folder)] == [None]

    def test_are_none_before_the_first(self, folder):
        assert read_history(folder) == read_batches(folder) == [] and read_log(folder) == []

    def test_tell_how_long_a_run_will_take(self, folder):
        write_status(
            folder, Status(state="running", epoch=3, epochs=12, batch=5, batches=10, images_per_second=80, **me())
        )
        assert find_run("first").seconds_left == pytest.approx(9.5 * 10 * QUICK.batch_size / 80)
        (folder / METRICS_FILE).write_text(epoch_line())
        assert find_run("first").seconds_left == pytest.approx(38)

    def test_tell_no_time_of_a_run_that_is_to_stop(self, folder):
        at = {"epoch": 3, "epochs": 12, "batch": 5, "batches": 10}
        write_status(folder, Status(state="running", doing="training", **at, **me()))
        (folder / METRICS_FILE).write_text(epoch_line())
        (folder / STOP_FILE).touch()
        assert find_run("first").seconds_left is None

    def test_tell_no_time_once_all_is_learnt_be_it_before_the_last_epoch(self, folder):
        at = {"epoch": 3, "epochs": 12, "batch": 10, "batches": 10}
        write_status(folder, Status(state="running", doing="evaluating", **at, **me()))
        (folder / METRICS_FILE).write_text(epoch_line())
        assert find_run("first").seconds_left is None


def test_runs_are_listed_the_newest_first_and_nothing_else_is(own_workspace):
    assert run_names() == []
    for number, name in enumerate(("first", "second", "third")):
        os.utime(new_run(name) / CONFIG_FILE, (number, number))
    (own_workspace / "runs" / ".third.partial").mkdir()
    (own_workspace / "runs" / "empty").mkdir()
    assert run_names() == ["third", "second", "first"]


def test_a_name_is_found_that_is_not_taken(own_workspace):
    assert unique_name("seed-cnn on /faces") == "seed-cnn on faces 1"
    new_run("try 1")
    assert unique_name("try") == "try 2"
    assert unique_name("😀") == "run 1"


@pytest.mark.parametrize("sign", ["x", "é", "中", "𠀀"])
def test_any_name_that_is_found_or_allowed_is_short_enough_for_a_folder(own_workspace, sign):
    offered, longest = unique_name(sign * 99), next(sign * n for n in range(64, 0, -1) if is_run_name(sign * n))
    for name in (offered, longest):
        new_run(name)
        launcher.delete(name)


@pytest.mark.parametrize("name", ["परीक्षण", "ทดสอบ", "e\N{COMBINING ACUTE ACCENT}tude", "试验 1"])
def test_a_run_may_be_called_what_a_data_set_may(own_workspace, name):
    assert make_config(name=name, data="drawn", architecture="seed-cnn", recipe=QUICK).name == name
    assert unique_name(name) == f"{name} 1"


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
def test_an_epoch_is_told_by_the_labels_that_are_learnt(labels, changes, words):
    row = ROW.model_copy(update={"val_accuracy_majority": 0.75, **changes})
    assert epoch_in_words(row, Recipe(epochs=3, labels=labels)) == f"epoch 2 of 3: {words}"


def test_an_epoch_of_votes_that_came_to_nothing_is_told():
    assert "validation accuracy not a number" in epoch_in_words(ROW, Recipe(labels="votes"))


def test_a_run_is_finished_by_its_epochs_or_its_patience():
    rows = [ROW.model_copy(update={"epoch": epoch, "best": epoch <= 2}) for epoch in range(1, 6)]
    assert is_finished(Recipe(epochs=5), rows) and not is_finished(Recipe(epochs=6), rows)
    assert is_finished(Recipe(epochs=9, early_stopping=3), rows)
    assert not is_finished(Recipe(epochs=9, early_stopping=4), rows)


def test_importing_loads_no_keras_and_no_pandas():
    code = "import sys, emotion_core.jobs.launcher; print({'keras', 'tensorflow', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_configuration_is_complete_enough_to_repeat_the_run():
    assert set(RunConfig.model_fields) == {
        *("version", "name", "data", "data_sha256", "architecture", "arguments", "start_from", "frozen", "recipe"),
        *("seed", "created"),
    }


@pytest.mark.parametrize("pid", [-1, 2**70])
def test_a_number_that_no_process_has_is_no_process(own_workspace, pid):
    folder = new_run("first")
    (folder / "status.json").write_text(json.dumps({"state": "running", "pid": pid, "process_mark": "some"}))
    assert read_status(folder).state == "failed"


def test_a_copy_of_a_run_at_work_is_not_at_work(own_workspace):
    mark = process_mark(os.getpid())
    folder = new_run("copy")
    write_status(folder, Status(state="running", run="orig", pid=os.getpid(), process_mark=mark))
    status = read_status(folder)
    assert (status.state, status.pid) == ("failed", None)
    assert "it is a copy of the run 'orig'" in status.error


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


def test_a_configuration_with_a_mark_before_it_is_read_and_one_too_deep_is_refused(own_workspace):
    folder = new_run("first")
    content = (folder / "config.json").read_text()
    (folder / "config.json").write_text(content, "utf-8-sig")
    assert read_config(folder).name == "first"
    (folder / "config.json").write_text(100_000 * "[")
    with pytest.raises(RunError, match="cannot be read"):
        read_config(folder)
