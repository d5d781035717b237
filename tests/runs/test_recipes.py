"""Recipes."""

import pytest

from emotion_core.runs.errors import RunError
from emotion_core.runs.recipes import RECIPES, SEED, STRONG, VOTES, Augmentation, Recipe, make_recipe


def test_the_seed_recipe_is_the_ancestors():
    assert (SEED.optimizer, SEED.learning_rate, SEED.batch_size, SEED.epochs) == ("adam", 1e-4, 64, 50)
    assert (SEED.scale, SEED.offset, SEED.augmentation, SEED.labels) == (1 / 255, 0.0, None, "own")
    assert (SEED.schedule, SEED.weight_decay, SEED.second_head_weight) == ("constant", 0.0, 0.0)
    plain = Recipe(epochs=50, batch_size=64, learning_rate=1e-4, class_balance="none")
    assert plain == SEED, "what a recipe does not say is left out of training"


def test_the_default_model_learns_from_votes():
    assert VOTES.labels == "votes"


def test_the_strong_recipe_uses_all_that_helps():
    assert all((STRONG.mixup, STRONG.ema, STRONG.label_smoothing, STRONG.second_head_weight, STRONG.augmentation))


def test_every_recipe_and_every_hyperparameter_has_its_sentence():
    assert all(offer.sentence.endswith(".") for offer in RECIPES.values())
    for hyperparameters in (Recipe, Augmentation):
        assert all(
            (field.description or "").strip().endswith((".", ").")) for field in hyperparameters.model_fields.values()
        )


@pytest.mark.parametrize("offer", RECIPES.values(), ids=RECIPES)
def test_a_recipe_outlives_its_way_through_json(offer):
    assert Recipe.model_validate_json(offer.recipe.model_dump_json()) == offer.recipe


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 0}, "the learning rate cannot be 0; allowed is a number above 0 to 1"),
        ({"learning_rate": 1e9}, "the learning rate cannot be 1000000000.0; allowed is a number above 0 to 1"),
        ({"learning_rate": "fast"}, "the learning rate cannot be 'fast'; allowed is a number above 0 to 1"),
        ({"learning_rate": float("nan")}, "the learning rate cannot be nan; allowed is a number above 0 to 1"),
        ({"epochs": 2.5}, "the epochs cannot be 2.5; allowed is a whole number from 1 to 1000"),
        ({"optimizer": "magic"}, "the optimizer cannot be 'magic'; allowed are 'adam', 'adamw' or 'sgd'"),
        (
            {"augmentation": {"rotation": 500}},
            "the augmentation rotation cannot be 500; allowed is a number from 0 to 90",
        ),
        ({"speed": 1}, f"there is no hyperparameter 'speed'; there are {', '.join(Recipe.model_fields)}"),
    ],
)
def test_an_impossible_hyperparameter_is_refused_in_words_that_say_what_is_allowed(changes, words):
    with pytest.raises(RunError) as refused:
        make_recipe(SEED, **changes)
    assert str(refused.value) == words


def test_a_hyperparameter_may_come_as_text_from_a_form():
    recipe = make_recipe(SEED, learning_rate="0.01", augmentation={"flip": "true"})
    assert (recipe.learning_rate, recipe.augmentation) == (0.01, Augmentation(flip=True))


def test_a_hyperparameter_of_the_augmentation_leaves_the_others_as_the_recipe_has_them():
    varied = make_recipe(STRONG, augmentation={"rotation": "20"}).augmentation
    assert STRONG.augmentation and varied == STRONG.augmentation.model_copy(update={"rotation": 20.0})
    assert make_recipe(SEED, augmentation={"rotation": 20}).augmentation == Augmentation(flip=False, rotation=20)


def test_a_recipe_that_varies_nothing_says_so():
    assert make_recipe(SEED, augmentation={"rotation": 0}).augmentation is None
