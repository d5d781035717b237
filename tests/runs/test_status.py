"""How a run stands: its file is believed only as far as its process lives."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from emotion_core.processes import process_mark
from emotion_core.runs import status as status_module
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import (
    METRICS_FILE,
    STATUS_FILE,
    STOP_FILE,
    run_folder,
)
from emotion_core.runs.status import Status, read_status, write_status
from tests.new_runs import new_run


def epoch_line(epoch=1, **values):
    """The line of a finished epoch."""
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.01}
    return json.dumps({"event": "epoch", "epoch": epoch, **figures, "seconds": 4, "best": True, **values}) + "\n"


def me():
    return {"pid": os.getpid(), "process_mark": process_mark(os.getpid()), "heartbeat": time.time()}


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
