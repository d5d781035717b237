"""What the network is trained on: shuffled, augmented, scaled faces with their targets, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from emotion_core.models.face_input import FaceInput, network_input
from emotion_core.training.augmentation import augment, blended, mix
from emotion_core.training.heads import FIRST_HEAD, SECOND_HEAD
from emotion_core.training.sharing import rows_of_this_process

if TYPE_CHECKING:
    from emotion_core.runs.recipes import Recipe

#: Mixup blends this share of the batches, and none in the last epochs, whose faces are as they will be in use.
MIXED_SHARE, UNMIXED_EPOCHS = 0.5, 0.1


@dataclass(frozen=True)
class Targets:
    """The targets of one head: (N, classes) shares and (N,) weights of the faces, float32."""

    shares: np.ndarray
    weights: np.ndarray

    def rows(self, rows: np.ndarray | slice) -> Targets:
        return Targets(self.shares[rows], self.weights[rows])

    def mixed(self, partners: np.ndarray, share: float) -> Targets:
        return Targets(blended(self.shares, partners, share), blended(self.weights, partners, share))

    def taught(self, predictions: np.ndarray, share: float) -> Targets:
        """The same faces, with teachers' predictions making up this share of their targets."""
        return Targets(((1 - share) * self.shares + share * predictions).astype(np.float32), self.weights)


@dataclass(frozen=True)
class TrainingData:
    """Training faces, (N, height, width) or (N, height, width, 3) uint8, with the targets of each head."""

    images: np.ndarray
    first: Targets
    second: Targets | None

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class ValidationData:
    """Validation faces with what is right of each.

    Attributes:
        images: (N, height, width) or (N, height, width, 3) uint8.
        own: (N,) the data set's own label of each, as an index into its classes.
        majority: (N,) that of the annotators' majority, or `NO_LABEL`; None where nobody voted.
        targets: (N, classes) shares, which the loss is measured by.
        usable: (N,) bool, which faces the loss is measured on.
    """

    images: np.ndarray
    own: np.ndarray
    majority: np.ndarray | None
    targets: np.ndarray
    usable: np.ndarray


@dataclass(frozen=True)
class Faces:
    """All that a run sees of its data set; `preparation.faces_of` makes it.

    Attributes:
        training, validation: the two splits.
        shift: what the loss adds to the log-probabilities of the first head, (classes,); None where nothing is balanced
            so.
    """

    training: TrainingData
    validation: ValidationData
    shift: np.ndarray | None


#: Threads that prepare batches while the network is trained. With more than one, Keras has TensorFlow's pipeline not
#: tune itself, which in 2.21 may take ten seconds to end after an epoch.
WORKERS = 2
#: What teachers predict: scaled faces as the network takes them -> (N, classes) shares.
Teach = Callable[[np.ndarray], np.ndarray]


class Batches(keras.utils.PyDataset):
    """The batches of one epoch, from one of them on to another; always the same for the same seed and epoch.

    With teachers, their predictions for the very faces of the batch are the recipe's share of the first head's targets.
    """

    def __init__(
        self,
        data: TrainingData,
        recipe: Recipe,
        expected: FaceInput,
        seed: int,
        epoch: int,
        start: int = 0,
        end: int | None = None,
        teach: Teach | None = None,
    ):
        # Teachers are networks themselves and are asked by one thread. On JAX, which has no such pipeline, Keras 3.15
        # would mix up the first batches where several threads prepare them.
        alone = teach or keras.backend.backend() != "tensorflow"
        super().__init__(workers=1 if alone else WORKERS)
        self.data, self.recipe, self.expected, self.start, self.teach = data, recipe, expected, start, teach
        random = np.random.default_rng([seed, epoch])
        self.order = random.permutation(len(data))
        self.total = math.ceil(len(data) / recipe.batch_size)
        self.end = self.total if end is None else end
        self.seeds = random.integers(0, 2**32, self.total)
        mixing = recipe.mixup > 0 and epoch <= recipe.epochs * (1 - UNMIXED_EPOCHS)
        self.mixed = (random.random(self.total) < MIXED_SHARE) & mixing

    def __len__(self) -> int:
        return self.end - self.start

    def faces_until(self, batch: int) -> int:
        """How many faces the first so many batches of the epoch hold."""
        return min(batch * self.recipe.batch_size, len(self.data))

    @property
    def first_batch(self) -> int:
        """How many faces the first of these batches holds."""
        return self.faces_until(self.start + 1) - self.faces_until(self.start)

    def weight_until(self, batch: int) -> float:
        """How much these faces weigh together for the first head."""
        return float(self.data.first.weights[self.order[: self.faces_until(batch)]].sum())

    def __getitem__(self, index: int) -> tuple:
        index += self.start
        # A generator a batch: they may be asked for by several threads, in any order.
        random = np.random.default_rng(self.seeds[index])
        rows = self.order[index * self.recipe.batch_size :][: self.recipe.batch_size]
        images = self.data.images[rows]
        if self.recipe.augmentation:
            images = augment(images, self.recipe.augmentation, random)
        faces = network_input(images, self.expected)
        heads = {FIRST_HEAD: self.data.first.rows(rows)}
        if self.data.second:
            heads[SECOND_HEAD] = self.data.second.rows(rows)
        if self.mixed[index]:
            faces, partners, share = mix(faces, self.recipe.mixup, random)
            heads = {name: targets.mixed(partners, share) for name, targets in heads.items()}
        if self.teach:
            heads[FIRST_HEAD] = heads[FIRST_HEAD].taught(self.teach(faces), self.recipe.distillation)
        mine = rows_of_this_process(len(rows))
        faces, heads = faces[mine], {name: targets.rows(mine) for name, targets in heads.items()}
        if not self.data.second:
            return faces, heads[FIRST_HEAD].shares, heads[FIRST_HEAD].weights
        return faces, {n: t.shares for n, t in heads.items()}, {n: t.weights for n, t in heads.items()}
