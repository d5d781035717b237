"""What is asked of a new run."""

import pytest

from emotion_core.jobs.new_run import named_recipe, new_config, offered_name
from emotion_core.runs.errors import RunError
from emotion_core.runs.recipes import QUICK, SEED, Augmentation
from tests.new_runs import new_run


def test_what_is_not_asked_for_is_the_default(own_workspace):
    config = new_config("faces")
    assert (config.name, config.architecture, config.recipe, config.seed) == (
        "emotion-net faces 1",
        "emotion-net",
        QUICK,
        1,
    )


def test_a_recipe_is_had_by_its_name_with_hyperparameters_set_otherwise():
    assert named_recipe("seed") == SEED
    changed = named_recipe("seed", {"epochs": "3", "augmentation": {"rotation": "10"}})
    assert (changed.epochs, changed.augmentation) == (3, Augmentation(flip=False, rotation=10))
    with pytest.raises(RunError, match="there is no recipe 'slow'; there are quick, seed"):
        named_recipe("slow")


@pytest.mark.parametrize(
    ("start_from", "name"), [("emotion-net", "emotion-net fine-tuned 1"), ("run:first", "first fine-tuned 1")]
)
def test_a_run_is_named_by_what_it_starts_from(own_workspace, start_from, name):
    assert offered_name("faces", "seed-cnn", start_from) == name


def test_a_name_that_is_taken_is_not_offered(own_workspace):
    new_run("seed-cnn faces 1")
    assert offered_name("faces", "seed-cnn") == "seed-cnn faces 2"


def test_a_network_and_something_to_start_from_are_too_much(own_workspace):
    with pytest.raises(RunError, match="'emotion-net' brings its own network; leave out the preset"):
        new_config("faces", preset="seed-cnn", start_from="emotion-net")
