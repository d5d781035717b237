"""Networks for other classes than the seven emotions, from scratch and from a network of other classes."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.jobs.checks import validated
from emotion_core.jobs.publishing import publish
from emotion_core.models.registry import load_classifier
from emotion_core.networks.architectures import build, with_weights_of
from emotion_core.runs.config import read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.recipes import Augmentation, Recipe
from emotion_core.runs.status import read_status
from emotion_core.training.preparation import training_data
from tests.new_runs import new_run, work_at

TWO = "angry, disgusted, fearful, sad -> negative\nhappy, surprised -> positive\nneutral"
RECIPE = Recipe(
    epochs=2, batch_size=16, optimizer="adam", learning_rate=5e-3, precision="float32",
    augmentation=Augmentation(flip=False),
)  # fmt: skip


@pytest.fixture
def three(faces, own_workspace):
    """A stored set of three classes, derived from one of the seven emotions, with votes."""
    add_dataset(faces, "drawn", "drawn for tests")
    return derive("drawn", "three", class_table_of(TWO))


@pytest.mark.parametrize("name", ["emotion-net", "seed-cnn", "mini-xception", "deep-emotion"])
def test_every_network_can_tell_any_number_of_classes_apart(name):
    assert build(name, classes=3).output_shape == (None, 3)
    with pytest.raises(ValueError, match="classes"):
        build(name, classes=31)


def test_weights_that_do_not_depend_on_the_classes_are_taken_over():
    trained, fresh = build("mini-xception", size=32), build("mini-xception", size=32, classes=4)
    begun = with_weights_of(fresh, trained, frozen=True)
    same = [
        a.shape == b.shape and np.array_equal(a, b)
        for a, b in zip(begun.get_weights(), trained.get_weights(), strict=True)
    ]
    assert len(same) - sum(same) == 2  # the kernel and the bias of the last convolution
    assert [layer.name for layer in begun.layers if layer.trainable and layer.weights]


def test_votes_and_labels_are_taught_in_the_classes_of_the_set(faces):
    grouped = Dataset(
        faces.images,
        faces.table.assign(label=np.where(faces.table["label"] == "happy", "happy", "other")),
        ("other", "happy"),
        votes_as={name: "happy" if name == "happy" else "other" for name in EMOTIONS} | {"unknown": None},
    )
    recipe = RECIPE.model_copy(update={"labels": "votes", "second_head_weight": 0.3, "label_smoothing": 0.1})
    data = training_data(grouped.split("train"), recipe)
    happy = (grouped.split("train").table["label"] == "happy").to_numpy()
    assert data.first.shares.shape == (210, 2)
    assert data.first.shares[happy].tolist() == [[0.0, 1.0]] * happy.sum()
    assert data.second is not None
    np.testing.assert_allclose(data.second.shares[happy], [[0.05, 0.95]] * happy.sum(), atol=1e-6)


def test_a_run_learns_evaluates_and_publishes_a_model_of_its_classes(three):
    folder = new_run("mine", state="queued", data="three", recipe=RECIPE)
    assert work_at("mine") == 0, read_status(folder).error
    (evaluation,) = read_evaluation(folder).report.evaluations
    assert [one.emotion for one in evaluation.scores[0].emotions] == ["negative", "positive", "neutral"]
    publish("mine")
    model = load_classifier("mine")
    assert model.classes == ("negative", "positive", "neutral")
    assert model.predict_proba(np.zeros((2, 20, 20), np.uint8)).shape == (2, 3)
    again = new_run("from-mine", state="queued", data="drawn", start_from="mine", recipe=RECIPE)
    config = validated(read_config(again))
    assert config.classes == EMOTIONS and "classes" not in config.arguments
    assert work_at("from-mine") == 0, read_status(again).error


def test_a_set_with_faces_of_one_of_its_classes_alone_is_refused(faces, own_workspace):
    table = faces.table.assign(label="on")
    add_dataset(Dataset(faces.images, table, ("off", "on")), "switch", "drawn for tests")
    folder = new_run("mine", data="switch", recipe=RECIPE)
    with pytest.raises(RunError, match="are on; there must be at least two classes to tell apart"):
        validated(read_config(folder))
