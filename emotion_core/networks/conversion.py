"""From a trained Keras network to files that other programs run. The only place that imports TensorFlow itself."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import flatbuffers
import keras
import numpy as np
import onnx
import tensorflow as tf
from ai_edge_litert import schema_py_generated as litert

from emotion_core.files import temporary_folder
from emotion_core.models.card import KERAS_FILE, ModelError, read_card, read_verified
from emotion_core.models.classifier import FACE, FEATURES, PROBABILITIES
from emotion_core.networks.architectures import load_network
from emotion_core.networks.export import about
from emotion_core.networks.quantization import count_quantized, dequantize, is_worth_quantizing, quantize_weights

#: The version of LiteRT's convolution that may have int8 weights; it does all that earlier ones do.
CONVOLUTION_VERSION = 5


def to_litert(network: keras.Model) -> bytes:
    """The network as a LiteRT file: in float32, but for the convolutions that the network computes in int8.

    It takes "face" and gives "emotion", the probabilities, and "features", if the network has a layer of that name.

    Raises:
        ValueError: other convolutions are quantized than this program would.
    """
    with temporary_folder("convert") as folder:
        to_saved_model(_with_named_outputs(dequantize(network)), Path(folder))
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    model = litert.ModelT.InitFromPackedBuf(content)
    _name_ends(model)
    if count_quantized(network):
        _quantize(model, count_quantized(network))
    _empty_unused_buffers(model)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _with_named_outputs(network: keras.Model) -> keras.Model:
    """The network with its outputs named, and with what its layer "features" gives as a second one if it has that."""
    outputs = {PROBABILITIES: network.output}
    if FEATURES in [layer.name for layer in network.layers]:
        outputs[FEATURES] = network.get_layer(FEATURES).output
    return keras.Model(network.input, outputs, name=network.name)


def _name_ends(model: litert.ModelT) -> None:
    """Name what a LiteRT file takes and gives, the probabilities first; the converter's own names and order vary."""
    graph, (signature,) = model.subgraphs[0], model.signatureDefs
    outputs = {output.name.decode(): output for output in signature.outputs}
    signature.outputs = [outputs[name] for name in (PROBABILITIES, FEATURES) if name in outputs]
    ends = [signature.inputs[0], *signature.outputs]
    for name, end in zip((FACE, PROBABILITIES, FEATURES), ends, strict=False):
        end.name = graph.tensors[end.tensorIndex].name = name
    graph.outputs = [end.tensorIndex for end in signature.outputs]


def _quantize(model: litert.ModelT, count: int) -> None:
    """Give so many convolutions of a LiteRT file, those that are worth it, int8 weights.

    TensorFlow's converter has a switch for this which takes all convolutions, the first one and its pixels too.
    """
    kernels = _kernels_worth_quantizing(model)
    if len(kernels) != count:
        raise ValueError(f"the network has {count} int8 convolutions, and this program would quantize {len(kernels)}")
    for code in filter(_is_convolution, model.operatorCodes):
        code.version = max(code.version, CONVOLUTION_VERSION)
    for kernel in {id(kernel): kernel for kernel in kernels}.values():  # convolutions alike may share their weights
        # In a buffer of its own, as weights that are alike may share that too.
        model.buffers.append(_quantized_buffer(kernel, model.buffers[kernel.buffer]))
        kernel.buffer = len(model.buffers) - 1


def _kernels_worth_quantizing(model: litert.ModelT) -> list[litert.TensorT]:
    """The weights of those convolutions that are worth quantizing."""
    graph, codes = model.subgraphs[0], model.operatorCodes
    convolutions = [one for one in graph.operators if _is_convolution(codes[one.opcodeIndex])]
    kernels = [graph.tensors[one.inputs[1]] for one in convolutions]
    return [kernel for kernel in kernels if is_worth_quantizing(*kernel.shape[1:])]


def _is_convolution(code: litert.OperatorCodeT) -> bool:
    return code.builtinCode == litert.BuiltinOperator.CONV_2D


def _empty_unused_buffers(model: litert.ModelT) -> None:
    """Leave weights that nothing uses any more out of the file."""
    used = {tensor.buffer for tensor in model.subgraphs[0].tensors} | {entry.buffer for entry in model.metadata}
    for number, buffer in enumerate(model.buffers):
        if number not in used:
            buffer.data = None


def _quantized_buffer(kernel: litert.TensorT, buffer: litert.BufferT) -> litert.BufferT:
    """Weights, (output channels, height, width, input channels) float32, in int8; the network's own are so already."""
    weights = np.frombuffer(buffer.data.tobytes(), np.float32).reshape(kernel.shape)
    levels, scales = quantize_weights(np.moveaxis(weights, 0, -1))
    kernel.type = litert.TensorType.INT8
    kernel.quantization = litert.QuantizationParametersT()
    kernel.quantization.scale = scales
    kernel.quantization.zeroPoint = np.zeros(len(scales), np.int64)
    kernel.quantization.quantizedDimension = 0
    quantized = litert.BufferT()
    quantized.data = np.frombuffer(np.moveaxis(levels, -1, 0).astype(np.int8).tobytes(), np.uint8)
    return quantized


def to_onnx(network: keras.Model, metadata: dict[str, str] | None = None) -> bytes:
    """The network as an ONNX file, in float32, for any number of "faces"; it takes and gives what a LiteRT file does.

    Args:
        network: with one output.
        metadata: texts by their names that the file is to hold.
    """
    network = _with_named_outputs(network)
    with temporary_folder("convert") as folder, warnings.catch_warnings():
        # Keras asks numpy for a name that it has given up, to repair tf2onnx.
        warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
        path = Path(folder) / "model.onnx"
        faces = keras.InputSpec(shape=network.input_shape, dtype="float32", name=FACE)
        network.export(path, format="onnx", verbose=False, input_signature=[faces])
        model = onnx.load(path)
    for end in (*model.graph.input, *model.graph.output):
        end.type.tensor_type.shape.dim[0].dim_param = "faces"
    onnx.helper.set_model_props(model, metadata or {})
    return model.SerializeToString()


def to_saved_model(network: keras.Model, folder: Path) -> None:
    """Write the network as TensorFlow's SavedModel, a folder; `tf.saved_model.load(folder).serve(faces)` runs it."""
    network.export(folder, format="tf_saved_model", verbose=False)


def convert(folder: Path, form: str, target: Path) -> None:
    """Write a model's Keras file, if it is the one on the card, in one of `export.FORMATS`.

    Raises:
        ModelError: the model cannot be used.
        ValueError: other convolutions are quantized than this program would.
        OSError: the target cannot be written.
    """
    card = read_card(folder)
    with temporary_folder("convert") as scratch:
        verified = Path(scratch) / KERAS_FILE  # whatever happens to the folder meanwhile
        verified.write_bytes(read_verified(folder, card, KERAS_FILE))
        network = load_network(verified)
    if form == "litert":
        target.write_bytes(to_litert(network))
    elif form == "onnx":
        words = {key: value if isinstance(value, str) else json.dumps(value) for key, value in about(card).items()}
        target.write_bytes(to_onnx(network, words))
    else:
        to_saved_model(network, target)


def main(folder: str, form: str, target: str) -> int:
    """`convert` as a process of its own."""
    try:
        convert(Path(folder), form, Path(target))
    except (ModelError, ValueError, OSError) as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
