"""The outputs of a network that is being trained: the one that will be used, and a second that may help it learn."""

from __future__ import annotations

from typing import Any

import keras

FIRST_HEAD = "emotion"
SECOND_HEAD = "second_head"


def first_head(logs: dict[str, Any]) -> tuple[Any, Any]:
    """Loss and accuracy of the output that will be used, whether there is a second head or not."""
    prefix = "" if "crossentropy" in logs else f"{FIRST_HEAD}_"
    return logs[f"{prefix}crossentropy"], logs[f"{prefix}accuracy"]


def with_second_head(network: keras.Model) -> keras.Model:
    """The network with another softmax on its features, over the same classes."""
    features = network.get_layer("features").output
    second = keras.layers.Dense(network.output.shape[-1], activation="softmax", name=SECOND_HEAD, dtype="float32")(
        features
    )
    outputs = {FIRST_HEAD: network.output, SECOND_HEAD: second}
    return keras.Model(network.input, outputs, name=network.name)


def with_one_head(network: keras.Model, head: str = FIRST_HEAD) -> keras.Model:
    """The network with one of its heads only, called as the first."""
    layer = network.get_layer(head)
    if head == FIRST_HEAD:
        return keras.Model(network.input, layer.output, name=network.name)
    renamed = type(layer).from_config({**layer.get_config(), "name": FIRST_HEAD})
    alone = keras.Model(network.input, renamed(layer.input), name=network.name)
    renamed.set_weights(layer.get_weights())
    return alone
