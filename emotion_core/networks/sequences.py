"""The network of sequence models as it is trained, and its weights as they are used: see `models.sequence`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from emotion_core.models.sequence import SequenceHead
from emotion_core.runs.presets import SEQUENCE_NET

UNITS = 32
#: What is left out by chance while it is trained: of the embeddings, and of the state.
DROPOUT = 0.3
GRU, HEAD = "gru", "emotion"


def sequence_net(features: int, classes: int, units: int = UNITS) -> keras.Model:
    """A GRU over embeddings, (batch, steps, features) of spread 1; steps that are zeros throughout are passed over.

    Args:
        features: how many numbers an embedding has.
        classes: how many are told apart.
        units: of the GRU.
    """
    steps = keras.Input((None, features), name="embeddings")
    seen = layers.Dropout(DROPOUT)(layers.Masking()(steps))
    state = layers.Dropout(DROPOUT)(layers.GRU(units, name=GRU)(seen))
    return keras.Model(steps, layers.Dense(classes, activation="softmax", name=HEAD)(state), name=SEQUENCE_NET)


def head_of(network: keras.Model, mean: np.ndarray, spread: np.ndarray) -> SequenceHead:
    """The weights of a `sequence_net` for embeddings that are not scaled yet.

    Args:
        mean, spread: what embeddings were scaled by, (features,).
    """
    weights = [*network.get_layer(GRU).get_weights(), *network.get_layer(HEAD).get_weights()]
    values: list[Any] = [mean, spread, *weights]
    return SequenceHead(*(np.asarray(one, np.float32) for one in values))
