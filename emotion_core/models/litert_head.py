"""Another last layer for a LiteRT file, without TensorFlow: the file is taken apart and put together again."""

from __future__ import annotations

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as litert

from emotion_core.models.card import ModelError
from emotion_core.models.classifier import FEATURES, PROBABILITIES

_MARK = b"TFL3"


def with_head(content: bytes, weights: np.ndarray, bias: np.ndarray) -> bytes:
    """A LiteRT file whose embeddings go through another dense layer before the softmax.

    Args:
        content: a file of this project's own, with the outputs "emotion" and "features".
        weights: (classes, D) float32 for embeddings of D numbers.
        bias: (classes,) float32.

    Raises:
        ModelError: the file does not end in embeddings, one dense layer and a softmax.
    """
    model = litert.ModelT.InitFromPackedBuf(content)
    graph = model.subgraphs[0]
    names = {tensor.name.decode(): number for number, tensor in enumerate(graph.tensors)}
    dense, softmax = _last_layers(model, names)
    kernel, addend = dense.inputs[1:3]
    if tuple(graph.tensors[kernel].shape)[1:] != weights.shape[1:]:
        raise ModelError(f"a head for {weights.shape[1]} numbers a face does not fit {graph.tensors[kernel].shape[1]}")
    for number, values in ((kernel, weights), (addend, bias)):
        _fill(model, graph.tensors[number], values)
    for number in (dense.outputs[0], softmax.outputs[0]):
        graph.tensors[number].shape = np.array([1, len(bias)], np.int32)
        graph.tensors[number].shapeSignature = np.array([-1, len(bias)], np.int32)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), _MARK)
    return bytes(builder.Output())


def _last_layers(model: litert.ModelT, names: dict[str, int]) -> tuple[litert.OperatorT, litert.OperatorT]:
    """The dense layer from the embeddings, and the softmax that gives the probabilities."""
    made = {number: one for one in model.subgraphs[0].operators for number in one.outputs}
    softmax = made.get(names.get(PROBABILITIES, -1))
    dense = made.get(softmax.inputs[0]) if softmax else None
    codes = [model.operatorCodes[one.opcodeIndex].builtinCode for one in (softmax, dense) if one]
    wanted = [litert.BuiltinOperator.SOFTMAX, litert.BuiltinOperator.FULLY_CONNECTED]
    if dense is None or codes != wanted or len(dense.inputs) != 3 or dense.inputs[0] != names.get(FEATURES):
        raise ModelError("the network does not end in embeddings, one dense layer and a softmax")
    return dense, softmax


def _fill(model: litert.ModelT, tensor: litert.TensorT, values: np.ndarray) -> None:
    """Give a tensor other values, and another shape; its buffer may be another one's, too, and stays if it is."""
    users = [one for graph in model.subgraphs for one in graph.tensors if one.buffer == tensor.buffer]
    if len(users) == 1:
        model.buffers[tensor.buffer].data = None
    filled = litert.BufferT()
    filled.data = np.frombuffer(np.ascontiguousarray(values, np.float32).tobytes(), np.uint8)
    tensor.buffer, tensor.shape = len(model.buffers), np.array(values.shape, np.int32)
    model.buffers.append(filled)
