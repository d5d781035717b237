"""Making rare emotions count: weights and shifts worked by hand, and what a network learns by them."""

import keras
import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.networks.prediction import predict
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.writer import RunWriter
from emotion_core.training.class_balance import face_weights, logit_shift, loss_and_metrics
from emotion_core.training.fit import Trainer, last_network
from emotion_core.training.preparation import faces_of
from tests.patch_faces import joined, patch_faces
from tests.tiny_network import tiny_network

RECIPE = Recipe(epochs=3, batch_size=16, optimizer="adam", learning_rate=5e-3, precision="float32")


def test_weights_make_up_for_how_rare_an_emotion_is():
    shares = np.eye(7)[[0] * 8 + [3] * 2 + [3]]
    weights = face_weights(shares, np.array([1.0] * 10 + [0.0]))  # the last one is not usable
    assert weights[:8].sum() == pytest.approx(weights[8:].sum()) == 5
    assert weights[10] == 0


def test_the_shift_is_the_log_of_how_much_more_frequent_an_emotion_is_than_the_mean():
    shift = logit_shift(np.array([0.5, 0.25, 0.25, 0, 0, 0, 0]))
    np.testing.assert_allclose(shift[:3], np.log([1.5, 0.75, 0.75]), rtol=1e-6)
    assert not shift[3:].any()  # what was never seen is to be learned as never being the answer
    assert not logit_shift(np.array([1.0, 0, 0, 0, 0, 0, 0])).any()  # one emotion alone cannot be balanced


def test_loss_and_accuracy_are_of_the_shifted_probabilities():
    shift = np.log(np.array([4.0, 1, 1, 1, 1, 1, 1], np.float32))
    loss, (accuracy, crossentropy) = loss_and_metrics(shift)
    probabilities = np.array([[0.25, 0.5, 0.25, 0, 0, 0, 0]], np.float32)  # shifted 1 : 0.5 : 0.25
    target = np.eye(7, dtype=np.float32)[[0]]
    assert float(loss(target, probabilities)[0]) == pytest.approx(np.log(1.75), abs=1e-4)
    for metric, expected in ((accuracy, 1.0), (crossentropy, np.log(1.75))):
        metric.update_state(target, probabilities)
        assert float(metric.result()) == pytest.approx(expected, abs=1e-4)


def test_a_network_trained_so_answers_a_face_that_tells_nothing_with_every_emotion_alike(tmp_path):
    """Trained plainly, it answers with the most frequent emotion."""
    parts = [patch_faces(280), patch_faces(70, seed=1, split="validation")]
    faces = joined(*parts)
    rare = (faces.table["label"] != "happy") & (np.arange(350) >= 70) & (faces.table["split"] == "train")
    faces = type(faces)(faces.images[~rare], faces.table[~rare].reset_index(drop=True))
    answers = {}
    for balance in ("none", "logits"):
        keras.utils.set_random_seed(7)
        recipe = RECIPE.model_copy(update={"class_balance": balance})
        (tmp_path / balance).mkdir()
        writer = RunWriter(tmp_path / balance)
        progress = Trainer(tiny_network(), faces_of(faces, recipe), recipe, writer).fit()
        assert progress.history[-1].loss < progress.history[0].loss
        noise = np.random.default_rng(5).random((64, 16, 16, 1)).astype(np.float32) * 0.3
        answers[balance] = predict(last_network(writer.folder), noise)[:, EMOTIONS.index("happy")].mean()
    assert answers["logits"] < answers["none"]
