"""Networks that can be trained here, each a function of its arguments, written against Keras' backend-neutral API.

Every network takes (batch, size, size, channels) float32, scaled as its card says, and ends in a softmax over its
classes named "emotion". A layer before it named "features" gives one vector a face: a second head can learn from it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import keras
from keras import layers
from pydantic import Field, ValidationError, validate_call

from emotion_core.classes import FEWEST_CLASSES, MOST_CLASSES
from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import KERAS_FILE, ModelError, read_card, read_verified
from emotion_core.networks.affine_sampling import AffineSampling
from emotion_core.networks.damaged import DAMAGED
from emotion_core.networks.keras_files import check_size
from emotion_core.networks.precision import with_precision
from emotion_core.networks.quantization import dequantize
from emotion_core.runs.presets import PRESETS

#: Where nothing else is said, networks tell the seven emotions apart.
CLASSES = len(EMOTIONS)

Size = Annotated[int, Field(ge=8, le=512)]
Channels = Literal[1, 3]
Count = Annotated[int, Field(ge=1, le=1024)]
Classes = Annotated[int, Field(ge=FEWEST_CLASSES, le=MOST_CLASSES)]
Share = Annotated[float, Field(ge=0, lt=1)]


def build(name: str, **arguments: Any) -> keras.Model:
    """A network by its preset's name, with fresh weights.

    Args:
        name: one of `PRESETS`.
        arguments: those of the function that makes the network; lists will do for tuples, as a card stores them.

    Raises:
        ValueError: there is no such preset, or it takes no such arguments.
    """
    if name not in PRESETS:
        raise ValueError(f"unknown network {name!r}; there are {', '.join(PRESETS)}")
    builder = BUILDERS[name]
    try:
        return validate_call(builder)(**arguments)
    except ValidationError as error:
        first = error.errors()[0]
        allowed = ", ".join(inspect.signature(builder).parameters)
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{name} cannot be built: {where}: {first['msg']}; its arguments are {allowed}") from None
    except ValueError as error:  # Keras' own, as for a picture that shrinks to nothing
        reason = str(error).splitlines()[0]
        raise ValueError(f"{name} cannot be built with {arguments}: {reason}") from None


def fine_tune(source: Path, frozen: bool, classes: int = CLASSES) -> keras.Model:
    """A trained network, to be trained further: in float32, whatever it computes in, and without a second head.

    Args:
        source: a model's folder with its card, or a Keras file of a network of this module.
        frozen: train only the last layer that has weights.
        classes: how many the network tells apart.

    Raises:
        ModelError: the file cannot be read, is not the one on the model's card, or holds code of its own, or another
            kind of network.
    """
    if source.is_dir():
        read_verified(source, read_card(source), KERAS_FILE)
    path = source / KERAS_FILE if source.is_dir() else source
    network = with_precision(dequantize(_without_second_head(load_network(path), path, classes)), "float32")
    free_layers(network, only_last=frozen)
    return network


def with_weights_of(network: keras.Model, trained: keras.Model, frozen: bool) -> keras.Model:
    """A new network that begins with all weights of a trained one of its kind but those that depend on the classes.

    Args:
        network: of other classes.
        trained: built with the same arguments else.
        frozen: train only the last layer that has weights.
    """
    for new, old in zip(network.layers, trained.layers, strict=True):
        if [weight.shape for weight in new.weights] == [weight.shape for weight in old.weights]:
            new.set_weights(old.get_weights())
    free_layers(network, only_last=frozen)
    return network


def free_layers(network: keras.Model, only_last: bool) -> None:
    """Let all layers be trained, those that were frozen earlier too, or only the last one that has weights."""
    last = max(number for number, layer in enumerate(network.layers) if layer.weights)
    for number, layer in enumerate(network.layers):
        layer.trainable = not only_last or number >= last


def load_network(path: Path) -> keras.Model:
    """A network from its Keras file, never running code that the file brings.

    Raises:
        ModelError: the file cannot be read, or needs code of its own.
    """
    if path.suffix != ".keras":
        raise ModelError(f"{path} is no Keras file; only files that end in .keras are read")
    check_size(path)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except DAMAGED as error:
        if "Lambda" in str(error) or "registered" in str(error):
            raise ModelError(f"{path} is refused: it needs code of its own (a Lambda or unknown layer)") from None
        raise ModelError(f"{path} cannot be read as a Keras file: it is missing or damaged") from None


def seed_cnn(size: Size = 48, channels: Channels = 1, classes: Classes = CLASSES) -> keras.Model:
    """The four-convolution network of the student project from which this one grew, exactly: 2.3 M parameters."""
    inputs = keras.Input((size, size, channels), name="face")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Dropout(0.25)(x)
    x = layers.Conv2D(128, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(128, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(1024, activation="relu")(x)
    x = layers.Dropout(0.5, name="features")(x)
    outputs = layers.Dense(classes, activation="softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="seed-cnn")


def mini_xception(size: Size = 48, channels: Channels = 1, classes: Classes = CLASSES) -> keras.Model:
    """A fully convolutional network of separable convolutions (Arriaga, Valdenegro-Toro & Ploeger 2017, 1710.07557).

    The mean of each of its last maps is the evidence for a class, so that "features" are these numbers.
    """
    inputs = keras.Input((size, size, channels), name="face")
    x = _convolution(inputs, 8, padding="valid")
    x = _convolution(x, 8, padding="valid")
    for width in (16, 32, 64, 128):
        # Every second point, then a convolution: the same as one of stride 2, whose gradient TensorFlow 2.21 computes
        # beyond its memory on processors with AVX-512 if a batch has an odd number of faces.
        shortcut = _convolution(layers.MaxPooling2D(1, strides=2, padding="same")(x), width, kernel=1, activation=None)
        x = _separable_convolution(x, width)
        x = layers.Activation("relu")(x)
        x = _separable_convolution(x, width)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = layers.Add()([x, shortcut])
    x = layers.Conv2D(classes, 3, padding="same")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    outputs = layers.Activation("softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="mini-xception")


def deep_emotion(size: Size = 48, channels: Channels = 1, classes: Classes = CLASSES) -> keras.Model:
    """A small network that looks at the part of the face it chooses (Minaee & Abdolrashidi 2019, arXiv 1902.01019).

    A spatial transformer (Jaderberg et al. 2015, arXiv 1506.02025) regresses an affine map from the face, by which the
    face is resampled before four convolutions of ten filters see it. It starts out as the map that changes nothing.
    """
    inputs = keras.Input((size, size, channels), name="face")
    x = AffineSampling(name="attention")([inputs, _localisation(inputs)])
    for _ in range(2):
        x = layers.Conv2D(10, 3, activation="relu")(x)
        x = layers.Conv2D(10, 3)(x)
        x = layers.MaxPooling2D(2)(x)
        x = layers.Activation("relu")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(50, activation="relu", name="features")(x)
    outputs = layers.Dense(classes, activation="softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="deep-emotion")


def emotion_net(
    size: Size = 48,
    channels: Channels = 1,
    widths: tuple[Count, ...] = (48, 96, 192),
    blocks: tuple[Count, ...] = (1, 2, 2),
    dropout: Share = 0.2,
    classes: Classes = CLASSES,
) -> keras.Model:
    """A compact residual network with squeeze-and-excitation.

    Residual blocks after He et al. 2016 (arXiv 1512.03385), channel attention after Hu et al. 2018 (arXiv 1709.01507).
    The first convolution and each stage after the first halve the picture's side, so that most of the work is done on
    few pixels; global average pooling replaces a large dense layer.

    Args:
        size: side of the square input in pixels.
        channels: 1 for grey, 3 for RGB.
        widths: channels of each stage.
        blocks: residual blocks of each stage, as many numbers as `widths`.
        dropout: share of the pooled features dropped while training.
        classes: how many are told apart.

    Raises:
        ValueError: `widths` and `blocks` have not the same length, or are empty.
    """
    if not widths or len(widths) != len(blocks):
        raise ValueError(f"widths and blocks must be as long as each other, not {len(widths)} and {len(blocks)} long")
    inputs = keras.Input((size, size, channels), name="face")
    x = _convolution(inputs, widths[0], kernel=5, stride=2)
    for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
        for block in range(count):
            x = _residual_block(x, width, stride=2 if stage > 0 and block == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout, name="features")(x)
    outputs = layers.Dense(classes, activation="softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="emotion-net")


BUILDERS: dict[str, Callable[..., keras.Model]] = {
    "emotion-net": emotion_net,
    "seed-cnn": seed_cnn,
    "mini-xception": mini_xception,
    "deep-emotion": deep_emotion,
}


def multiply_adds(network: keras.Model) -> int:
    """Multiplications with addition that one face costs, in convolutions, dense layers and resampling."""
    return sum(_multiply_adds(layer) for layer in network.layers)


def _multiply_adds(layer: layers.Layer) -> int:
    if isinstance(layer, layers.SeparableConv2D):
        weights = math.prod(layer.depthwise_kernel.shape) + math.prod(layer.pointwise_kernel.shape)
        return math.prod(layer.output.shape[1:3]) * weights
    if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D)):
        return math.prod(layer.output.shape[1:3]) * math.prod(layer.kernel.shape)
    if isinstance(layer, layers.Dense):
        return math.prod(layer.kernel.shape)
    if isinstance(layer, AffineSampling):
        return math.prod(layer.output.shape[1:3]) * (6 + 4 * layer.output.shape[3])
    return 0


def _localisation(faces: keras.KerasTensor) -> keras.KerasTensor:
    """The network that says where to look: two convolutions, two dense layers, the last one all zeros to begin with."""
    x = layers.Conv2D(8, 7)(faces)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(10, 5)(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Activation("relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(32, activation="relu")(x)
    return layers.Dense(6, kernel_initializer="zeros", name="affine_map")(x)


def _without_second_head(network: keras.Model, path: Path, classes: int) -> keras.Model:
    """The network from faces to its softmax over the classes, without any second head."""
    names = [layer.name for layer in network.layers] if isinstance(network, keras.Model) else []
    if not {"emotion", "features"} <= set(names):
        raise ModelError(f'{path} is another kind of network: it has no layers named "features" and "emotion"')
    probabilities = network.get_layer("emotion").output
    if probabilities.shape != (None, classes):
        raise ModelError(f"{path} predicts {probabilities.shape[-1]} classes, not {classes}")
    return keras.Model(network.input, probabilities, name=network.name)


def _convolution(
    x: keras.KerasTensor,
    width: int,
    kernel: int = 3,
    stride: int = 1,
    activation: str | None = "relu",
    padding: str = "same",
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=stride, padding=padding, use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation(activation)(x) if activation else x


def _separable_convolution(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
    x = layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


def _residual_block(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    shortcut = x
    if stride > 1 or x.shape[-1] != width:
        shortcut = layers.AveragePooling2D(stride)(x) if stride > 1 else x
        shortcut = _convolution(shortcut, width, kernel=1, activation=None)
    x = _convolution(x, width, stride=stride)
    x = _convolution(x, width, activation=None)
    x = _squeeze_and_excitation(x, width)
    return layers.Activation("relu")(layers.Add()([x, shortcut]))


def _squeeze_and_excitation(x: keras.KerasTensor, width: int, reduction: int = 8) -> keras.KerasTensor:
    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weights = layers.Conv2D(max(width // reduction, 8), 1, activation="relu")(weights)
    weights = layers.Conv2D(width, 1, activation="sigmoid")(weights)
    return layers.Multiply()([x, weights])
