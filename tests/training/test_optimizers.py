"""Optimizers and learning rates over time."""

import keras
import numpy as np
import pytest

from emotion_core.runs.recipes import Recipe
from emotion_core.training.optimizers import optimizer_of, rate_after

STEPS = 10


def rates(**hyperparameters):
    """The learning rate at every step of a recipe of ten epochs."""
    recipe = Recipe(**{"epochs": 10, "learning_rate": 0.1, **hyperparameters})
    schedule = optimizer_of(recipe, STEPS)._learning_rate
    return np.array([float(schedule(step)) for step in range(10 * STEPS + 1)])


def test_cosine_rises_for_its_warm_up_and_sinks_to_zero():
    found = rates(schedule="cosine", warmup_epochs=2)
    assert found[0] == pytest.approx(0.01)
    assert found.argmax() == 20 and found.max() == pytest.approx(0.1)
    assert found[60] == pytest.approx(0.05, abs=1e-3) and found[100] == pytest.approx(0, abs=1e-6)


def test_cosine_without_warm_up_begins_at_the_top():
    assert rates(schedule="cosine", warmup_epochs=0)[0] == pytest.approx(0.1)


def test_one_epoch_is_enough_for_every_schedule():
    for schedule in ("cosine", "one-cycle"):
        recipe = Recipe(epochs=1, learning_rate=0.1, schedule=schedule)
        assert np.isfinite(float(optimizer_of(recipe, 1)._learning_rate(1)))


def test_one_cycle_goes_up_and_down_once():
    found = rates(schedule="one-cycle")
    assert found.argmax() == 30 and found.max() == pytest.approx(0.1)
    assert (np.diff(found[:31]) > 0).all() and (np.diff(found[30:]) < 0).all()
    assert found[0] == pytest.approx(0.004) and found[100] < 1e-4


def test_a_plateau_of_three_epochs_halves_the_rate():
    recipe = Recipe(learning_rate=0.1, schedule="plateau")
    assert rate_after(recipe, [1.0, 0.9, 0.95, 0.92]) == 0.1
    assert rate_after(recipe, [1.0, 0.9, 0.95, 0.92, 0.91]) == 0.05
    assert rate_after(recipe, [0.9] + [1.0] * 6) == 0.025


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_weights_are_drawn_to_zero_but_not_what_shifts_and_scales(name):
    optimizer = optimizer_of(Recipe(optimizer=name, learning_rate=0.1, weight_decay=0.5), STEPS)
    kernel = keras.Variable(np.ones(3), name="kernel")
    bias = keras.Variable(np.ones(3), name="bias")
    optimizer.build([kernel, bias])
    optimizer.apply([np.zeros(3, np.float32), np.zeros(3, np.float32)])
    np.testing.assert_allclose(kernel.numpy(), 0.95, atol=1e-3)
    np.testing.assert_allclose(bias.numpy(), 1)
