"""An exponential moving average (EMA) of the weights, which predicts better than the weights of any one step.

Polyak and Juditsky 1992; as in Tarvainen and Valpola 2017, arXiv 1703.01780. The statistics of batch normalization
belong to the weights of the moment, so they are taken anew for the mean weights (Izmailov et al. 2018, arXiv
1803.05407).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import keras
import numpy as np

from emotion_core.networks.precision import with_precision

#: The mean is renewed after so many steps, with a share that makes up for the steps left out.
EVERY = 8
#: Batches from which statistics are taken.
STATISTICS_BATCHES = 16


class MovingAverage:
    """The exponential moving average of the trainable weights of a network.

    Attributes:
        arrays: the mean of each, or None before the first step.
    """

    def __init__(self, keep: float, arrays: list[np.ndarray] | None = None):
        """`keep` is how much of the mean a step leaves; early on it is less, so that the beginning is forgotten."""
        self.keep, self.arrays = keep, arrays

    def update(self, step: int, network: keras.Model) -> None:
        """Take the weights after a step of the run, counted from 1, into the average."""
        weights = [keras.ops.convert_to_numpy(variable) for variable in network.trainable_variables]
        if self.arrays is None:
            self.arrays = [np.array(weight) for weight in weights]
            return
        times = step // EVERY
        kept = np.float32(min(self.keep**EVERY, (1 + times) / (10 + times)))
        for mean, weight in zip(self.arrays, weights, strict=True):
            mean *= kept
            mean += (1 - kept) * weight


def mean_of(networks: Sequence[keras.Model], faces: Iterable[np.ndarray]) -> keras.Model:
    """One network with the mean weights of several that were trained from one another, often better than each.

    Networks that share a part of their way lie in one valley, whose middle is lower than its sides (model soups:
    Wortsman et al. 2022, arXiv 2203.05482).

    Args:
        networks: of the same structure.
        faces: batches as the networks take them, from which the statistics of batch normalization are taken.
    """
    first = networks[0]
    each = zip(*(network.trainable_variables for network in networks), strict=True)
    mean = [np.mean([keras.ops.convert_to_numpy(one) for one in variables], axis=0) for variables in each]
    middle = with_precision(first, None)
    with_mean_weights(middle, first, mean, faces)
    return middle


def with_mean_weights(
    copy: keras.Model, network: keras.Model, mean: list[np.ndarray], faces: Iterable[np.ndarray]
) -> None:
    """Give a copy of a network the mean weights, and batch statistics that belong to them.

    Args:
        copy: a network of the same structure; changed.
        network: whose other weights are taken.
        mean: the mean of its trainable weights.
        faces: batches as the network takes them; only read where the network has batch normalization.
    """
    copy.set_weights(network.get_weights())
    for variable, array in zip(copy.trainable_variables, mean, strict=True):
        variable.assign(array)
    normalizing = [layer for layer in copy.layers if isinstance(layer, keras.layers.BatchNormalization)]
    normalizing = [layer for layer in normalizing if layer.trainable]
    momenta = [layer.momentum for layer in normalizing]
    for number, batch in enumerate(faces if normalizing else []):
        for layer in normalizing:
            layer.momentum = number / (number + 1)  # the plain mean over the batches
        copy(batch, training=True)
    for layer, momentum in zip(normalizing, momenta, strict=True):
        layer.momentum = momentum
