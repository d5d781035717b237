"""Whether and how a recipe balances emotions that are unlike in number."""

import json

import numpy as np
import pytest

from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS
from emotion_core.runs.class_balance import balance_in_words, balance_of, learned_shares
from emotion_core.runs.config import read_config
from emotion_core.runs.folder import CONFIG_FILE
from emotion_core.runs.recipes import LABELS, SEED, Recipe
from tests.new_runs import new_run
from tests.patch_faces import patch_faces


@pytest.mark.parametrize(
    ("faces", "balance"),
    [([30, 10, 0], "none"), ([31, 10, 0], "logits"), ([500], "none"), ([], "none"), ([0, 0], "none")],
)
def test_unless_it_is_said_otherwise_it_goes_by_the_faces(faces, balance):
    assert balance_of(Recipe(), faces) == balance


@pytest.mark.parametrize("asked", ["none", "weights", "logits"])
def test_what_is_asked_for_is_done_whatever_the_faces(asked):
    assert balance_of(Recipe(class_balance=asked), [1000, 1]) == balance_of(Recipe(class_balance=asked), [5]) == asked


def test_class_weights_go_on_working():
    assert balance_of(Recipe(class_weights=True), [10, 10]) == "weights"
    assert balance_of(Recipe(class_weights=True, class_balance="none"), [10, 10]) == "weights"


def test_the_students_recipe_and_those_of_the_shipped_models_balance_nothing():
    assert balance_of(SEED, [1000, 1]) == balance_of(LABELS, [1000, 1]) == "none"


def test_it_is_said_with_the_emotions_that_it_goes_by():
    assert balance_in_words(Recipe(), {"happy": 7215, "disgusted": 436, "sad": 4830}) == (
        "Balanced by logit adjustment: the loss takes out how frequent each emotion is; happy has 16.5 times the faces "
        "of disgusted (auto balances above 3)."
    )
    assert balance_in_words(Recipe(), {"happy": 20, "sad": 20}) == (
        "No balancing: every face counts alike; all have about as many (auto balances above 3)."
    )
    assert balance_in_words(Recipe(), {"happy": 20}) == "No balancing: every face counts alike."


def test_the_shares_that_are_learned_are_those_of_the_labels_or_of_the_votes():
    faces = patch_faces(70)
    faces.table["label"] = ["happy"] * 20 + ["sad"] * 50
    shares = dict(zip(EMOTIONS, learned_shares(Recipe(), faces), strict=True))
    assert (shares["happy"], shares["sad"], shares["angry"]) == pytest.approx((2 / 7, 5 / 7, 0))
    faces.table.loc[:34, list(COLUMNS)] = 0  # nobody voted on these
    np.testing.assert_allclose(learned_shares(Recipe(labels="votes"), faces), 1 / 7)


def test_a_run_of_the_version_before_is_resumed_as_it_was_begun(own_workspace):
    path = new_run("first") / CONFIG_FILE
    written = json.loads(path.read_text())
    assert written["recipe"].pop("class_balance") == "auto"
    path.write_text(json.dumps(written))
    assert read_config(path.parent).recipe.class_balance == "none"
