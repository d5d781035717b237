"""What a network that is being trained answers, as evaluation wants to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

#: Faces that are asked about at once.
BATCH = 128


def answers_of(network: keras.Model, faces: np.ndarray) -> np.ndarray:
    """(N, 7) float32 probabilities for (N, size, size, channels) float32 faces, scaled as the network takes them.

    Batch by batch, not by Keras' `predict`, whose pipeline in TensorFlow 2.21 may take five seconds to end.
    """
    parts = [network.predict_on_batch(faces[start : start + BATCH]) for start in range(0, len(faces), BATCH)]
    return np.concatenate([np.asarray(part, np.float32) for part in parts])
