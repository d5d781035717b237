"""From a trained Keras network to files that others run. The only place that imports TensorFlow itself."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import keras
import tensorflow as tf


def to_litert(network: keras.Model) -> bytes:
    """The network as a LiteRT file, in float32.

    Weights of 8 bits (dynamic range) would be a quarter of the size and, on processors with 8-bit instructions, faster;
    but probabilities would differ from the network's by up to 0.06 on PublicTest.
    """
    with tempfile.TemporaryDirectory() as folder:
        to_saved_model(network, Path(folder))
        return tf.lite.TFLiteConverter.from_saved_model(folder).convert()


def to_onnx(network: keras.Model) -> bytes:
    """The network as an ONNX file, in float32, with an input "face" of any number of faces."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras asks numpy for a name that it has given up, to mend tf2onnx.
        warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
        path = Path(folder) / "model.onnx"
        faces = keras.InputSpec(shape=network.input_shape, dtype="float32", name="face")
        network.export(path, format="onnx", verbose=False, input_signature=[faces])
        return path.read_bytes()


def to_saved_model(network: keras.Model, folder: Path) -> None:
    """Write the network as TensorFlow's SavedModel, a folder; `tf.saved_model.load(folder).serve(faces)` runs it."""
    network.export(folder, format="tf_saved_model", verbose=False)
