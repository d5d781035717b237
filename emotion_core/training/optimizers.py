"""How a recipe's steps are computed: the optimizer and its learning rate over time, on any of Keras' backends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import keras
from keras import ops

if TYPE_CHECKING:
    from emotion_core.runs.recipes import Recipe

MOMENTUM = 0.9
#: Weights that are not drawn to zero: those that only shift and scale.
NOT_DECAYED = ["bias", "gamma", "beta"]
#: One-cycle: share of the steps in which the rate rises, and how much smaller it is at the start and at the end.
RISING, START_SHARE, END_SHARE = 0.3, 1 / 25, 1e-4
#: Plateau: so many epochs without a lower validation loss halve the learning rate.
PLATEAU_EPOCHS, PLATEAU_FACTOR = 3, 0.5


def optimizer_of(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """The optimizer of a recipe whose epochs have so many steps."""
    rate, decay = _rate(recipe, steps), recipe.weight_decay or None
    if recipe.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay)
    elif recipe.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
    else:
        optimizer = keras.optimizers.Adam(rate, weight_decay=decay)
    if decay:
        optimizer.exclude_from_weight_decay(var_names=NOT_DECAYED)
    return optimizer


def rate_after(recipe: Recipe, losses: list[float]) -> float:
    """The learning rate of a plateau schedule after epochs of these validation losses."""
    rate, lowest, waited = recipe.learning_rate, math.inf, 0
    for loss in losses:
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == PLATEAU_EPOCHS:
            rate, waited = rate * PLATEAU_FACTOR, 0
    return rate


def _rate(recipe: Recipe, steps: int) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.schedule == "cosine":
        warmup = round(min(recipe.warmup_epochs, recipe.epochs / 2) * steps)
        return keras.optimizers.schedules.CosineDecay(
            recipe.learning_rate / 10 if warmup else recipe.learning_rate,
            decay_steps=max(1, recipe.epochs * steps - warmup),
            warmup_target=recipe.learning_rate if warmup else None,
            warmup_steps=warmup,
        )
    if recipe.schedule == "one-cycle":
        return OneCycle(recipe.learning_rate, recipe.epochs * steps)
    return recipe.learning_rate


@keras.saving.register_keras_serializable(package="emotion_core")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up to the highest rate and down to nearly nothing, each along half a cosine (Smith 2018, arXiv 1803.09820)."""

    def __init__(self, highest: float, steps: int):
        self.highest, self.steps = highest, steps

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        step = ops.cast(step, "float32")
        top = max(1.0, RISING * self.steps)
        up = ops.minimum(step / top, 1.0)
        down = ops.clip((step - top) / max(1.0, self.steps - top), 0.0, 1.0)
        rising = START_SHARE + (1 - START_SHARE) * (1 - ops.cos(math.pi * up)) / 2
        falling = END_SHARE + (1 - END_SHARE) * (1 + ops.cos(math.pi * down)) / 2
        return self.highest * ops.where(step < top, rising, falling)

    def get_config(self) -> dict:
        return {"highest": self.highest, "steps": self.steps}
