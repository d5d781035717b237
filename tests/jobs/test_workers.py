"""One run on several devices: processors here, which JAX takes for so many devices as it is told."""

import shutil
import subprocess
import sys
import tempfile

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.jobs.new_run import new_config
from emotion_core.jobs.workers import check_workers
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.history import read_batches, read_history
from emotion_core.runs.recipes import Augmentation, Recipe
from tests.new_runs import new_run
from tests.patch_faces import joined, patch_faces
from tests.shell import emotion

#: 73 faces in batches of 16 leave 9, which two cannot share.
FACES = 73
RECIPE = Recipe(
    epochs=3,
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.05,
    augmentation=Augmentation(flip=False, brightness=0.05),
    precision="float32",
    class_balance="none",
)
NETWORK = {"size": 16, "widths": [8], "blocks": [1], "dropout": 0.2}


@pytest.fixture
def data(own_workspace):
    add_dataset(joined(patch_faces(FACES), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")


def trained(name, workers, on=None, **variables):
    """The folder of a run that a process of its own has executed, as the launcher starts one."""
    folder = new_run(name, "queued", recipe=RECIPE, arguments=NETWORK, workers=workers, on=on)
    told = emotion("train", "--run", name, JAX_PLATFORMS="cpu", **variables)
    assert told.returncode == 0, told.stdout + told.stderr
    return folder


def trained_on_ray(name, workers):
    """The same, on a cluster that Ray makes of this machine."""
    own = tempfile.mkdtemp(dir="/tmp")  # its sockets need a short name
    try:
        # With a folder of its own it finds no cluster of others, and leaves no token in the home.
        return trained(name, workers, "auto", RAY_TMPDIR=own, HOME=own)
    finally:
        shutil.rmtree(own, ignore_errors=True)


@pytest.mark.timeout(900)  # two processes of JAX, and a cluster, beside other tests
def test_two_workers_learn_what_one_learns(data):
    alone = read_history(trained("by 1", 1))
    for folder in (trained("by 2", 2), trained_on_ray("by 2 on Ray", 2)):
        shared = read_history(folder)
        assert len(alone) == len(shared) == 3
        for one, other in zip(alone, shared, strict=True):
            assert (other.loss, other.val_loss) == pytest.approx((one.loss, one.val_loss), rel=1e-3)
        assert read_evaluation(folder).epoch and read_batches(folder)[-1].batch == 5
    assert not (folder / ".ray").exists()


@pytest.mark.parametrize("batch_size", [15, 17])
def test_batches_that_cannot_be_shared_are_refused(batch_size):
    with pytest.raises(RunError, match="choose a batch size that is a multiple of 2"):
        check_workers(2, RECIPE.model_copy(update={"batch_size": batch_size}))


def test_without_jax_it_is_said_before_anything_begins(monkeypatch):
    monkeypatch.setattr("emotion_core.jobs.workers.find_spec", lambda name: None)
    with pytest.raises(RunError, match="pip install jax"):
        check_workers(2, RECIPE)


def test_more_workers_than_devices_are_refused():
    code = """
from emotion_core.jobs.workers import prepare_workers, share_batches
prepare_workers(2)
share_batches(3)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=None)
    assert told.returncode and "3 workers were asked for, and JAX finds 2" in told.stderr


@pytest.mark.parametrize("workers", [0, 65])
def test_a_number_of_workers_that_there_cannot_be_is_refused(data, workers):
    with pytest.raises(RunError, match="the workers cannot be"):
        new_config("drawn", workers=workers)
