"""The training loop."""

import itertools
import math
import os
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from emotion_core.datasets.dataset import Dataset
from emotion_core.networks.averaging import MovingAverage, with_mean_weights
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import VALIDATING, Batch, Epoch, monitor
from emotion_core.runs.folder import BEST_FILE, LAST_FILE, METRICS_FILE
from emotion_core.runs.history import read_batches, read_history
from emotion_core.runs.recipes import Augmentation, Recipe
from emotion_core.runs.status import read_written_status
from emotion_core.runs.writer import RunWriter
from emotion_core.training import checkpoint, fit as fit_module
from emotion_core.training.fit import Trainer, last_network
from emotion_core.training.heads import SECOND_HEAD
from emotion_core.training.preparation import faces_of
from tests.patch_faces import SIDE, joined, patch_faces
from tests.tiny_network import tiny_network

RECIPE = Recipe(
    labels="votes",
    epochs=4,
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.1,
    schedule="cosine",
    weight_decay=1e-3,
    second_head_weight=0.3,
    augmentation=Augmentation(flip=False, brightness=0.05),
    precision="float32",
)

#: With all of what must be remembered across a kill: dropout, batch statistics, momentum, mixup, the mean of weights.
LADEN = RECIPE.model_copy(update={"epochs": 6, "mixup": 0.2, "ema": 0.95, "learning_rate": 0.03})
PLAIN = Recipe(epochs=6, batch_size=16, optimizer="adam", learning_rate=5e-3, precision="float32")
#: Whose judged network is another than the one that learns.
WITH_MEAN = PLAIN.model_copy(update={"ema": 0.9})


def fresh_network():
    keras.utils.set_random_seed(7)
    return tiny_network()


def laden_network():
    keras.utils.set_random_seed(7)
    inputs = keras.Input((SIDE, SIDE, 1), name="face")
    x = keras.layers.Conv2D(4, 3, strides=2, use_bias=False)(inputs)
    x = keras.layers.BatchNormalization(momentum=0.9)(x)
    x = keras.layers.Flatten()(keras.layers.Activation("relu")(x))
    x = keras.layers.Dropout(0.3, name="features")(x)
    return keras.Model(inputs, keras.layers.Dense(7, activation="softmax", name="emotion")(x), name="laden")


def run(network, faces, recipe, folder, seed=0):
    folder.mkdir(parents=True, exist_ok=True)
    return Trainer(network, faces_of(faces, recipe), recipe, RunWriter(folder), seed).fit()


def figures_of(epoch):
    keys = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "best", "epoch")
    return {key: getattr(epoch, key) for key in keys}


def the_same(history, expected):
    assert len(history) == len(expected)
    for row, other in zip(history, expected, strict=True):
        assert figures_of(row) == pytest.approx(figures_of(other), rel=2e-3, abs=2e-3)


def same_weights(path, other):
    for array, expected in zip(*(checkpoint.load_network(file).get_weights() for file in (path, other)), strict=True):
        np.testing.assert_allclose(array, expected, atol=1e-6)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Call it with a network and a recipe for what a run has come to that was never interrupted; not to be changed."""
    faces = joined(patch_faces(210, seed=0), patch_faces(70, seed=1, split="validation"))

    def train(network, recipe):
        folder = tmp_path_factory.mktemp("done")
        return folder, run(network, faces, recipe, folder)

    return train


@pytest.fixture(scope="module")
def whole(done):
    """The history of such a run with all of what must be remembered."""
    return done(laden_network(), LADEN)[1].history


@pytest.fixture(scope="module")
def learnt(done):
    """The folder of such a run by annotators' votes, and how far it came."""
    return done(fresh_network(), RECIPE)


@pytest.fixture(scope="module")
def plain(done):
    """The folder of such a run by one label a face."""
    return done(fresh_network(), PLAIN)[0]


@pytest.fixture(scope="module")
def begun(done):
    """The folder of such a run of one epoch."""
    return done(fresh_network(), PLAIN.model_copy(update={"epochs": 1}))[0]


