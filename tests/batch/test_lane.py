"""Processes that analyse parts, and what comes after the death of one."""

from __future__ import annotations

import os
import signal
import sys

import pandas as pd
import pytest

from emotion_core.batch import lane
from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.lane import Lane
from emotion_core.batch.parts import Part
from emotion_core.batch.worker import ENDED_IT
from emotion_core.inference.settings import AnalysisSettings
from tests.batch.pictures import write_many


@pytest.fixture(scope="module")
def job():
    return Job.of(AnalysisSettings())


@pytest.fixture
def started(tmp_path, job):
    made = Lane(job, tmp_path)
    yield made
    made.close()


def test_a_process_that_is_killed_amid_a_part_is_replaced_and_the_part_done_again(
    started, tmp_path, monkeypatch, astronaut
):
    write_many(tmp_path / "pictures", 12, astronaut)
    part = Part("part", [f"pictures/{number:03d}.jpg" for number in range(12)])
    heard, killed = Lane._heard, []

    def killing(self):
        told = heard(self)
        if told.get("begun") == 5 and not killed:
            killed.append(self._process)
            os.kill(self._process.pid, signal.SIGKILL)
        return told

    monkeypatch.setattr(Lane, "_heard", killing)
    started.analyze(part, tmp_path / "part")
    assert killed and started._process not in killed
    assert pd.read_parquet(tmp_path / "part")["path"].drop_duplicates().tolist() == part.paths


def test_a_picture_that_ends_every_process_gets_a_row_that_says_so(started, tmp_path, monkeypatch, astronaut):
    write_many(tmp_path / "pictures", 2, astronaut)
    heard, dead = Lane._heard, set()

    def deadly(self):
        if self._process.pid in dead:
            raise EOFError
        told = heard(self)
        if told.get("begun") == 1 and len(dead) < lane.MOST_DEATHS:
            dead.add(self._process.pid)
        return told

    monkeypatch.setattr(lane, "MOST_DEATHS", 2)
    monkeypatch.setattr(Lane, "_heard", deadly)
    started.analyze(Part("part", ["pictures/000.jpg", "pictures/001.jpg"]), tmp_path / "part")
    assert len(dead) == 2
    rows = pd.read_parquet(tmp_path / "part").set_index("path")["error"]
    assert rows.to_dict() == {"pictures/000.jpg": "", "pictures/001.jpg": ENDED_IT}


def test_processes_that_cannot_start_end_the_batch_in_a_sentence(job, tmp_path, monkeypatch):
    monkeypatch.setattr(lane, "own_command", lambda module: {"args": ["true"]})
    with pytest.raises(BatchError, match="end as soon as they start; is there enough memory"):
        Lane(job, tmp_path).analyze(Part("part", ["a"]), tmp_path / "part")


def test_what_they_said_at_their_end_is_said(job, tmp_path, monkeypatch):
    command = [sys.executable, "-c", "import no_such_library"]
    monkeypatch.setattr(lane, "own_command", lambda module: {"args": command})
    with pytest.raises(BatchError, match=r"as soon as they start \(ModuleNotFoundError: No module named 'no_such_lib"):
        Lane(job, tmp_path).analyze(Part("part", ["a"]), tmp_path / "part")


def test_a_model_that_is_gone_ends_it(job, tmp_path):
    gone = Lane(job.model_copy(update={"card_sha256": "0"}), tmp_path)
    with pytest.raises(BatchError, match="is not what it was when the batch began, or is gone"):
        gone.analyze(Part("part", ["a"]), tmp_path / "part")
    gone.close()


def test_a_part_that_cannot_be_written_says_where(started, tmp_path):
    with pytest.raises(OSError) as raised:
        started.analyze(Part("part", ["missing.jpg"]), tmp_path / "nowhere/part")
    assert raised.value.filename == str(tmp_path / "nowhere")
