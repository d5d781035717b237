"""From a trained Keras network to files that others run. The only place that imports TensorFlow itself."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import flatbuffers
import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as litert

from emotion_core.networks.quantization import is_worth_rounding, roundings, weights_in_steps, without_rounding

#: The version of LiteRT's convolution that may have weights of 8 bits; it does all that earlier ones do.
CONVOLUTION_VERSION = 5


def to_litert(network: keras.Model) -> bytes:
    """The network as a LiteRT file: in float32, but for convolutions that the network does in 8 bits.

    Raises:
        ValueError: the network does others in 8 bits than this program would.
    """
    with tempfile.TemporaryDirectory() as folder:
        to_saved_model(without_rounding(network), Path(folder))
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    return _in_8_bits(content, roundings(network)) if roundings(network) else content


def _in_8_bits(content: bytes, count: int) -> bytes:
    """A LiteRT file in float32 with the weights of so many convolutions, those that are worth it, in 8 bits.

    TensorFlow's converter has a switch for this which takes all convolutions, the first one and its pixels too.
    """
    model = litert.ModelT.InitFromPackedBuf(content)
    kernels = _kernels_worth_rounding(model)
    if len(kernels) != count:
        raise ValueError(f"the network computes {count} convolutions in 8 bits, of which {len(kernels)} are worth it")
    for code in filter(_is_convolution, model.operatorCodes):
        code.version = max(code.version, CONVOLUTION_VERSION)
    for kernel in {id(kernel): kernel for kernel in kernels}.values():  # convolutions alike may share their weights
        # In a buffer of its own, as weights that are alike may share that too.
        model.buffers.append(_weights_in_8_bits(kernel, model.buffers[kernel.buffer]))
        kernel.buffer = len(model.buffers) - 1
    _empty_unused_buffers(model)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _kernels_worth_rounding(model: litert.ModelT) -> list[litert.TensorT]:
    """The weights of those convolutions that are worth computing in 8 bits."""
    graph, codes = model.subgraphs[0], model.operatorCodes
    convolutions = [one for one in graph.operators if _is_convolution(codes[one.opcodeIndex])]
    kernels = [graph.tensors[one.inputs[1]] for one in convolutions]
    return [kernel for kernel in kernels if is_worth_rounding(*kernel.shape[1:])]


def _is_convolution(code: litert.OperatorCodeT) -> bool:
    return code.builtinCode == litert.BuiltinOperator.CONV_2D


def _empty_unused_buffers(model: litert.ModelT) -> None:
    """Leave weights that nothing uses any more out of the file."""
    used = {tensor.buffer for tensor in model.subgraphs[0].tensors} | {entry.buffer for entry in model.metadata}
    for number, buffer in enumerate(model.buffers):
        if number not in used:
            buffer.data = None


def _weights_in_8_bits(kernel: litert.TensorT, buffer: litert.BufferT) -> litert.BufferT:
    """Weights, (maps, height, width, channels) float32, in 8 bits; as the network has them so, nothing is lost."""
    weights = np.frombuffer(buffer.data.tobytes(), np.float32).reshape(kernel.shape)
    steps, sizes = weights_in_steps(np.moveaxis(weights, 0, -1))
    kernel.type = litert.TensorType.INT8
    kernel.quantization = litert.QuantizationParametersT()
    kernel.quantization.scale = sizes
    kernel.quantization.zeroPoint = np.zeros(len(sizes), np.int64)
    kernel.quantization.quantizedDimension = 0
    rounded = litert.BufferT()
    rounded.data = np.frombuffer(np.moveaxis(steps, -1, 0).astype(np.int8).tobytes(), np.uint8)
    return rounded


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
