"""Recipes."""

from emotion_core.training.recipes import SEED, VOTES


def test_the_seed_recipe_is_the_ancestors():
    assert (SEED.optimizer, SEED.learning_rate, SEED.batch_size, SEED.epochs) == ("adam", 1e-4, 64, 50)
    assert (SEED.scale, SEED.offset, SEED.augmentation, SEED.labels) == (1 / 255, 0.0, None, "fer2013")
    assert (SEED.schedule, SEED.weight_decay, SEED.second_head_weight) == ("constant", 0.0, 0.0)


def test_the_default_model_learns_from_votes():
    assert VOTES.labels == "votes"
