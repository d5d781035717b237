"""The networks that are trained on a GPU, in PyTorch: the one that ships, and larger ones that teach it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from emotion_core.emotions import EMOTIONS

CLASSES = len(EMOTIONS)


class Convolution(nn.Module):
    """Without bias, normalised; with stride 2 padded as Keras pads: less before than after."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, rectified: bool = True):
        super().__init__()
        self.before, self.after = (kernel - stride) // 2, (kernel - stride + 1) // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.1)
        self.rectified = rectified
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, faces: Any) -> Any:
        if self.before or self.after:
            faces = functional.pad(faces, (self.before, self.after, self.before, self.after))
        maps = self.norm(self.conv(faces))
        return functional.relu(maps) if self.rectified else maps


class Block(nn.Module):
    """Two convolutions with squeeze-and-excitation beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride = stride
        changes = stride > 1 or inputs != outputs
        self.shortcut = Convolution(inputs, outputs, 1, 1, rectified=False) if changes else None
        self.first = Convolution(inputs, outputs, 3, stride)
        self.second = Convolution(outputs, outputs, 3, 1, rectified=False)
        squeezed = max(outputs // 8, 8)
        self.squeeze, self.excite = nn.Conv2d(outputs, squeezed, 1), nn.Conv2d(squeezed, outputs, 1)

    def forward(self, faces: Any) -> Any:
        maps = self.second(self.first(faces))
        weights = functional.relu(self.squeeze(maps.mean((2, 3), keepdim=True)))
        maps = maps * torch.sigmoid(self.excite(weights))
        if self.shortcut is not None:
            faces = self.shortcut(functional.avg_pool2d(faces, self.stride) if self.stride > 1 else faces)
        return functional.relu(maps + faces)


class Network(nn.Module):
    """A trunk, the mean over its maps, and two linear answers: (N, 2, 7) logits, by votes and by labels."""

    def __init__(self, trunk: list, width: int, dropout: float):
        super().__init__()
        self.trunk, self.dropout = nn.Sequential(*trunk), nn.Dropout(dropout)
        self.votes, self.labels = nn.Linear(width, CLASSES), nn.Linear(width, CLASSES)

    def forward(self, faces: Any) -> Any:
        features = self.dropout(self.trunk(faces).float().mean((2, 3)))
        with torch.autocast(faces.device.type, enabled=False):
            return torch.stack([self.votes(features), self.labels(features)], dim=1)


def residual(widths: tuple[int, ...], counts: tuple[int, ...], dropout: float) -> Network:
    """Blocks in stages, as this project's emotion-net has them."""
    trunk: list = [Convolution(1, widths[0], 5, 2)]
    for stage, (width, count) in enumerate(zip(widths, counts, strict=True)):
        for block in range(count):
            inputs = width if block else widths[max(stage - 1, 0)]
            trunk.append(Block(inputs, width, 2 if stage and not block else 1))
    return Network(trunk, widths[-1], dropout)


def plain(widths: tuple[int, ...], dropout: float) -> Network:
    """Two convolutions after each other at each of some sizes, after Simonyan and Zisserman 2015 (arXiv 1409.1556)."""
    trunk: list = []
    for stage, width in enumerate(widths):
        trunk += [Convolution(widths[stage - 1] if stage else 1, width), Convolution(width, width)]
        trunk += [nn.MaxPool2d(2)] if stage < len(widths) - 1 else []
    return Network(trunk, widths[-1], dropout)


NETWORKS: dict[str, Callable[[], Network]] = {
    "emotion-net": lambda: residual((48, 96, 192), (1, 2, 2), 0.3),
    "wide": lambda: residual((96, 192, 384), (2, 2, 2), 0.4),
    "deep": lambda: residual((64, 128, 256, 384), (2, 3, 3, 1), 0.4),
    "plain": lambda: plain((64, 128, 256, 512), 0.5),
}
