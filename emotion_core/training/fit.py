"""The training loop: faces and a recipe in, a trained network and its history out.

After every epoch it saves all it needs to go on (`last.keras`), so that a run may be killed at any instant and loses at
most the epoch it was in. Whatever is left to chance follows from the seed and the epoch alone, and the schedule, early
stopping and the best value from the history: gone on with, a run ends as if it had never been interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import keras
import numpy as np

from emotion_core.models.face_input import FaceInput, network_input
from emotion_core.models.prior import adjusted
from emotion_core.networks.averaging import EVERY, STATISTICS_BATCHES, MovingAverage, with_mean_weights
from emotion_core.networks.precision import fastest_precision, with_precision
from emotion_core.networks.prediction import predict
from emotion_core.runs.errors import RunError, divergence
from emotion_core.runs.events import TRAINING, VALIDATING, Batch, Epoch, epoch_in_words, is_finished, monitor
from emotion_core.runs.folder import BEST_FILE, LAST_FILE
from emotion_core.training import checkpoint
from emotion_core.training.batches import Batches, Faces, ValidationData
from emotion_core.training.chance import set_chance
from emotion_core.training.checkpoint import Progress
from emotion_core.training.class_balance import CROSSENTROPY, loss_and_metrics
from emotion_core.training.heads import FIRST_HEAD, SECOND_HEAD, first_head, with_one_head, with_second_head
from emotion_core.training.optimizers import optimizer_of, rate_after
from emotion_core.training.sharing import agreed, agreed_to_stop, brought_by_rows

if TYPE_CHECKING:
    from emotion_core.runs.recipes import Recipe

#: Seconds from one event of a batch to the next.
BATCH_SECONDS = 0.5
_TINY = 1e-9
#: A validation face whose right answer is not known.
_NO_LABEL = -1


class Writer(Protocol):
    """What a run is told while it is trained; `RunWriter` at home."""

    folder: Path

    def status(self, **changes: object) -> None:
        """How it stands: fields of `Status`."""

    def event(self, event: Epoch | Batch) -> None:
        """An epoch or a batch is finished."""

    def rewind(self, history: list[Epoch], batch: int) -> None:
        """So many epochs, and batches of the next, were finished; what came later will be trained again."""

    def asked_to_stop(self) -> bool:
        """Whether somebody wants the run to stop."""


def input_of(network: keras.Model, recipe: Recipe) -> FaceInput:
    """What a network trained with a recipe expects."""
    return FaceInput(network.input_shape[1], network.input_shape[3], recipe.scale, recipe.offset)


def last_network(folder: Path, head: str = FIRST_HEAD) -> keras.Model:
    """The network of a run's last finished epoch, computing in 32 bits, with one of its heads only, as its first."""
    return with_precision(with_one_head(checkpoint.load_network(folder / LAST_FILE), head), "float32")