class TestLearning:
    def test_a_network_learns_what_can_be_learnt(self, learnt):
        folder, progress = learnt
        history = read_history(folder)

        assert [row.epoch for row in history] == [1, 2, 3, 4]
        assert progress.history == history
        assert history[-1].loss < history[0].loss
        assert history[-1].val_accuracy_majority > 0.9

    def test_a_network_can_learn_from_teachers_alone(self, learnt, faces, tmp_path):
        mute = Dataset(faces.images, faces.table.assign(label=np.where(np.arange(len(faces)) % 2, "sad", "happy")))
        recipe = PLAIN.model_copy(update={"distillation": 1.0})
        (tmp_path / "student").mkdir()
        taught = last_network(learnt[0])
        Trainer(
            fresh_network(), faces_of(mute, recipe), recipe, RunWriter(tmp_path / "student"), teachers=[taught, taught]
        ).fit()

        shown = faces.images[faces.table["split"] == "validation"][..., np.newaxis] / 255
        answers, taught_answers = (
            network.predict(shown, verbose=0).argmax(1) for network in (last_network(tmp_path / "student"), taught)
        )
        assert (answers == taught_answers).mean() > 0.9

    def test_either_head_can_be_taken_as_the_answer(self, learnt, faces):
        folder, _ = learnt
        both = checkpoint.load_network(folder / LAST_FILE)
        second = last_network(folder, SECOND_HEAD)

        assert [layer.name for layer in second.layers][-2:] == ["features", "emotion"]
        shown = faces.images[:5][..., np.newaxis] / 255
        np.testing.assert_allclose(
            second.predict(shown, verbose=0), both.predict(shown, verbose=0)[SECOND_HEAD], atol=1e-6
        )
        assert last_network(folder).output_shape == (None, 7)

    def test_the_ancestors_way_learns_one_label_a_face_with_adam(self, plain):
        assert read_history(plain)[-1].val_accuracy > 0.9

    @pytest.mark.parametrize(
        "changes",
        [
            {"schedule": "one-cycle", "optimizer": "adamw", "weight_decay": 1e-3, "class_weights": True},
            {"schedule": "plateau", "label_smoothing": 0.1, "mixup": 0.2, "epochs": 8, "class_balance": "logits"},
            {"precision": "mixed_bfloat16", "ema": 0.9, "optimizer": "sgd", "learning_rate": 0.1},
        ],
        ids=["one-cycle", "plateau", "mean of weights in 16 bits"],
    )
    def test_every_hyperparameter_lets_a_network_learn(self, faces, tmp_path, changes):
        run(fresh_network(), faces, PLAIN.model_copy(update=changes), tmp_path)
        assert read_history(tmp_path)[-1].val_accuracy > 0.85

    def test_faces_of_other_labels_are_left_out(self, faces, tmp_path):
        others = patch_faces(210, seed=2)
        others.table["label"] = "contempt"
        run(fresh_network(), joined(faces, others), PLAIN, tmp_path)
        assert read_history(tmp_path)[-1].val_accuracy > 0.9

    def test_the_best_network_is_kept_in_32_bits_with_one_head(self, faces, tmp_path):
        run(fresh_network(), faces, RECIPE.model_copy(update={"precision": "mixed_bfloat16"}), tmp_path)
        best = checkpoint.load_network(tmp_path / BEST_FILE)
        history = read_history(tmp_path)
        values = [getattr(row, monitor(RECIPE)) for row in history]

        assert best.output_shape == (None, 7)
        assert {layer.compute_dtype for layer in best.layers} == {"float32"}
        assert checkpoint.load_progress(tmp_path / BEST_FILE)[0].epoch == 1 + values.index(max(values))
        assert [row.epoch for row in history if row.best][-1] == 1 + values.index(max(values))

    def test_early_stopping_ends_a_run_that_gets_no_better(self, faces, tmp_path):
        recipe = PLAIN.model_copy(update={"epochs": 30, "early_stopping": 2})
        history = run(fresh_network(), faces, recipe, tmp_path).history
        best = max(row.epoch for row in history if row.best)
        assert len(history) == best + 2 < 30

    def test_a_loss_that_is_no_number_ends_the_run_in_words_and_is_on_the_curve(self, faces, tmp_path):
        wild = PLAIN.model_copy(update={"learning_rate": 1.0, "optimizer": "sgd"})
        network = fresh_network()
        network.get_layer("emotion").kernel.assign(np.full((32, 7), np.nan))
        with pytest.raises(RunError, match="lower learning rate"):
            run(network, faces, wild, tmp_path)
        assert read_history(tmp_path)[0].val_loss is None
        assert not (tmp_path / LAST_FILE).exists()

    def test_batches_are_told_from_the_first_one_on(self, plain):
        batches = read_batches(plain)
        assert (batches[0].epoch, batches[0].batch) == (1, 1)
        assert all(event.images_per_second > 0 and math.isfinite(event.loss) for event in batches)
        assert {event.batches for event in batches} == {14}


