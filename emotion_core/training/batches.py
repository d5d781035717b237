"""What the network is trained on: shuffled, augmented, scaled faces with their targets, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import has_votes, vote_targets
from emotion_core.evaluation.labels import own_labels
from emotion_core.models.card import NetworkInput
from emotion_core.models.classifier import network_input
from emotion_core.runs.class_balance import balance_of
from emotion_core.runs.recipes import Recipe
from emotion_core.training.augmentation import augment, blended, mix
from emotion_core.training.class_balance import face_weights

FIRST_HEAD = "emotion"
SECOND_HEAD = "second_head"
#: Mixup blends this share of the batches, and none in the last epochs, whose faces are as they will be in use.
MIXED_SHARE, UNMIXED_EPOCHS = 0.5, 0.1


@dataclass(frozen=True)
class Targets:
    """The targets of one head: (N, classes) shares and (N,) weights of the faces, float32."""

    shares: np.ndarray
    weights: np.ndarray

    def rows(self, rows: np.ndarray) -> Targets:
        return Targets(self.shares[rows], self.weights[rows])

    def mixed(self, partners: np.ndarray, share: float) -> Targets:
        return Targets(blended(self.shares, partners, share), blended(self.weights, partners, share))

    def taught(self, predictions: np.ndarray, share: float) -> Targets:
        """The same faces, with teachers' predictions making up this share of their targets."""
        return Targets(((1 - share) * self.shares + share * predictions).astype(np.float32), self.weights)


@dataclass(frozen=True)
class TrainingData:
    """Training faces with the targets of each head, prepared once for all epochs."""

    images: np.ndarray
    first: Targets
    second: Targets | None
    expected: NetworkInput

    @classmethod
    def of(cls, training: Dataset, recipe: Recipe, expected: NetworkInput) -> TrainingData:
        """What a recipe teaches with these faces, which are all labelled with one of its classes.

        The first head is trained on the labels or the votes, as the recipe says; the second, if it has weight and there
        are votes, on the other of the two.
        """
        certain = np.eye(len(training.classes), dtype=np.float32)[own_labels(training)]
        own = Targets(_smoothed(certain, recipe), np.ones(len(training), np.float32))
        votes = None
        if has_votes(training.table):
            shares, usable = vote_targets(training.table, training.classes, training.votes_as)
            votes = Targets(shares, usable.astype(np.float32))
        first, second = (votes, own) if recipe.labels == "votes" else (own, votes)
        if first is None:
            raise ValueError("the recipe trains on votes and there are none")
        if not recipe.second_head_weight:
            second = None
        chosen = slice(None) if second else np.flatnonzero(first.weights)
        shares, weights = first.shares[chosen], first.weights[chosen]
        if balance_of(recipe, np.bincount(own_labels(training)).tolist()) == "weights":
            weights = face_weights(shares, weights)
        return cls(training.images[chosen], Targets(shares, weights), second, expected)

    def __len__(self) -> int:
        return len(self.images)


#: Threads that prepare batches while the network is trained. With more than one, Keras has TensorFlow's pipeline not
#: tune itself, which in 2.21 may take ten seconds to end after an epoch.
WORKERS = 2
#: What teachers predict: scaled faces as the network takes them -> (N, classes) shares.
Teach = Callable[[np.ndarray], np.ndarray]


class Batches(keras.utils.PyDataset):
    """The batches of one epoch, from one of them on; always the same for the same seed and epoch.

    With teachers, their predictions for the very faces of the batch are the recipe's share of the first head's targets.
    """

    def __init__(
        self, data: TrainingData, recipe: Recipe, seed: int, epoch: int, start: int = 0, teach: Teach | None = None
    ):
        # Teachers are networks themselves and are asked by one thread. On JAX, which has no such pipeline, Keras 3.15
        # would mix up the first batches where several threads prepare them.
        alone = teach or keras.backend.backend() != "tensorflow"
        super().__init__(workers=1 if alone else WORKERS)
        self.data, self.recipe, self.start, self.teach = data, recipe, start, teach
        random = np.random.default_rng([seed, epoch])
        self.order = random.permutation(len(data))
        self.total = math.ceil(len(data) / recipe.batch_size)
        self.seeds = random.integers(0, 2**32, self.total)
        mixing = recipe.mixup > 0 and epoch <= recipe.epochs * (1 - UNMIXED_EPOCHS)
        self.mixed = (random.random(self.total) < MIXED_SHARE) & mixing

    def __len__(self) -> int:
        return self.total - self.start

    def faces_until(self, batch: int) -> int:
        """How many faces the first so many batches of the epoch hold."""
        return min(batch * self.recipe.batch_size, len(self.data))

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
        faces = network_input(images, self.data.expected)
        heads = {FIRST_HEAD: self.data.first.rows(rows)}
        if self.data.second:
            heads[SECOND_HEAD] = self.data.second.rows(rows)
        if self.mixed[index]:
            faces, partners, share = mix(faces, self.recipe.mixup, random)
            heads = {name: targets.mixed(partners, share) for name, targets in heads.items()}
        if self.teach:
            heads[FIRST_HEAD] = heads[FIRST_HEAD].taught(self.teach(faces), self.recipe.distillation)
        if not self.data.second:
            return faces, heads[FIRST_HEAD].shares, heads[FIRST_HEAD].weights
        return faces, {n: t.shares for n, t in heads.items()}, {n: t.weights for n, t in heads.items()}


def _smoothed(labels: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Label smoothing (Szegedy et al. 2016, arXiv 1512.00567), of single labels: votes are spread as they are."""
    even = np.float32(recipe.label_smoothing / labels.shape[1])
    return labels * np.float32(1 - recipe.label_smoothing) + even
