"""Runs as earlier versions of this program left them: they are read, shown and gone on with.

In `written_by/0.1.0` lie two runs of a tiny network, trained on `patch_faces`: one to its end, the other stopped after
two of three epochs.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emotion_core.jobs import launcher
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.events import EVALUATING, TRAINING, VALIDATING
from emotion_core.runs.history import read_batches
from emotion_core.runs.run import find_run
from emotion_core.runs.status import Status
from tests.new_runs import work_at
from tests.patch_faces import joined, patch_faces

WRITTEN = Path(__file__).parent / "written_by" / "0.1.0"


@pytest.fixture
def runs(own_workspace) -> Path:
    """A workspace with the runs of version 0.1.0 in it."""
    return shutil.copytree(WRITTEN, own_workspace / "runs")


def test_a_finished_run_is_read_whole(runs):
    run = find_run("done run")
    assert (run.status.state, run.problem, run.monitor) == ("done", None, "val_accuracy_majority")
    assert run.config.recipe.epochs == len(run.history) == 3
    assert (run.best.epoch, run.best_accuracy) == (2, pytest.approx(0.2571, abs=1e-4))
    assert [one.batch for one in read_batches(run.folder)][-1] == 5


def test_its_evaluation_is_read(runs):
    found = read_evaluation(runs / "done run")
    assert (found.epoch, found.evaluation.model) == (2, "done run")
    assert {one.labels for one in found.evaluation.scores} == {"own", "ferplus-majority"}
    error = found.evaluation.scores_by("ferplus-majority").most_confident_errors[0]
    assert error.label != error.prediction


@pytest.mark.parametrize(
    ("written", "read"),
    [("learning", TRAINING), ("judging", VALIDATING), ("measuring what it has learnt", EVALUATING)],
)
def test_what_a_process_of_it_is_at_is_understood(written, read):
    assert Status(state="running", doing=written).doing == read


@pytest.mark.timeout(300)
def test_a_stopped_run_is_resumed_to_its_end(runs, monkeypatch):
    from emotion_core.datasets.importing import add_dataset

    add_dataset(joined(patch_faces(70), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")
    monkeypatch.setattr(launcher, "_spawn", lambda folder: None)  # this process works at it itself
    before = find_run("stopped run")
    assert (before.epochs_left, len(before.history)) == (1, 2)
    launcher.resume("stopped run")
    assert work_at("stopped run") == 0
    after = find_run("stopped run")
    assert (after.status.state, after.history[:2], len(after.history)) == ("done", before.history, 3)
    assert read_evaluation(after.folder).evaluation.scores