class Trainer:
    """Trains a network on training faces, validating every epoch on validation faces.

    Args:
        network: takes scaled faces, ends in a softmax over the data set's classes; see `architectures`. Not used, and
            may be None, where the folder holds an unfinished run, which is resumed.
        faces: of a data set, see `preparation.faces_of`.
        recipe: how to train.
        writer: of the run's folder; `best.keras` is left in it, the best network, computing in 32 bits, without a
            second head.
        seed: of the order of faces, augmentation and dropout.
        teachers: networks that take what `network` takes; the mean of their predictions is the target in the recipe's
            share.

    Raises:
        RunError: what is to be resumed is damaged or was trained with another recipe.
    """

    def __init__(
        self,
        network: keras.Model | None,
        faces: Faces,
        recipe: Recipe,
        writer: Writer,
        seed: int = 0,
        teachers: Sequence[keras.Model] = (),
    ):
        self.recipe, self.writer, self.seed, self.folder = recipe, writer, seed, writer.folder
        self.data, self.validation, self.shift = faces.training, faces.validation, faces.shift
        self.progress, mean = self._begun()
        self.ema = MovingAverage(recipe.ema, mean)
        resumed = checkpoint.load_network(self.folder / LAST_FILE) if self._is_begun else None
        begun = network if resumed is None else resumed
        assert begun is not None
        self.expected = input_of(begun, recipe)
        self.steps = math.ceil(len(self.data) / recipe.batch_size)
        self.network = self._compiled(self._fresh(begun) if resumed is None else resumed)
        if resumed is not None:
            checkpoint.load_optimizer(self.folder / LAST_FILE, self.network)
        self.first_head = with_one_head(self.network)
        self.validated = with_precision(self.first_head, None) if recipe.ema else self.first_head
        self.portable = with_precision(self.first_head, "float32")
        self.teachers = [with_precision(teacher, self._precision()) for teacher in teachers]
        writer.rewind(self.progress.history, self.progress.batch)

    def fit(self) -> Progress:
        """Train to the end of the run, or to where it is asked to stop; how far it has come.

        Raises:
            RunError: the loss became no number.
            OSError: the folder is gone, or the disk is full.
        """
        *_, progress = self.epochs()
        return progress

    def epochs(self) -> Iterator[Progress]:
        """What `fit` does, epoch by epoch: how far the run has come, at first and after each of them."""
        self.writer.status(state="running", epochs=self.recipe.epochs, batches=self.steps)
        self._restore_best()
        yield self.progress
        while not (is_finished(self.recipe, self.progress.history) or agreed_to_stop(self.writer.asked_to_stop())):
            self._epoch(self.progress.epoch + 1)
            yield self.progress
        if not (self.progress.history and (self.folder / BEST_FILE).exists()):  # stopped within the first epoch
            self._take_ema(self.progress.epoch + 1)
            self._save_best(self.progress.epoch + 1)

    def keep(self) -> None:
        """Save the network as it is, from which the run can be resumed, here or elsewhere.

        Raises:
            OSError: the folder is gone, or the disk is full.
        """
        self._keep(self.progress)

    @property
    def _is_begun(self) -> bool:
        return (self.folder / LAST_FILE).exists()

    def _begun(self) -> tuple[Progress, list[np.ndarray] | None]:
        """How far the run had come, and its EMA of the weights; nowhere if it is a new one."""
        asked = {"seed": self.seed, **self.recipe.model_dump(mode="json")}
        if not self._is_begun:
            return Progress(asked=asked), None
        progress, mean = checkpoint.load_progress(self.folder / LAST_FILE)
        _refuse_other_than(progress.asked, asked)
        return progress, mean

    def _fresh(self, network: keras.Model) -> keras.Model:
        network = with_precision(network, self._precision())
        return with_second_head(network) if self.data.second else network

    def _precision(self) -> str:
        return fastest_precision() if self.recipe.precision == "auto" else self.recipe.precision

    def _teach(self, faces: np.ndarray) -> np.ndarray:
        return np.mean([teacher.predict_on_batch(faces) for teacher in self.teachers], axis=0)

    def _compiled(self, network: keras.Model) -> keras.Model:
        loss, metrics = loss_and_metrics(self.shift)
        options: dict[str, Any] = {"loss": loss, "weighted_metrics": metrics}
        if self.data.second:
            options = {
                "loss": {FIRST_HEAD: loss, SECOND_HEAD: CROSSENTROPY},
                "loss_weights": {FIRST_HEAD: 1.0, SECOND_HEAD: self.recipe.second_head_weight},
                "weighted_metrics": {FIRST_HEAD: metrics},
            }
        network.compile(optimizer_of(self.recipe, self.steps), **options)
        # With all variables made, TensorFlow builds its program once. It does so twice, the second time in vain, where
        # the first step makes them: three seconds of emotion-net's start.
        network.optimizer.build(network.trainable_variables)
        return network

    def _epoch(self, epoch: int) -> None:
        """Learn an epoch, or go on with one that was stopped, and save what came of it."""
        started = time.monotonic() - self.progress.seconds
        self.writer.status(doing=TRAINING)
        self._set_chance_and_rate(epoch)
        for batches in self._parts(epoch):
            if not self._learn(epoch, batches):
                break
        done, loss, accuracy = self.progress.batch, self.progress.loss, self.progress.accuracy
        if done < self.steps and math.isfinite(loss):
            self._keep(replace(self.progress, seconds=time.monotonic() - started))
            return
        validated = self._validate(epoch, loss)
        finished: dict[str, Any] = {
            "epoch": epoch,
            "loss": loss,
            "accuracy": accuracy,
            **validated,
            "learning_rate": float(keras.ops.convert_to_numpy(self.network.optimizer.learning_rate)),
            "seconds": round(time.monotonic() - started, 2),
            "best": self._is_best(validated),
        }
        self._finish_epoch(Epoch(**finished))

    def _parts(self, epoch: int) -> list[Batches]:
        """The batches that are left of an epoch; the last one apart where its faces cannot be shared evenly.

        Several devices that share batches are told once for all batches of a `fit` how.
        """
        shared, start = keras.distribution.distribution(), self.progress.batch
        last = len(self.data) - (self.steps - 1) * self.recipe.batch_size
        if shared is None or not last % shared.num_model_replicas or start == self.steps - 1:
            return [self._batches(epoch, start)]
        return [self._batches(epoch, start, self.steps - 1), self._batches(epoch, self.steps - 1)]

    def _learn(self, epoch: int, batches: Batches) -> bool:
        """Learn some batches, and note how far that went; whether that was all of them."""
        watch = _Watch(self, batches, epoch)
        options: dict[str, Any] = {"initial_epoch": epoch - 1, "epochs": epoch, "shuffle": False, "verbose": 0}
        with brought_by_rows(batches.first_batch):
            logs = self.network.fit(batches, callbacks=[watch], **options).history
        loss, accuracy = (
            watch.with_earlier(values[-1], earlier)
            for values, earlier in zip(first_head(logs), (self.progress.loss, self.progress.accuracy), strict=True)
        )
        self.progress = replace(self.progress, batch=watch.done, loss=loss, accuracy=accuracy)
        return watch.done == batches.end

    def _set_chance_and_rate(self, epoch: int) -> None:
        if self.recipe.schedule == "plateau":
            losses = [epoch.val_loss for epoch in self.progress.history if epoch.val_loss is not None]
            self.network.optimizer.learning_rate = rate_after(self.recipe, losses)
        set_chance(self.network, self.seed, epoch, self.progress.batch)

    def _batches(self, epoch: int, start: int = 0, end: int | None = None) -> Batches:
        teach = self._teach if self.teachers else None
        return Batches(self.data, self.recipe, self.expected, self.seed, epoch, start, end, teach)

    def _validate(self, epoch: int, loss: float) -> dict[str, float]:
        """The epoch's figures on the validation split; no numbers where the network is none any more."""
        if not math.isfinite(loss):
            return {"val_loss": math.nan, "val_accuracy": math.nan}
        self.writer.status(doing=VALIDATING)
        self._take_ema(epoch)
        figures = _validation_figures(self.validated, self.validation, self.expected, self.shift)
        return dict(zip(figures, agreed(np.array([*figures.values()])).tolist(), strict=True))

    def _is_best(self, validated: dict[str, float]) -> bool:
        """Whether figures on the validation split are better than those of all epochs before."""
        figure = monitor(self.recipe)
        value, before = validated.get(figure, math.nan), [getattr(epoch, figure) for epoch in self.progress.history]
        return math.isfinite(validated["val_loss"]) and all(value > earlier for earlier in before)

    def _take_ema(self, epoch: int) -> None:
        """Give the network that is validated the EMA of the weights, or the weights while there is none yet."""
        if not self.recipe.ema:
            return
        if not self.ema.arrays:
            self.validated.set_weights(self.first_head.get_weights())
            return
        batches = self._batches(epoch)
        faces = (batches[number][0] for number in range(min(STATISTICS_BATCHES, len(batches))))
        with_mean_weights(self.validated, self.first_head, self.ema.arrays, faces)

    def _finish_epoch(self, epoch: Epoch) -> None:
        if epoch.loss is None or epoch.val_loss is None:
            self.writer.event(epoch)
            raise divergence(epoch.epoch)
        self._keep(Progress(asked=self.progress.asked, history=[*self.progress.history, epoch]))
        if epoch.best:
            self._save_best(epoch.epoch)
        self.writer.event(epoch)
        print(epoch_in_words(epoch, self.recipe), flush=True)

    def _keep(self, progress: Progress) -> None:
        checkpoint.save(self.folder / LAST_FILE, self.network, progress, self.ema.arrays)
        self.progress = progress

    def _save_best(self, epoch: int) -> None:
        self.portable.set_weights(self.validated.get_weights())
        checkpoint.save(self.folder / BEST_FILE, self.portable, Progress(history=self.progress.history[:epoch]))

    def _restore_best(self) -> None:
        """Write the best network if the process was killed after it had saved everything else of that epoch."""
        epoch, path = self.progress.epoch, self.folder / BEST_FILE
        if epoch and self.progress.best_epoch == epoch and not self.progress.batch and best_epoch_in(path) != epoch:
            self._take_ema(epoch)
            self._save_best(epoch)


