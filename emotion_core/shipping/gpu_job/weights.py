"""A trained network's weights in a file, laid out as Keras has them; `keras_file` makes a Keras network of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from emotion_core.shipping.gpu_job.networks import Network

#: The axes of weights of one, two and four, as Keras has them from PyTorch's and the other way round.
KERAS_AXES = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}
TORCH_AXES = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}


def tensors_of(network: Network, head: int) -> dict[str, list[Any]]:
    """All weights of one answer of a residual network, by kind, in the order in which Keras makes the layers."""
    parts = [network.trunk[0]]
    convolutions, norms = [parts[0].conv], [parts[0].norm]
    for block in list(network.trunk)[1:]:
        parts = [part for part in (block.shortcut, block.first, block.second) if part is not None]
        convolutions += [part.conv for part in parts] + [block.squeeze, block.excite]
        norms += [part.norm for part in parts]
    answer = (network.votes, network.labels)[head]
    return {
        "convolution": [[layer.weight, layer.bias] for layer in convolutions],
        "norm": [[layer.weight, layer.bias, layer.running_mean, layer.running_var] for layer in norms],
        "emotion": [[answer.weight, answer.bias]],
    }


def write_weights(path: Path, network: Network, head: int, prior: np.ndarray) -> None:
    """The weights of one answer as Keras holds them, and the prior under which it was learned."""
    arrays: dict[str, Any] = {"prior": prior.astype(np.float32)}
    for kind, layers in tensors_of(network, head).items():
        for number, tensors in enumerate(layers):
            for place, tensor in enumerate(tensor for tensor in tensors if tensor is not None):
                array = tensor.detach().float().cpu().numpy()
                arrays[f"{kind}-{number}-{place}"] = array.transpose(*KERAS_AXES[array.ndim])
    np.savez(path, **arrays)


def take_weights(path: Path, network: Network, head: int) -> None:
    """Give a network the weights that `write_weights` wrote; the other answer keeps its own."""
    arrays = np.load(path)
    with torch.no_grad():
        for kind, layers in tensors_of(network, head).items():
            for number, tensors in enumerate(layers):
                for place, tensor in enumerate(tensor for tensor in tensors if tensor is not None):
                    array = arrays[f"{kind}-{number}-{place}"]
                    tensor.copy_(torch.from_numpy(array.transpose(*TORCH_AXES[array.ndim])))
