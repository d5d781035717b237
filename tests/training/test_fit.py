"""The training loop."""

import dataclasses

import keras
import numpy as np
import pytest

from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import FERPLUS_VOTES
from emotion_core.training.augmentation import Augmentation
from emotion_core.training.fit import Batches, fit, input_of, read_history
from emotion_core.training.recipes import Recipe

from .conftest import joined, patch_faces, tiny_network

RECIPE = Recipe(
    labels="votes",
    epochs=4,
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.1,
    schedule="cosine",
    weight_decay=1e-3,
    second_head_weight=0.3,
    augmentation=Augmentation(brightness=0.05),
)


def fresh_network():
    keras.utils.set_random_seed(7)
    return tiny_network()


def test_a_network_learns_what_can_be_learnt(faces, tmp_path):
    network = fit(fresh_network(), faces, RECIPE, tmp_path)
    history = read_history(tmp_path)

    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["val_accuracy_majority"] > 0.9
    assert network.output_shape == (None, 7)


def test_a_run_that_was_stopped_ends_like_one_that_was_not(faces, tmp_path, monkeypatch):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    fit(fresh_network(), faces, RECIPE, whole)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("emotion_core.training.fit.Batches", interrupted_in_epoch(3))
        fit(fresh_network(), faces, RECIPE, stopped)
    assert len(read_history(stopped)) == 2
    fit(fresh_network(), faces, RECIPE, stopped)

    for expected, resumed in zip(read_history(whole), read_history(stopped), strict=True):
        assert resumed["loss"] == pytest.approx(expected["loss"], rel=1e-3)
        assert resumed["val_loss"] == pytest.approx(expected["val_loss"], rel=1e-3)


def interrupted_in_epoch(last):
    """Batches as they are, until the user presses Ctrl-C."""
    epochs = iter(range(1, last + 1))

    def batches(*arguments):
        if next(epochs) == last:
            raise KeyboardInterrupt
        return Batches(*arguments)

    return batches


def test_a_torn_last_line_of_the_history_is_skipped(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"event": "epoch", "epoch": 1}\n{"event": "epo')
    assert [row["epoch"] for row in read_history(tmp_path)] == [1]


def test_the_ancestors_way_learns_one_label_a_face_with_adam(faces, tmp_path):
    recipe = Recipe(labels="fer2013", epochs=6, batch_size=16, optimizer="adam", learning_rate=5e-3)
    fit(fresh_network(), faces, recipe, tmp_path)
    assert read_history(tmp_path)[-1]["val_accuracy"] > 0.9


def test_faces_of_other_labels_are_left_out(faces, tmp_path):
    others = patch_faces(210, seed=2)
    others.table["label"] = "contempt"
    recipe = Recipe(labels="fer2013", epochs=6, batch_size=16, optimizer="adam", learning_rate=5e-3)
    fit(fresh_network(), joined(faces, others), recipe, tmp_path)
    assert read_history(tmp_path)[-1]["val_accuracy"] > 0.9


def test_faces_without_usable_votes_weigh_nothing_on_the_first_head():
    faces = patch_faces(14)
    votes = np.zeros((14, len(COLUMNS)), dtype=int)
    votes[:, FERPLUS_VOTES.index("nf")] = 10
    faces.table[list(COLUMNS)] = votes
    batches = Batches(faces, RECIPE, input_of(tiny_network(), RECIPE), np.random.default_rng(0))
    _, _, weights = batches[0]
    assert weights["emotion"].sum() == 0 and weights["second_head"].sum() == 14

    alone = dataclasses.replace(RECIPE, second_head_weight=0.0)
    assert len(Batches(faces, alone, input_of(tiny_network(), alone), np.random.default_rng(0))) == 0


def test_an_epoch_shows_every_face_once():
    faces = patch_faces(50)
    recipe = dataclasses.replace(RECIPE, augmentation=None)
    batches = Batches(faces, recipe, input_of(tiny_network(), recipe), np.random.default_rng(0))
    seen = np.concatenate([batches[index][0] for index in range(len(batches))])
    shown = np.rint(seen[..., 0] * 255).astype(np.uint8)
    assert sorted(map(bytes, shown)) == sorted(map(bytes, faces.images))
