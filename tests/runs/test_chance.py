"""What guessing reaches."""

import pytest

from emotion_core.datasets.store import add_dataset
from emotion_core.runs.chance import chance_accuracy, most_frequent_share
from emotion_core.runs.recipes import Recipe
from tests.new_runs import config_of
from tests.patch_faces import patch_faces


def test_the_most_frequent_emotion_is_that_of_the_labels_trained_on():
    faces = patch_faces(70)
    faces.table["label"] = ["happy"] * 20 + ["sad"] * 50
    assert most_frequent_share(Recipe(), faces) == 5 / 7
    assert most_frequent_share(Recipe(labels="votes"), faces) == 1 / 7  # each was seen as often
    assert most_frequent_share(Recipe(), faces.split("test")) is None


def test_nothing_is_said_of_a_data_set_that_is_gone(own_workspace):
    assert chance_accuracy(config_of("first")) is None


def test_nothing_is_said_of_votes_that_a_data_set_has_no_more(own_workspace):
    faces = patch_faces(35, split="validation")
    plain = faces.table.drop(columns=[name for name in faces.table if name.startswith("votes_")])
    add_dataset(type(faces)(faces.images, plain), "drawn", "drawn for tests")
    config = config_of("first", recipe=Recipe(labels="votes"))
    assert chance_accuracy(config) is None
    assert chance_accuracy(config_of("second")) == pytest.approx(1 / 7)
