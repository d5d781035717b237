"""What a network leaves to chance while it is trained, made to follow from a run's seed and the epoch alone."""

from __future__ import annotations

import keras
import numpy as np


def set_chance(network: keras.Model, seed: int, epoch: int, batch: int = 0) -> None:
    """Set the generators of a network's dropout to where they are before a batch of an epoch."""
    states = [variable for variable in network.variables if variable.name == "seed_generator_state"]
    seeds = np.random.default_rng([seed, epoch, 1]).integers(2**31, size=len(states))
    for state, one in zip(states, seeds, strict=True):
        state.assign(np.array([one, batch]))
