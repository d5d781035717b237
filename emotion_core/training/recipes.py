"""Recipes: how a network is trained, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emotion_core.training.augmentation import Augmentation


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        labels: "fer2013" learns one label a face; "votes" learns the shares of FER+'s votes.
        epochs: passes over the training faces.
        batch_size: faces a step.
        optimizer: "adam", or "sgd" with Nesterov momentum 0.9.
        learning_rate: the highest.
        schedule: "constant", or "cosine": one epoch of linear warm-up, then half a cosine down to zero.
        weight_decay: decoupled, by the learning rate, on kernels alone.
        second_head_weight: weight of the loss of a second head that learns the data set's own labels; 0 for none.
        augmentation: how training faces are varied; None for not at all.
        scale, offset: the network sees pixel * scale + offset.
    """

    labels: Literal["fer2013", "votes"]
    epochs: int
    batch_size: int
    optimizer: Literal["adam", "sgd"]
    learning_rate: float
    schedule: Literal["constant", "cosine"] = "constant"
    weight_decay: float = 0.0
    second_head_weight: float = 0.0
    augmentation: Augmentation | None = None
    scale: float = 1 / 255
    offset: float = 0.0


#: The student project's own: no augmentation, a constant step.
SEED = Recipe(labels="fer2013", epochs=50, batch_size=64, optimizer="adam", learning_rate=1e-4)

#: What the shipped emotion-net was trained with.
VOTES = Recipe(
    labels="votes",
    epochs=16,
    batch_size=64,
    optimizer="sgd",
    learning_rate=0.05,
    schedule="cosine",
    weight_decay=2e-3,
    second_head_weight=0.3,
    augmentation=Augmentation(rotation=10, scale=0.12, shift=0.05, brightness=0.1, contrast=0.2),
    scale=1 / 127.5,
    offset=-1.0,
)