@pytest.fixture
def step_by_step():
    """TensorFlow computes as it is told, without building a program first, which takes longer than a short run."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


class TestGoingOn:
    @pytest.mark.timeout(300)
    @pytest.mark.filterwarnings("ignore:Even though the .*run_functions_eagerly")  # what brings faces is still built
    def test_a_run_killed_again_and_again_ends_like_one_that_was_not(
        self, step_by_step, faces, tmp_path, whole, monkeypatch
    ):
        """Sixteen kills at random instants, between any two writes or in the middle of a line, then one at the end."""
        random, epochs = np.random.default_rng(11), []
        for most in (*(30, 30, 30, 120) * 4, None):  # an epoch takes some 60 instants, a start 12
            with monkeypatch.context() as patched, pytest.raises(Killed):
                kill_after(int(random.integers(most // 2, most)) if most else 10**6, patched, last=not most)
                run(laden_network(), faces, LADEN, tmp_path)
            epochs.append(len(read_history(tmp_path)))
        assert epochs[0] == 0 < epochs[-2] < LADEN.epochs
        run(None if (tmp_path / LAST_FILE).exists() else laden_network(), faces, LADEN, tmp_path)
        the_same(read_history(tmp_path), whole)

    @pytest.mark.parametrize("batch", [3, 14])
    def test_a_run_that_was_stopped_keeps_what_it_learnt_and_ends_like_one_that_was_not(
        self, faces, tmp_path, whole, monkeypatch, batch
    ):
        with monkeypatch.context() as patched:
            stop_in(patched, tmp_path, epoch=2, batch=batch)
            progress = run(laden_network(), faces, LADEN, tmp_path)
        assert (progress.epoch, progress.batch) == ((1, 3) if batch == 3 else (2, 0))
        (tmp_path / "STOP").unlink()
        run(None, faces, LADEN, tmp_path)
        the_same(read_history(tmp_path), whole)

    def test_a_run_stopped_within_its_first_epoch_leaves_a_network(self, faces, tmp_path, monkeypatch):
        with monkeypatch.context() as patched:
            stop_in(patched, tmp_path, epoch=1, batch=2)
            run(fresh_network(), faces, PLAIN, tmp_path)
        assert checkpoint.load_progress(tmp_path / BEST_FILE)[0].epoch == 0
        assert read_history(tmp_path) == []

    def test_a_run_stopped_again_and_again_within_its_first_epoch_leaves_what_it_learnt(
        self, faces, tmp_path, monkeypatch
    ):
        for batch in (2, 8):  # the eighth begins the mean of the weights
            with monkeypatch.context() as patched:
                stop_in(patched, tmp_path, epoch=1, batch=batch)
                run(fresh_network(), faces, WITH_MEAN, tmp_path)
            (tmp_path / "STOP").unlink()
            same_weights(tmp_path / BEST_FILE, tmp_path / LAST_FILE)

    def test_an_epoch_that_is_judged_when_the_run_is_to_stop_is_finished_and_nothing_learnt_after_it(
        self, faces, tmp_path, monkeypatch
    ):
        with monkeypatch.context() as patched:
            stop_while_judging(patched, tmp_path)
            run(fresh_network(), faces, PLAIN, tmp_path)
        assert [row.epoch for row in read_history(tmp_path)] == [1]
        assert read_written_status(tmp_path).doing == "validating"  # "training" would have it ended soon

    def test_an_epoch_took_as_long_as_its_parts(self, faces, tmp_path, monkeypatch):
        ticks, once = itertools.count(), PLAIN.model_copy(update={"epochs": 1})
        monkeypatch.setattr(fit_module, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        with monkeypatch.context() as patched:
            stop_in(patched, tmp_path, epoch=1, batch=12)  # of 14
            stopped = run(fresh_network(), faces, once, tmp_path)
        (tmp_path / "STOP").unlink()
        run(None, faces, once, tmp_path)
        assert read_history(tmp_path)[0].seconds > stopped.seconds > 12

    def test_early_stopping_and_plateau_remember_what_was_before_a_kill(self, faces, tmp_path, monkeypatch):
        shuffled = np.random.default_rng(0).permutation(faces.table["label"].to_numpy())
        faces = Dataset(faces.images, faces.table.assign(label=shuffled))  # nothing to be learned: it only gets worse
        changes = {"epochs": 12, "early_stopping": 5, "schedule": "plateau", "learning_rate": 0.1, "optimizer": "sgd"}
        recipe = PLAIN.model_copy(update=changes)
        expected = run(fresh_network(), faces, recipe, tmp_path / "whole").history
        for instants in (200, 100):
            with monkeypatch.context() as patched, pytest.raises(Killed):
                kill_after(instants, patched)
                run(fresh_network(), faces, recipe, tmp_path / "killed")
        assert 0 < len(read_history(tmp_path / "killed")) < len(expected)
        run(fresh_network(), faces, recipe, tmp_path / "killed")
        the_same(read_history(tmp_path / "killed"), expected)
        assert len({row.learning_rate for row in expected}) > 1

    def test_the_best_network_is_written_though_the_kill_came_just_before(self, faces, tmp_path, monkeypatch):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            die_replacing(BEST_FILE, patched)
            run(laden_network(), faces, LADEN, tmp_path)
        assert not (tmp_path / BEST_FILE).exists()
        (tmp_path / "STOP").touch()
        run(None, faces, LADEN, tmp_path)
        assert checkpoint.load_progress(tmp_path / BEST_FILE)[0].epoch == 1
        assert [row.epoch for row in read_history(tmp_path)] == [1]

    def test_a_checkpoint_cut_short_is_refused_in_words(self, begun, faces, tmp_path):
        content = (begun / LAST_FILE).read_bytes()
        (tmp_path / LAST_FILE).write_bytes(content[: len(content) // 2])
        with pytest.raises(RunError, match="damaged or cut short"):
            run(None, faces, PLAIN, tmp_path)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"learning_rate": 0.5}, "learning rate was"),
            ({"optimizer": "sgd", "epochs": 50}, "epochs was"),
            ({"batch_size": 128}, "batch size was"),
        ],
    )
    def test_a_run_is_not_gone_on_with_otherwise_than_it_was_begun(self, begun, faces, change, words):
        with pytest.raises(RunError, match=f"begun otherwise .*{words} .*take the change back"):
            run(None, faces, PLAIN.model_copy(update={"epochs": 1, **change}), begun)

    def test_a_disk_that_is_full_leaves_the_last_state_as_it_was(self, faces, tmp_path, monkeypatch):
        with monkeypatch.context() as patched:
            stop_in(patched, tmp_path, epoch=2, batch=3)
            run(fresh_network(), faces, PLAIN, tmp_path)
        (tmp_path / "STOP").unlink()
        before = (tmp_path / LAST_FILE).read_bytes()
        monkeypatch.setattr(keras.Model, "save", half_saved)
        with pytest.raises(OSError, match="No space"):
            run(None, faces, PLAIN, tmp_path)
        assert (tmp_path / LAST_FILE).read_bytes() == before
        assert not list(tmp_path.glob("*.partial*")) and not list(tmp_path.glob(".*.partial*"))


class TestTheMeanOfTheWeights:
    def test_is_the_network_itself_while_there_have_been_too_few_steps_for_one(self, faces, tmp_path):
        recipe = WITH_MEAN.model_copy(update={"batch_size": 64, "epochs": 1})  # of four steps
        run(fresh_network(), faces, recipe, tmp_path)
        same_weights(tmp_path / BEST_FILE, tmp_path / LAST_FILE)

    def test_is_the_weights_at_first_and_follows_them_slowly(self):
        network, mean = fresh_network(), MovingAverage(0.99)
        mean.update(8, network)
        np.testing.assert_allclose(mean.arrays[0], network.trainable_variables[0].numpy())
        first = mean.arrays[0].copy()
        network.trainable_variables[0].assign_add(np.ones(first.shape))
        mean.update(8000, network)
        np.testing.assert_allclose(mean.arrays[0] - first, 1 - 0.99**8, rtol=1e-3)

    def test_has_batch_statistics_of_its_own(self):
        network, faces = laden_network(), np.random.default_rng(0).random((64, SIDE, SIDE, 1), np.float32)
        copy = keras.models.clone_model(network)
        mean = [variable.numpy() * 2 for variable in network.trainable_variables]
        with_mean_weights(copy, network, mean, [faces[:32], faces[32:]])
        convolved = copy.layers[1](faces)
        expected = (convolved[:32].numpy().mean((0, 1, 2)) + convolved[32:].numpy().mean((0, 1, 2))) / 2
        np.testing.assert_allclose(copy.layers[2].moving_mean.numpy(), expected, rtol=1e-4)
        assert copy.layers[2].momentum == 0.9


class Killed(BaseException):
    """The process is gone: nobody catches this."""


def die_replacing(name, patched):
    """Kill the run when a file of this name is to take the place of an older one."""
    replace = os.replace

    def dying(source, target):
        if Path(target).name == name:
            raise Killed
        replace(source, target)

    patched.setattr(os, "replace", dying)


def half_saved(network, path):
    """Keras' `save` where the disk is full after half of it."""
    path.write_bytes(b"half")
    raise OSError(28, "No space left on device")