def _refuse_other_than(before: dict[str, Any], asked: dict[str, Any]) -> None:
    """Refuse to go on with a run otherwise than it was begun: its curve would be of two."""
    changed = [name for name in before if before[name] != asked.get(name)]
    if changed:
        words = ", ".join(f"{name.replace('_', ' ')} was {before[name]}" for name in changed)
        raise RunError(
            f"the run was begun otherwise ({words}), so it cannot go on with what its config.json says now; "
            "take the change back, or start a new run from its best network"
        )


def best_epoch_in(path: Path) -> int | None:
    """The epoch of the network in a `best.keras`, 0 for one before the first; None if it cannot be read."""
    try:
        return checkpoint.load_progress(path)[0].epoch
    except RunError:
        return None


class _Watch(keras.callbacks.Callback):
    """Says how an epoch goes, keeps the EMA, and stops the epoch when asked to."""

    def __init__(self, trainer: Trainer, batches: Batches, epoch: int):
        super().__init__()
        self.trainer, self.batches, self.epoch = trainer, batches, epoch
        self.done = self.said = batches.start
        self.means, self.time = (0.0, 0.0), time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.done = self.batches.start + batch + 1
        step = (self.epoch - 1) * self.batches.total + self.done
        if self.trainer.recipe.ema and step % EVERY == 0:
            _ = self.model  # brings the weights up to date on JAX
            self.trainer.ema.update(step, self.trainer.first_head)
        first, diverged = self.epoch == self.done == 1, False
        if first or self.done == self.batches.end or time.monotonic() - self.time >= BATCH_SECONDS:
            diverged = not math.isfinite(self._said(first_head(logs or {})))
        if agreed_to_stop(diverged or self.trainer.writer.asked_to_stop()):
            self.model.stop_training = True

    def with_earlier(self, value: float, earlier: float) -> float:
        """The mean over the epoch from its mean over these batches and over those before the run was stopped."""
        before, until = (self.batches.weight_until(batch) for batch in (self.batches.start, self.done))
        return float((before * earlier + (until - before) * value) / max(until, _TINY))

    def _said(self, means: tuple[Any, Any]) -> float:
        """Write how training went since the last time, and give the loss; Keras gives means since the epoch's start."""
        now = time.monotonic()
        start, said, done = (self.batches.weight_until(batch) for batch in (self.batches.start, self.said, self.done))
        values = float(means[0]), float(means[1])
        loss, accuracy = (
            ((done - start) * new - (said - start) * old) / max(done - said, _TINY)
            for new, old in zip(values, self.means, strict=True)
        )
        faces = self.batches.faces_until(self.done) - self.batches.faces_until(self.said)
        throughput = round(faces / max(now - self.time, _TINY), 1)
        place = {"epoch": self.epoch, "batch": self.done, "batches": self.batches.total}
        self.trainer.writer.event(Batch(**place, loss=loss, accuracy=accuracy, images_per_second=throughput))
        self.trainer.writer.status(**place, images_per_second=throughput)
        self.said, self.means, self.time = self.done, values, now
        return loss


def _validation_figures(
    network: keras.Model, validation: ValidationData, expected: FaceInput, shift: np.ndarray | None
) -> dict[str, float]:
    """The figures of an epoch. Where `shift` was added in training it is here, too: all are of the trained mix."""
    probabilities = predict(network, network_input(validation.images, expected))
    if shift is not None:
        probabilities = adjusted(probabilities, shift, temperature=1.0)
    guesses = probabilities.argmax(axis=1)
    figures = {"val_accuracy": _share_right(guesses, validation.own)}
    if validation.majority is not None:
        figures["val_accuracy_majority"] = _share_right(guesses, validation.majority)
    losses = -(validation.targets * np.log(np.clip(probabilities, 1e-7, 1))).sum(axis=1)
    return {"val_loss": float(losses[validation.usable].mean()), **figures}


def _share_right(guesses: np.ndarray, labels: np.ndarray) -> float:
    known = labels != _NO_LABEL
    return float((guesses[known] == labels[known]).mean())
