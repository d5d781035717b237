"""int8 quantization of convolutions, which makes a network faster, most of all on processors with instructions for it.

LiteRT's int8 convolution quantizes its input, face by face, to 256 levels from 0 to the largest value, and has weights
of 255 levels for each output channel ("dynamic range quantization"; Jacob et al. 2018, arXiv 1712.05877, describe such
arithmetic). A network quantized here does the same in Keras, so that both of its files predict alike.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

#: Levels above 0: of the input, which is never below 0, and of weights, which have as many below it.
INPUT_LEVELS, WEIGHT_LEVELS = 255, 127
#: Convolutions of fewer input channels come early in a network, where rounding errors grow on their way to the output.
FEWEST_CHANNELS = 64
#: Weights that are all smaller than this count as 0: their scale could not be told from 0.
SMALLEST = 1e-30
#: Keras' names for the operations of `_fake_quantized`.
FAKE_QUANTIZATION = {"Max", "Maximum", "Divide", "Round", "Reciprocal", "Subtract", "StopGradient"}


def quantize(network: keras.Model) -> keras.Model:
    """A copy of a network whose convolutions compute in int8, wherever there is much to convolve.

    Args:
        network: of layers alone; what convolutions of `FEWEST_CHANNELS` and more take is at least 0, as after a ReLU.

    Raises:
        ValueError: the network has operations that are not layers, as a quantized one has.
    """
    if _bare_operations(network):
        raise ValueError(f"the network {network.name} is not of layers alone, or is quantized already")

    names = [layer.name for layer in network.layers if _is_quantizable(layer)]

    def call(operation: keras.Operation, *inputs: Any, **options: Any) -> Any:
        if operation.name in names:
            inputs = (_fake_quantized(inputs[0]),)
        return operation(*inputs, **options)

    copy = _copy(network, call)
    for name in names:
        kernel = copy.get_layer(name).kernel
        levels, scales = quantize_weights(ops.convert_to_numpy(kernel))
        kernel.assign(levels * scales)
    return copy


def dequantize(network: keras.Model) -> keras.Model:
    """A copy whose convolutions compute in float32, to be trained or converted; any other network is given back."""
    if not is_quantized(network):
        return network

    def call(operation: keras.Operation, *inputs: Any, **options: Any) -> Any:
        # The first input of each operation of `_fake_quantized` is what it rounds, or what came of that: pass it on.
        return operation(*inputs, **options) if isinstance(operation, keras.layers.Layer) else inputs[0]

    return _copy(network, call)


def is_quantized(network: keras.Model) -> bool:
    """Whether a network was made by `quantize`: it has those operations, and no others but layers."""
    return set(_bare_operations(network)) == FAKE_QUANTIZATION


def count_quantized(network: keras.Model) -> int:
    """How many convolutions of a network compute in int8."""
    return _bare_operations(network).count("StopGradient") if is_quantized(network) else 0


def is_worth_quantizing(height: int, width: int, channels: int) -> bool:
    """Whether to quantize a convolution, from its kernel's shape: LiteRT rounds 1x1 convolutions in another manner."""
    return height * width > 1 and channels >= FEWEST_CHANNELS


def quantize_weights(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A convolution's weights in int8, symmetric for each output channel.

    Args:
        kernel: (height, width, input channels, output channels) float32.

    Returns:
        The levels, whole numbers from -127 to 127, float32 of the same shape; and (output channels,) float32 scales.
    """
    largest = np.abs(kernel).max(axis=(0, 1, 2))
    scales = np.where(largest > SMALLEST, largest, 1).astype(np.float32) / np.float32(WEIGHT_LEVELS)
    return np.rint(kernel / scales), scales


def _is_quantizable(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.Conv2D) and is_worth_quantizing(*layer.kernel.shape[:3])


def _bare_operations(network: keras.Model) -> list[str]:
    """The kinds of a network's operations that are not layers."""
    return [type(one).__name__ for one in network.operations if not isinstance(one, keras.layers.Layer)]


def _fake_quantized(x: keras.KerasTensor) -> keras.KerasTensor:
    """What a LiteRT convolution makes of its input; gradients pass as if nothing was rounded (straight-through).

    Written in operations of Keras itself, so that its files are read without this project. Addition and multiplication
    are avoided, as Keras would give them names that the layers Add and Multiply have; a layer Subtract is in the way.
    """
    scale = ops.divide(ops.maximum(ops.max(x, axis=(1, 2, 3), keepdims=True), keras.config.epsilon()), INPUT_LEVELS)
    lost = ops.subtract(x, ops.divide(ops.round(ops.divide(x, scale)), ops.reciprocal(scale)))
    return ops.subtract(x, ops.stop_gradient(lost))


def _copy(network: keras.Model, call: Any) -> keras.Model:
    copy = keras.models.clone_model(network, call_function=call)
    for layer in network.layers:
        if layer.weights:
            copy.get_layer(layer.name).set_weights(layer.get_weights())
    return copy
