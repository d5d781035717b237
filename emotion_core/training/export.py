"""From a trained Keras network to the file that inference runs. The only place that imports TensorFlow itself."""

from __future__ import annotations

import keras
import tensorflow as tf


def to_litert(network: keras.Model) -> bytes:
    """The network as a LiteRT file, in float32.

    Weights of 8 bits (dynamic range) would be a quarter of the size and, on processors with 8-bit instructions, faster;
    but probabilities would differ from the network's by up to 0.06 on PublicTest.
    """
    return tf.lite.TFLiteConverter.from_keras_model(network).convert()
