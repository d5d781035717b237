"""The training loop: faces and a recipe in, a trained network and its history out.

It leaves two files in the run's folder after every epoch, `last.keras` (network and optimizer) and `metrics.jsonl`, and
goes on from them when called again, so that a run may be killed at any instant and loses at most the epoch it was in.
"""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import NO_LABEL, has_votes, majority_labels, vote_targets
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.metrics import own_labels
from emotion_core.inference.card import NetworkInput
from emotion_core.inference.classifier import network_input
from emotion_core.training.augmentation import augment
from emotion_core.training.recipes import Recipe

SECOND_HEAD = "second_head"
CROSSENTROPY = "categorical_crossentropy"


def fit(network: keras.Model, dataset: Dataset, recipe: Recipe, folder: Path, seed: int = 0) -> keras.Model:
    """Train a network on the "train" split, judging every epoch on the "validation" split.

    Args:
        network: takes scaled faces, ends in a softmax over `EMOTIONS`; see `architectures`.
        dataset: faces to learn from; those labelled otherwise than with one of the seven emotions are left out.
        recipe: how to train.
        folder: where `last.keras` and `metrics.jsonl` are kept; an unfinished run found there is gone on with.
        seed: of the order of faces and of the augmentation.

    Returns:
        The network of the last epoch, without a second head.
    """
    folder.mkdir(parents=True, exist_ok=True)
    expected = input_of(network, recipe)
    dataset = dataset.of_emotions()
    training, validation = dataset.split("train"), dataset.split("validation")
    steps = math.ceil(len(training) / recipe.batch_size)
    history = read_history(folder)
    if history:
        network = keras.saving.load_model(folder / "last.keras")
    else:
        network = _compiled(network, recipe, steps)
    answering = _without_second_head(network)
    for epoch in range(len(history) + 1, recipe.epochs + 1):
        started = time.monotonic()
        batches = Batches(training, recipe, expected, np.random.default_rng([seed, epoch]))
        fitted = network.fit(batches, initial_epoch=epoch - 1, epochs=epoch, shuffle=False, verbose=0).history
        row = {
            "event": "epoch",
            "epoch": epoch,
            "loss": fitted["loss"][0],
            "accuracy": fitted.get("accuracy", fitted.get("emotion_accuracy"))[0],
            **_judge(answering, validation, recipe, expected),
            "learning_rate": float(keras.ops.convert_to_numpy(network.optimizer.learning_rate)),
            "seconds": round(time.monotonic() - started, 1),
        }
        _save(network, folder, row)
        print(json.dumps(row), flush=True)
    return answering


def read_history(folder: Path) -> list[dict]:
    """The finished epochs of a run, oldest first; a torn last line is skipped."""
    path = folder / "metrics.jsonl"
    rows = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return [row for row in rows if row["event"] == "epoch"]


def input_of(network: keras.Model, recipe: Recipe) -> NetworkInput:
    """What a network trained with a recipe expects."""
    return NetworkInput(
        size=network.input_shape[1], channels=network.input_shape[3], scale=recipe.scale, offset=recipe.offset
    )


class Batches(keras.utils.PyDataset):
    """One epoch of shuffled, augmented, scaled batches."""

    def __init__(self, dataset: Dataset, recipe: Recipe, expected: NetworkInput, random: np.random.Generator):
        super().__init__()
        self.images, self.recipe, self.expected = dataset.images, recipe, expected
        self.own = np.eye(len(EMOTIONS), dtype=np.float32)[own_labels(dataset)]
        self.targets, usable = self.own, np.ones(len(dataset), dtype=bool)
        if recipe.labels == "votes":
            self.targets, usable = vote_targets(dataset.table)
        self.weights = usable.astype(np.float32)
        chosen = np.arange(len(dataset)) if recipe.second_head_weight else np.flatnonzero(usable)
        self.order = random.permutation(chosen)
        self.seeds = random.integers(0, 2**32, len(self))

    def __len__(self) -> int:
        return math.ceil(len(self.order) / self.recipe.batch_size)

    def __getitem__(self, index: int) -> tuple:
        rows = self.order[index * self.recipe.batch_size :][: self.recipe.batch_size]
        images = self.images[rows]
        if self.recipe.augmentation:
            # A generator a batch: Keras may ask for batches from several threads, in any order.
            images = augment(images, self.recipe.augmentation, np.random.default_rng(self.seeds[index]))
        faces, targets = network_input(images, self.expected), self.targets[rows]
        if not self.recipe.second_head_weight:
            return faces, targets
        weights = {"emotion": self.weights[rows], SECOND_HEAD: np.ones(len(rows), np.float32)}
        return faces, {"emotion": targets, SECOND_HEAD: self.own[rows]}, weights


def _compiled(network: keras.Model, recipe: Recipe, steps: int) -> keras.Model:
    """The network ready to train, with a second head if the recipe wants one."""
    options: dict[str, Any] = {"loss": CROSSENTROPY, "weighted_metrics": ["accuracy"]}
    if recipe.second_head_weight:
        network = _with_second_head(network)
        options = {
            "loss": {"emotion": CROSSENTROPY, SECOND_HEAD: CROSSENTROPY},
            "loss_weights": {"emotion": 1.0, SECOND_HEAD: recipe.second_head_weight},
            "weighted_metrics": {"emotion": ["accuracy"]},
        }
    network.compile(_optimizer(recipe, steps), **options)
    return network


def _with_second_head(network: keras.Model) -> keras.Model:
    features = network.get_layer("features").output
    second = keras.layers.Dense(len(EMOTIONS), activation="softmax", name=SECOND_HEAD, dtype="float32")(features)
    outputs = {"emotion": network.output, SECOND_HEAD: second}
    return keras.Model(network.input, outputs, name=network.name)


def _without_second_head(network: keras.Model) -> keras.Model:
    return keras.Model(network.input, network.get_layer("emotion").output, name=network.name)


def _optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    rate = recipe.learning_rate
    if recipe.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(
            recipe.learning_rate / 10,
            decay_steps=(recipe.epochs - 1) * steps,
            warmup_target=recipe.learning_rate,
            warmup_steps=steps,
        )
    decay = recipe.weight_decay or None
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(rate, weight_decay=decay)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=decay)
    if decay:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _judge(network: keras.Model, validation: Dataset, recipe: Recipe, expected: NetworkInput) -> dict[str, float]:
    probabilities = network.predict(network_input(validation.images, expected), batch_size=128, verbose=0)
    own = own_labels(validation)
    guesses = probabilities.argmax(axis=1)
    judged = {"val_accuracy": _share_right(guesses, own)}
    targets, usable = np.eye(len(EMOTIONS))[own], np.ones(len(own), dtype=bool)
    if recipe.labels == "votes":
        targets, usable = vote_targets(validation.table)
    if has_votes(validation.table):
        majority = majority_labels(validation.table)
        judged["val_accuracy_majority"] = _share_right(guesses, majority)
    losses = -(targets * np.log(np.clip(probabilities, 1e-7, 1))).sum(axis=1)
    return {"val_loss": float(losses[usable].mean()), **judged}


def _share_right(guesses: np.ndarray, labels: np.ndarray) -> float:
    known = labels != NO_LABEL
    return float((guesses[known] == labels[known]).mean())


def _save(network: keras.Model, folder: Path, row: dict) -> None:
    partial = folder / "partial.keras"
    network.save(partial)
    os.replace(partial, folder / "last.keras")
    with open(folder / "metrics.jsonl", "a") as file:
        file.write(json.dumps(row) + "\n")
