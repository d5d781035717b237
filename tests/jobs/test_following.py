"""Training from a program: started, followed, given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.jobs import following, launcher
from emotion_core.jobs.following import resume_training, train
from emotion_core.runs.errors import RunError
from tests.jobs.stub import replace_popen
from tests.new_runs import new_run
from tests.patch_faces import joined, patch_faces

#: A process that finishes two epochs and then does what a test wants.
EPOCHS = """
import sys, time
from emotion_core.jobs.launcher import only_process_of
from emotion_core.runs.folder import STOP_FILE, run_folder
from emotion_core.runs.events import Epoch
from emotion_core.runs.history import read_history
from emotion_core.runs.writer import RunWriter
folder = run_folder(sys.argv[-1])
with only_process_of(folder):
    writer = RunWriter(folder)
    writer.status(state="running", doing="training")
    figures = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "learning_rate": 0.1}
    done = len(read_history(folder))
    for number in (done + 1, done + 2):
        writer.event(Epoch(epoch=number, **figures, seconds=0.1, best=True))
    END
"""
WAIT = """
    while not (folder / STOP_FILE).exists():
        time.sleep(0.02)
    writer.status(state="stopped")
"""


@pytest.fixture
def process(own_workspace, monkeypatch):
    """Call it with what a run's process does after two epochs."""
    add_dataset(joined(patch_faces(70), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")
    monkeypatch.setattr(following, "LOOK", 0.05)

    children: list[subprocess.Popen] = []

    def use(end: str) -> None:
        code = EPOCHS.replace("    END\n", end if end.startswith("\n") else f"    {end}\n")

        def spawn(args, **options):
            children.append(subprocess.Popen([sys.executable, "-c", code, args[-1]], **options))
            return children[-1]

        replace_popen(monkeypatch, spawn)

    yield use
    for child in children:
        child.kill()
        child.wait()


def test_every_epoch_is_called_back_once_and_the_run_is_given_back(process):
    process("writer.status(state='done')")
    seen = []
    run = train("drawn", "mini-xception", epochs=2, hyperparameters={"mixup": 0.5}, on_epoch=seen.append)
    assert (run.name, run.status.state) == ("mini-xception drawn 1", "done")
    assert (run.config.recipe.epochs, run.config.recipe.mixup) == (2, 0.5)
    assert seen == run.history and [epoch.epoch for epoch in seen] == [1, 2]


def test_a_run_that_fails_is_an_error_with_its_reason(process):
    process("writer.status(state='failed', error='the memory ran out')")
    with pytest.raises(RunError, match="the run 'first' failed: the memory ran out"):
        train("drawn", name="first")


def test_an_interrupt_stops_the_run_and_gives_back_what_it_has_learned(process):
    process(WAIT)

    def interrupt(epoch):
        raise KeyboardInterrupt

    run = train("drawn", name="first", on_epoch=interrupt)
    assert (run.status.state, len(run.history)) == ("stopped", 2)


def test_an_error_of_the_callback_stops_the_run_and_is_raised(process):
    process(WAIT)
    with pytest.raises(ZeroDivisionError):
        train("drawn", name="first", on_epoch=lambda epoch: 1 / 0)
    run = list(following.follow("first"))[-1]
    assert run.status.state == "stopped"


def test_a_stopped_run_is_resumed_and_only_its_new_epochs_are_called_back(process):
    process(WAIT)
    train("drawn", name="first", on_epoch=lambda epoch: launcher.stop("first"))
    process("writer.status(state='done')")
    seen = []
    run = resume_training("first", seen.append)
    assert run.status.state == "done"
    assert [epoch.epoch for epoch in seen] == [3, 4]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"recipe": "slow"}, "there is no recipe 'slow'; there are quick"),
        ({"hyperparameters": {"speed": 1}}, "there is no hyperparameter 'speed'"),
        ({"epochs": 0}, "the epochs cannot be 0; allowed is a whole number from 1"),
        ({"data": "nothing"}, "there is no data set 'nothing'; there are drawn"),
        ({"preset": "seed-cnn", "start_from": "seed-cnn"}, "brings its own network"),
    ],
)
def test_what_is_impossible_is_refused_in_words(process, asked, words):
    with pytest.raises(RunError, match=words):
        train(**{"data": "drawn", **asked})


def test_a_run_that_is_deleted_meanwhile_is_said_to_be(process, monkeypatch):
    process(WAIT)
    new_run("first", "running")
    monkeypatch.setattr(launcher, "advance", lambda: launcher.shutil.rmtree(following.find_run("first").folder))
    with pytest.raises(RunError, match="it was deleted"):
        following.wait("first")
