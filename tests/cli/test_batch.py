"""`emotion batch` as a shell sees it, and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import psutil
import pytest

from emotion_core.cli import batch
from tests.batch.pictures import write_many
from tests.shell import ROOT, emotion
from tests.waiting import PATIENCE, wait_until

COUNT = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory, astronaut):
    return write_many(tmp_path_factory.mktemp("many") / "pictures", COUNT, astronaut)


def begin(pictures, results):
    """`emotion batch` that has just begun."""
    command = [sys.executable, "-m", "emotion_core", "batch", str(pictures), "--to", str(results), "--processes", "2"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture
def of_its_own(monkeypatch):
    """A folder for Ray, which so finds no cluster of others, and leaves no token in the home."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # its sockets need a short name
    monkeypatch.setenv("RAY_TMPDIR", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def kill_at(running, results, parts):
    """Kill it as soon as so many parts are there."""
    try:
        wait_until(lambda: len(list(results.glob("part-*.parquet"))) >= parts or running.poll() is not None)
        assert running.poll() is None
    finally:
        os.kill(running.pid, signal.SIGKILL)


def test_killed_twice_and_called_again_each_picture_is_there_once(many, tmp_path):
    results = tmp_path / "results"
    for parts in (1, 4):
        with begin(many, results) as running:
            kill_at(running, results, parts)
    assert pd.read_parquet(results)["path"].nunique() < COUNT
    done = emotion("batch", many, "--to", results)
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 pictures in" in done.stdout and "30 faces" in done.stdout
    found = pd.read_parquet(results)
    assert len(found) == COUNT
    assert set(found["path"]) == set(map(str, many.iterdir()))
    assert not list(results.glob(".*.partial"))


@pytest.mark.usefixtures("of_its_own")
def test_ray_ends_what_plain_processes_began(many, tmp_path):
    results = tmp_path / "results"
    with begin(many, results) as running:
        kill_at(running, results, 12)
    done = emotion("batch", many, "--to", results, "--ray", "auto")
    assert done.returncode == 0, done.stderr
    assert ", by Ray, " in done.stdout
    found = pd.read_parquet(results)
    assert len(found) == found["path"].nunique() == COUNT
    assert not (results / "_todo").exists()


@pytest.mark.usefixtures("of_its_own")
def test_where_a_worker_of_ray_is_killed_at_work_each_picture_is_there_once(many, tmp_path):
    results = tmp_path / "results"
    command = [sys.executable, "-m", "emotion_core", "batch", str(many), "--to", str(results), "--ray", "auto"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            wait_until(lambda: list(results.glob("part-*.parquet")) or running.poll() is not None)
            killed, *_ = workers_of_ray(running.pid)
            killed.suspend()  # what it holds nobody else does: the batch cannot have ended
            assert running.poll() is None and pd.read_parquet(results)["path"].nunique() < COUNT
            killed.kill()
            out, err = running.communicate(timeout=PATIENCE)
        finally:
            running.terminate()
    assert running.returncode == 0, err
    assert ", by Ray, " in out
    found = pd.read_parquet(results)
    assert len(found) == found["path"].nunique() == COUNT
    assert (found["face"] > 0).sum() == COUNT / 2
    assert not list(results.glob(".*.partial"))


def workers_of_ray(pid):
    """The processes by which Ray, started by a process, has pictures analysed."""
    below = psutil.Process(pid).children(recursive=True)
    return [one for one in below if "MapWorker" in " ".join(one.cmdline())]


def test_a_manifest_with_missing_files_gives_rows_that_say_so(many, tmp_path):
    (tmp_path / "all.txt").write_text(f"{many}/000.jpg\nmissing.jpg\nhttps://host/a.jpg\n")
    done = emotion("batch", tmp_path / "all.txt", "--to", tmp_path / "results", "--processes", "1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "2 of 3 pictures could not be read\n"
    rows = pd.read_parquet(tmp_path / "results").set_index("path")
    assert rows.loc["missing.jpg", "error"] == "there is no such file"
    assert rows.loc["https://host/a.jpg", "error"].startswith("this is a URL")
    assert rows.loc[f"{many}/000.jpg", "face"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{}/nothing", "--to", "{}/results"], "there is no folder or manifest"),
        (["{}", "--to", "{}/results"], "no pictures in"),
        (["{}", "--to", "{}/results", "--threshold", "2"], "--threshold"),
        (["{}", "--to", "{}/results", "--detector", "nose"], "unknown detector 'nose'"),
        (["{}"], "--to"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, arguments, words):
    done = emotion("batch", *(argument.format(tmp_path) for argument in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr and done.stderr.count("\n") == 1


def test_an_address_of_ray_that_does_not_answer_is_said_in_one_line(many, tmp_path, free_tcp_port):
    address = f"127.0.0.1:{free_tcp_port}"
    done = emotion("batch", many, "--to", tmp_path / "results", "--ray", address)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: nothing answers at {address} ") and done.stderr.count("\n") == 1


def test_where_there_is_no_terminal_the_progress_is_a_line_now_and_then(monkeypatch, capsys):
    clock = iter([0.0, 1.0, 30.0, 61.0, 62.0])
    monkeypatch.setattr(batch.time, "monotonic", lambda: next(clock))
    with batch._progress() as on_progress:
        for done in (100, 130, 160, 161):
            on_progress(done, 1000)
    assert capsys.readouterr().err == "160 of 1,000 pictures, 1 a second, 14 minutes left\n"
