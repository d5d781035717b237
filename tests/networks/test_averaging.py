"""The mean of networks, worked by hand."""

from __future__ import annotations

import keras
import numpy as np

from emotion_core.networks.averaging import mean_of


def doubling(weight: float, center: float) -> keras.Model:
    """Multiplies by a weight, then subtracts the mean and divides by the deviation that it has seen."""
    face = keras.Input((1,))
    scaled = keras.layers.Dense(1, use_bias=False)(face)
    network = keras.Model(face, keras.layers.BatchNormalization(epsilon=0, name="normalizing")(scaled))
    network.layers[1].set_weights([np.array([[weight]])])
    network.get_layer("normalizing").moving_mean.assign([center])
    return network


def test_weights_are_averaged_and_statistics_are_those_of_the_mean_weights():
    batches = [np.array([[1.0], [3.0]], np.float32), np.array([[5.0], [7.0]], np.float32)]
    middle = mean_of([doubling(2.0, center=50.0), doubling(4.0, center=70.0)], batches)
    assert middle.layers[1].get_weights()[0].item() == 3.0
    normalizing = middle.get_layer("normalizing")
    # Times three the batches are 3, 9 and 15, 21: means of 6 and 18, variances of 9 each.
    assert np.allclose(normalizing.moving_mean, 12.0)
    assert np.allclose(normalizing.moving_variance, 9.0)
    assert np.allclose(middle(np.array([[5.0]], np.float32)), (15 - 12) / 3)
    assert normalizing.momentum == 0.99
