"""What a network that is being trained predicts, as evaluation wants to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

#: Faces that go through the network at once.
BATCH = 128


def predict(network: keras.Model, faces: np.ndarray) -> np.ndarray:
    """(N, classes) float32 probabilities for (N, size, size, channels) float32 faces, scaled as the network takes them.

    Batch by batch, not by Keras' `predict`, whose pipeline in TensorFlow 2.21 may take five seconds to end.
    """
    parts = [network.predict_on_batch(faces[start : start + BATCH]) for start in range(0, len(faces), BATCH)]
    return np.concatenate([np.empty((0, *network.output_shape[1:])), *parts], dtype=np.float32)
