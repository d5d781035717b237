"""A network so small that training it takes a second."""

from __future__ import annotations

import keras

from emotion_core.emotions import EMOTIONS
from tests.patch_faces import SIDE


def tiny_network(side: int = SIDE) -> keras.Model:
    """Two layers on pooled pixels: enough to tell seven places of a bright patch apart."""
    inputs = keras.Input((side, side, 1), name="face")
    x = keras.layers.AveragePooling2D(side // 8)(inputs)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(32, activation="relu", name="features")(x)
    outputs = keras.layers.Dense(len(EMOTIONS), activation="softmax", name="emotion")(x)
    return keras.Model(inputs, outputs, name="tiny")
