"""The process of a run, with nothing in place of it: on JAX, without TensorFlow, killed for good."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.jobs import launcher
from emotion_core.jobs.process import execute_run
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.events import TRAINING
from emotion_core.runs.folder import EVALUATION_FILE, LAST_FILE, LOG_FILE, STOP_FILE
from emotion_core.runs.history import read_history
from emotion_core.runs.recipes import Augmentation, Recipe
from emotion_core.runs.status import Status, read_status, write_status
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.new_runs import new_run
from tests.patch_faces import joined, patch_faces

#: The process of a run where there is JAX and no TensorFlow.
WITHOUT_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None
from emotion_core.jobs import process
sys.exit(process.execute_run(sys.argv[1]))
"""
PROGRAMS = {"jax": ["-c", WITHOUT_TENSORFLOW], "tensorflow": ["-m", "emotion_core", "train", "--run"]}
#: A process is killed at most so many seconds after what is waited for: within an epoch, or two.
LONGEST = 0.2
#: Of the run that is killed: so many that none of its processes is done before that.
EPOCHS = 12
RECIPE = Recipe(
    epochs=4,
    batch_size=8,
    optimizer="adamw",
    learning_rate=3e-3,
    schedule="one-cycle",
    augmentation=Augmentation(flip=False, brightness=0.05),
    precision="float32",
)


@pytest.fixture
def data(own_workspace):
    add_drawn()


def add_drawn():
    faces = [patch_faces(350), patch_faces(70, seed=1, split="validation"), patch_faces(70, seed=2, split="test")]
    add_dataset(joined(*faces), "drawn", "drawn for tests")


def spawn(folder, backend):
    """Start the process of a run in the workspace that its folder lies in."""
    environment = {**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    environment[WORKSPACE_VARIABLE] = str(folder.parent.parent)
    with (folder / LOG_FILE).open("ab") as log:
        command = [sys.executable, *PROGRAMS[backend], folder.name]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def kill_while_it_learns(folder, backend, more_epochs, moment):
    """Start the process of a run that waits, and kill it so many seconds after it has learned so many epochs more."""
    write_status(folder, Status(state="queued"))
    before, process = len(read_history(folder)), spawn(folder, backend)
    while read_status(folder).doing != TRAINING or len(read_history(folder)) < before + more_epochs:
        assert process.poll() is None, (folder / LOG_FILE).read_text()
        time.sleep(0.01)
    time.sleep(moment)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was done before it was killed"
    assert read_status(folder).state == "failed" and "killed" in read_status(folder).error


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("backend", "kills"), [("jax", 2), ("tensorflow", 1)])
def test_a_run_that_is_killed_again_and_again_ends_like_one_that_was_not(
    own_workspace, tmp_path, monkeypatch, backend, kills
):
    # What one process has compiled for JAX, which takes far longer than to learn, the next ones need not.
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "compiled"))
    monkeypatch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    recipe = RECIPE.model_copy(update={"epochs": EPOCHS})
    runs = []
    for name, workspace in (("whole", tmp_path / "other"), ("killed", own_workspace)):
        monkeypatch.setenv(WORKSPACE_VARIABLE, str(workspace))
        add_drawn()
        runs.append(new_run(name, "queued", recipe=recipe))
    whole, killed = runs
    chance = random.Random(5)
    # Meanwhile; in a workspace of its own, as a run that ends starts the next one.
    with spawn(whole, backend) as learning:
        for number in range(kills):
            kill_while_it_learns(killed, backend, more_epochs=1 - number % 2, moment=chance.random() * LONGEST)
        assert (kills + 1) // 2 <= len(read_history(killed)) < recipe.epochs
        write_status(killed, Status(state="queued"))
        assert spawn(killed, backend).wait() == 0, (killed / LOG_FILE).read_text()
        assert learning.wait() == 0, (whole / LOG_FILE).read_text()

    for name in (killed, whole):
        assert read_status(name).state == "done"
    for row, expected in zip(read_history(killed), read_history(whole), strict=True):
        for value in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "best"):
            assert getattr(row, value) == pytest.approx(getattr(expected, value), rel=2e-3, abs=2e-3)
    found = read_evaluation(killed)
    assert [one.labels for one in found.evaluation.scores] == ["own", "ferplus-majority"]
    assert found.evaluation.scores[0].accuracy.value > 0.3
    assert (killed / "model").exists() == (backend == "tensorflow")  # that needs TensorFlow


