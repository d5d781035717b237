"""What guessing reaches."""

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.runs.chance import MostFrequent, chance_accuracy, most_frequent, most_frequent_share
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


def test_the_most_frequent_emotion_in_training_is_named_with_what_answering_it_reaches(own_workspace):
    faces = patch_faces(70)
    faces.table["label"] = ["happy"] * 20 + ["sad"] * 40 + ["contempt"] * 10
    add_dataset(faces, "drawn", "drawn for tests")
    assert most_frequent(config_of("first")) == MostFrequent("sad", 40 / 60, 1 / 2)
    weighted = config_of("second", recipe=Recipe(class_weights=True))
    assert most_frequent(weighted) == MostFrequent("sad", 1 / 2, 1 / 2)  # as its accuracy is measured
    assert most_frequent(config_of("third", data="gone")) is None


def test_what_guessing_reaches_on_held_out_faces_is_what_it_reaches_on_those_they_are_of(own_workspace):
    faces = patch_faces(70)
    faces.table["label"] = ["happy"] * 20 + ["sad"] * 50
    add_dataset(faces, "drawn", "drawn for tests")
    assert chance_accuracy(config_of("first", held_out=0.1)) == 5 / 7
