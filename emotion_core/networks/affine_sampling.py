"""The one layer that Keras does not bring: a picture resampled through an affine map that the network chooses."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("emotion_core")
class AffineSampling(layers.Layer):
    """Resamples pictures bilinearly through an affine map, one a picture, after Jaderberg et al. 2015.

    Takes pictures (batch, height, width, channels) and (batch, 6) numbers, the map's two rows less those of the map
    that changes nothing, in coordinates from -1 to 1 between the middles of the outermost pixels. Beyond the edge a
    picture goes on as its edge. Gives pictures of the same shape. Only operations that every export knows are used.
    """

    def __init__(self, **options: Any):
        # Coordinates of 16 bits would miss pixels: inputs are taken as they come, and computed with in 32 bits.
        super().__init__(autocast=False, **options)

    def call(self, inputs: list) -> Any:
        images, change = inputs
        height, width, channels = images.shape[1:]
        batch = ops.shape(images)[0]
        x, y = _places(ops.cast(change, "float32"), height, width)
        flat = ops.reshape(ops.cast(images, "float32"), (-1, channels))
        first = ops.expand_dims(ops.arange(batch, dtype="int32") * (height * width), 1)
        left, right, x = _neighbours(x, width)
        above, below, y = _neighbours(y, height)

        def row(number: Any) -> Any:
            from_left = ops.take(flat, first + number * width + left, axis=0)
            from_right = ops.take(flat, first + number * width + right, axis=0)
            return from_left + (from_right - from_left) * x

        upper, lower = row(above), row(below)
        sampled = ops.reshape(upper + (lower - upper) * y, (batch, height, width, channels))
        return ops.cast(sampled, self.compute_dtype)

    def compute_output_shape(self, input_shape: list) -> tuple:
        return tuple(input_shape[0])


def _places(change: Any, height: int, width: int) -> tuple[Any, Any]:
    """Where each pixel of the result lies in the picture: x and y in pixels, each (batch, height * width)."""
    across = ops.tile(ops.linspace(-1.0, 1.0, width), (height,))
    down = ops.repeat(ops.linspace(-1.0, 1.0, height), width)
    x = across + change[:, 0:1] * across + change[:, 1:2] * down + change[:, 2:3]
    y = down + change[:, 3:4] * across + change[:, 4:5] * down + change[:, 5:6]
    return (x + 1) * ((width - 1) / 2), (y + 1) * ((height - 1) / 2)


def _neighbours(place: Any, count: int) -> tuple[Any, Any, Any]:
    """The pixels on either side of places along one axis, and how far each place is from the first, 0 to 1."""
    place = ops.clip(place, 0.0, count - 1.0)
    before = ops.floor(place)
    share = ops.expand_dims(place - before, -1)
    before = ops.cast(before, "int32")
    return before, ops.minimum(before + 1, count - 1), share