class TestWhatGoesWrong:
    """Said in words by the status, whatever it is."""

    @pytest.fixture
    def folder(self, data):
        return new_run("first", "queued", recipe=RECIPE)

    def execute_run(self):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("emotion_core.jobs.process.NICENESS", 0)
            return execute_run("first")

    def fails(self, folder, words, monkeypatch, target="", error=None):
        if error:
            monkeypatch.setattr(f"emotion_core.training.{target}", raising(error))
        assert self.execute_run() == 1
        status = read_status(folder)
        assert status.state == "failed" and words in status.error

    def test_data_that_went_away(self, folder, own_workspace, monkeypatch):
        (own_workspace / "datasets" / "drawn").rename(own_workspace / "away")
        self.fails(folder, "there is no data set 'drawn'", monkeypatch)

    def test_a_network_that_cannot_be_built(self, data, monkeypatch):
        folder = new_run("first", "queued", recipe=RECIPE, arguments={"size": 16, "colour": 3})
        self.fails(folder, "its arguments are size, channels", monkeypatch)

    def test_a_damaged_checkpoint(self, folder, monkeypatch):
        (folder / LAST_FILE).write_bytes(b"PK cut short")
        self.fails(folder, "damaged or cut short", monkeypatch)

    def test_a_full_disk(self, folder, monkeypatch):
        full = OSError(28, "No space left on device")
        self.fails(folder, "the disk is full; make room and resume", monkeypatch, "checkpoint.save", full)

    def test_memory_that_ran_out(self, folder, monkeypatch):
        self.fails(folder, "the memory ran out; close other programs", monkeypatch, "fit.Trainer.fit", MemoryError())

    def test_what_nobody_thought_of(self, folder, monkeypatch):
        self.fails(
            folder, "failed unexpectedly (ZeroDivisionError)", monkeypatch, "fit.Trainer.fit", ZeroDivisionError()
        )

    def test_a_folder_that_is_deleted_while_it_runs(self, folder, monkeypatch, capsys):
        def fit(trainer):
            folder.rename(folder.with_name(".gone"))
            trainer.writer.status(epoch=1)

        monkeypatch.setattr("emotion_core.training.fit.Trainer.fit", fit)
        assert self.execute_run() == 1
        assert "was deleted while it ran" in capsys.readouterr().err
        assert not folder.exists()

    def test_a_stop_before_the_first_batch(self, folder):
        (folder / STOP_FILE).touch()
        assert self.execute_run() == 0
        status = read_status(folder)
        assert (status.state, status.error) == ("stopped", None)
        assert not (folder / STOP_FILE).exists()


def test_a_run_that_ends_lets_the_next_one_begin(data, monkeypatch):
    new_run("first", "queued")
    new_run("second", "queued")
    begun = []
    monkeypatch.setattr(
        "emotion_core.jobs.process._train_and_evaluate", lambda folder, writer: writer.status(state="done")
    )
    monkeypatch.setattr(launcher, "_spawn", lambda folder: begun.append(folder.name))
    monkeypatch.setattr("emotion_core.jobs.process.NICENESS", 0)
    assert execute_run("first") == 0
    assert begun == ["second"]


def test_a_run_that_is_done_is_not_worked_at_and_keeps_what_was_measured(own_workspace):
    folder = new_run("first", "done")
    (folder / EVALUATION_FILE).write_text("{}")
    with pytest.raises(RunError, match="the run 'first' is done; only one that waits can be executed"):
        execute_run("first")
    assert (folder / EVALUATION_FILE).exists() and read_status(folder).state == "done"


def raising(error):
    def fail(*arguments, **options):
        raise error

    return fail


@pytest.mark.parametrize(("nice", "more"), [(0, 10), (4, 6), (10, 0), (19, 0)])
def test_a_run_that_another_one_starts_is_as_nice_as_that(data, monkeypatch, nice, more):
    asked = []
    monkeypatch.setattr(
        "emotion_core.jobs.process._train_and_evaluate", lambda folder, writer: writer.status(state="done")
    )
    monkeypatch.setattr("os.nice", lambda step: asked.append(step) or nice + step)
    new_run("first", "queued")
    assert execute_run("first") == 0
    assert sum(asked) == more
