"""Networks that can be trained here, each a function of its parameters, written against Keras' backend-neutral API.

Every network takes (batch, size, size, channels) float32, scaled as its card says, and ends in one softmax over the
seven emotions named "emotion". A second head, named "fer2013", may be added while training (see `with_second_head`).
"""

from __future__ import annotations

import math

import keras
from keras import layers

from emotion_core.emotions import EMOTIONS

CLASSES = len(EMOTIONS)


def seed_cnn(size: int = 48, channels: int = 1) -> keras.Model:
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
    outputs = layers.Dense(CLASSES, activation="softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="seed-cnn")


def emotion_net(
    size: int = 48,
    channels: int = 1,
    widths: tuple[int, ...] = (32, 64, 128),
    blocks: tuple[int, ...] = (1, 2, 2),
    dropout: float = 0.2,
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
    """
    inputs = keras.Input((size, size, channels), name="face")
    x = _convolution(inputs, widths[0], kernel=5, stride=2)
    for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
        for block in range(count):
            x = _residual_block(x, width, stride=2 if stage > 0 and block == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout, name="features")(x)
    outputs = layers.Dense(CLASSES, activation="softmax", name="emotion", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="emotion-net")


def multiply_adds(network: keras.Model) -> int:
    """Multiplications with addition that one face costs, in convolutions and dense layers."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            total += math.prod(layer.output.shape[1:3]) * math.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Dense):
            total += math.prod(layer.kernel.shape)
    return total


def _convolution(
    x: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1, activation: str | None = "relu"
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation(activation)(x) if activation else x


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
