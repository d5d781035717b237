"""Training of sequence-net: embedded clips and a recipe in, a trained network and its history out.

It keeps to what `fit` promises: whatever is left to chance follows from the seed and the epoch, and after every epoch
all that is needed to go on is saved. An epoch takes a second or so; asked to stop, it is finished first.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from emotion_core.models.prior import adjusted
from emotion_core.models.sequence import padded
from emotion_core.networks.sequences import sequence_net
from emotion_core.runs.errors import divergence
from emotion_core.runs.events import TRAINING, Epoch, epoch_in_words, is_finished
from emotion_core.runs.folder import BEST_FILE, LAST_FILE
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.writer import RunWriter
from emotion_core.training import checkpoint
from emotion_core.training.chance import set_chance
from emotion_core.training.checkpoint import Progress
from emotion_core.training.class_balance import loss_and_metrics
from emotion_core.training.optimizers import optimizer_of, rate_after

#: In each epoch a clip begins and ends by chance up to this share of its length later and earlier.
CUT_OFF = 1 / 8
_TINY = 1e-7


@dataclass(frozen=True, eq=False)
class EmbeddedClips:
    """Clips as the network takes them.

    Attributes:
        sequences: the scaled embeddings of each, (steps, D) float32.
        labels: (N,) indices of classes.
    """

    sequences: list[np.ndarray]
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.sequences)


class SequenceTrainer:
    """Trains sequence-net on clips, validating every epoch on others.

    Args:
        training, validation: the clips.
        classes: how many there are to tell apart.
        recipe: how to train.
        writer: of the run's folder; a begun run in it is resumed.
        seed: of all that is left to chance.
        shift: see `class_balance.loss_and_metrics`.
        units: of the GRU.

    Raises:
        RunError: what is to be resumed is damaged.
    """

    def __init__(
        self,
        training: EmbeddedClips,
        validation: EmbeddedClips,
        classes: int,
        recipe: Recipe,
        writer: RunWriter,
        seed: int,
        shift: np.ndarray | None,
        units: int,
    ):
        self.training, self.validation = training, validation
        self.recipe, self.writer, self.seed, self.shift = recipe, writer, seed, shift
        last = writer.folder / LAST_FILE
        begun = last.exists()
        self.progress = checkpoint.load_progress(last)[0] if begun else Progress()
        #: All batches are of one length, for which the network's program is built once.
        self.longest = max(map(len, training.sequences))
        steps = math.ceil(len(training) / recipe.batch_size)
        self.targets = _targets(training.labels, classes, recipe.label_smoothing)
        self.network = checkpoint.load_network(last) if begun else self._fresh(classes, units)
        loss, metrics = loss_and_metrics(shift)
        self.network.compile(optimizer_of(recipe, steps), loss=loss, weighted_metrics=metrics)
        if begun:
            checkpoint.load_optimizer(last, self.network)
        writer.rewind(self.progress.history, 0)

    def fit(self) -> Progress:
        """Train to the end of the run, or to where it is asked to stop, one epoch at least; how far it has come.

        Raises:
            RunError: the loss became no number.
            OSError: the folder is gone, or the disk is full.
        """
        self.writer.status(state="running", epochs=self.recipe.epochs)
        while not is_finished(self.recipe, self.progress.history):
            if self.progress.history and self.writer.asked_to_stop():
                break
            self._epoch(self.progress.epoch + 1)
        return self.progress

    def _fresh(self, classes: int, units: int) -> keras.Model:
        keras.utils.set_random_seed(self.seed)
        return sequence_net(self.training.sequences[0].shape[1], classes, units)

    def _epoch(self, number: int) -> None:
        started = time.monotonic()
        self.writer.status(doing=TRAINING, epoch=number)
        set_chance(self.network, self.seed, number)
        if self.recipe.schedule == "plateau":
            losses = [epoch.val_loss for epoch in self.progress.history if epoch.val_loss is not None]
            self.network.optimizer.learning_rate = rate_after(self.recipe, losses)
        random = np.random.default_rng([self.seed, number])
        order = random.permutation(len(self.training))
        clips = padded([_cut(self.training.sequences[place], random) for place in order], self.longest)[0]
        logs = self._learn(clips, self.targets[order])
        validated = self._validate()
        best = all(validated["val_accuracy"] > (one.val_accuracy or 0.0) for one in self.progress.history)
        rate = float(keras.ops.convert_to_numpy(self.network.optimizer.learning_rate))
        seconds = round(time.monotonic() - started, 2)
        learned: dict[str, Any] = {"loss": logs["crossentropy"], "accuracy": logs["accuracy"], **validated}
        self._finish(Epoch(epoch=number, **learned, learning_rate=rate, seconds=seconds, best=best))

    def _learn(self, clips: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Take the steps of an epoch; its means. By hand, as Keras' `fit` builds a pipeline for each call."""
        size, sums = self.recipe.batch_size, dict.fromkeys(("crossentropy", "accuracy"), 0.0)
        for start in range(0, len(clips), size):
            part = clips[start : start + size]
            logs = self.network.train_on_batch(part, targets[start : start + size], return_dict=True)
            for name in sums:  # of this batch alone
                sums[name] += len(part) * float(logs[name])
        return {name: value / len(clips) for name, value in sums.items()}

    def _validate(self) -> dict[str, float]:
        raw = predict_clips(self.network, self.validation.sequences)
        probabilities = raw if self.shift is None else adjusted(raw, self.shift, temperature=1.0)
        labels = self.validation.labels
        of_label = probabilities[np.arange(len(labels)), labels]
        accuracy = float((probabilities.argmax(axis=1) == labels).mean())
        return {"val_loss": float(-np.log(np.clip(of_label, _TINY, 1)).mean()), "val_accuracy": accuracy}

    def _finish(self, epoch: Epoch) -> None:
        if epoch.loss is None or epoch.val_loss is None:
            self.writer.event(epoch)
            raise divergence(epoch.epoch)
        self.progress = Progress(history=[*self.progress.history, epoch])
        folder = self.writer.folder
        if epoch.best:  # before the other, so that one who is killed in between trains this epoch again
            checkpoint.save(folder / BEST_FILE, self.network, self.progress)
        checkpoint.save(folder / LAST_FILE, self.network, self.progress)
        self.writer.event(epoch)
        print(epoch_in_words(epoch, self.recipe), flush=True)


def predict_clips(network: keras.Model, sequences: list[np.ndarray]) -> np.ndarray:
    """(N, classes) float32 probabilities of scaled sequences, not calibrated."""
    return np.asarray(network.predict_on_batch(padded(sequences)[0]), np.float32)


def _targets(labels: np.ndarray, classes: int, smoothing: float) -> np.ndarray:
    return ((1 - smoothing) * np.eye(classes)[labels] + smoothing / classes).astype(np.float32)


def _cut(sequence: np.ndarray, random: np.random.Generator) -> np.ndarray:
    most = int(len(sequence) * CUT_OFF)
    start, left_out = random.integers(0, most + 1, 2)
    return sequence[start : len(sequence) - left_out]
