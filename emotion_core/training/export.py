"""From a trained Keras network to the file that inference runs. The only place that imports TensorFlow itself."""

from __future__ import annotations

import keras
import tensorflow as tf


def to_litert(network: keras.Model) -> bytes:
    """The network as a LiteRT file, its weights in 8 bits (dynamic range): a quarter of the size, and faster where the
    processor multiplies 8-bit numbers."""
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()
