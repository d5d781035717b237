"""A Keras network of the weights that a job on a GPU has come to. Needs no PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.networks.architectures import emotion_net


def write_keras(weights: Path, path: Path) -> dict[str, float]:
    """Write a Keras network with weights of the job: an emotion-net whose answers hold no prior.

    Returns:
        The prior under which it was learned: each emotion's share, by its name.
    """
    arrays, network = np.load(weights), emotion_net()

    def made(kind: type) -> list[Any]:
        """Layers of a kind in the order in which they were made: Keras numbers them, the first one not."""
        layers = [layer for layer in network.layers if isinstance(layer, kind)]
        return sorted(layers, key=lambda layer: int("0" + "".join(filter(str.isdigit, layer.name.partition("_")[2]))))

    named = {
        "convolution": made(keras.layers.Conv2D),
        "norm": made(keras.layers.BatchNormalization),
        "emotion": [network.get_layer("emotion")],
    }
    for kind, layers in named.items():
        for number, layer in enumerate(layers):
            layer.set_weights([arrays[f"{kind}-{number}-{place}"] for place in range(len(layer.get_weights()))])
    network.save(path)
    return dict(zip(EMOTIONS, arrays["prior"].tolist(), strict=True))
