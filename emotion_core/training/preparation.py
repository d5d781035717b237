"""What a recipe makes of a data set: faces with their targets, as arrays. Importing this loads no network."""

from __future__ import annotations

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import has_votes, vote_targets
from emotion_core.evaluation.labels import majority_of, own_labels
from emotion_core.runs.class_balance import balance_of, learned_shares
from emotion_core.runs.recipes import Recipe
from emotion_core.training.batches import Faces, Targets, TrainingData, ValidationData
from emotion_core.training.class_balance import face_weights, logit_shift


def faces_of(dataset: Dataset, recipe: Recipe) -> Faces:
    """What a run with this recipe sees of a data set; faces labelled with none of its classes are left out.

    Raises:
        ValueError: the recipe trains on votes and there are none.
    """
    known = dataset.of_classes()
    training = known.split("train")
    return Faces(
        training_data(training, recipe), validation_data(known.split("validation"), recipe), _shift(training, recipe)
    )


def training_data(training: Dataset, recipe: Recipe) -> TrainingData:
    """What a recipe teaches with these faces, which are all labelled with one of its classes.

    The first head is trained on the labels or the votes, as the recipe says; the second, if it has weight and there are
    votes, on the other of the two.

    Raises:
        ValueError: it trains on votes and there are none.
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
    if _balance(training, recipe) == "weights":
        weights = face_weights(shares, weights)
    return TrainingData(training.images[chosen], Targets(shares, weights), second)


def validation_data(validation: Dataset, recipe: Recipe) -> ValidationData:
    """What is right of these faces, which are all labelled with one of the classes."""
    own = own_labels(validation)
    targets, usable = np.eye(len(validation.classes))[own], np.ones(len(own), dtype=bool)
    if recipe.labels == "votes":
        targets, usable = vote_targets(validation.table, validation.classes, validation.votes_as)
    majority = majority_of(validation) if has_votes(validation.table) else None
    return ValidationData(validation.images, own, majority, targets, usable)


def _shift(training: Dataset, recipe: Recipe) -> np.ndarray | None:
    return logit_shift(learned_shares(recipe, training)) if _balance(training, recipe) == "logits" else None


def _balance(training: Dataset, recipe: Recipe) -> str:
    return balance_of(recipe, np.bincount(own_labels(training), minlength=len(training.classes)).tolist())


def _smoothed(labels: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Label smoothing (Szegedy et al. 2016, arXiv 1512.00567), of single labels: votes are spread as they are."""
    even = np.float32(recipe.label_smoothing / labels.shape[1])
    return labels * np.float32(1 - recipe.label_smoothing) + even