def kill_after(instants, patched, last=False):
    """Kill the run before or after one of its writes or batches, or in the middle of writing a line.

    Args:
        instants: so many of them pass.
        last: kill it instead when all is learned but the last line of the history is not written.
    """
    left = [instants]

    def instant():
        left[0] -= 1
        if left[0] <= 0:
            raise Killed

    def around(function):
        def with_instants(*arguments, **options):
            instant()
            result = function(*arguments, **options)
            instant()
            return result

        return with_instants

    write = RunWriter.event

    def event(self, event):
        instant()
        if left[0] == 1 or (last and isinstance(event, Epoch) and event.epoch == LADEN.epochs):
            with (self.folder / METRICS_FILE).open("a") as file:
                file.write('{"event": "epoch", "epo')
            raise Killed
        write(self, event)
        instant()

    patched.setattr(RunWriter, "event", event)
    patched.setattr(RunWriter, "status", around(RunWriter.status))
    patched.setattr(RunWriter, "rewind", around(RunWriter.rewind))
    patched.setattr(checkpoint, "save", around(checkpoint.save))
    patched.setattr(os, "replace", around(os.replace))
    patched.setattr(RunWriter, "asked_to_stop", around(RunWriter.asked_to_stop))  # after every batch


def stop_while_judging(patched, folder):
    write = RunWriter.status

    def status(self, **fields):
        write(self, **fields)
        if fields.get("doing") == VALIDATING:
            (folder / "STOP").touch()

    patched.setattr(RunWriter, "status", status)


def stop_in(patched, folder, epoch, batch):
    """Ask the run to stop while it learns this batch."""
    write = RunWriter.event

    def event(self, event):
        write(self, event)
        if isinstance(event, Batch) and (event.epoch, event.batch) == (epoch, batch):
            (folder / "STOP").touch()

    patched.setattr(fit_module, "BATCH_SECONDS", 0)  # every batch is told
    patched.setattr(RunWriter, "event", event)
