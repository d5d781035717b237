"""A training run as a whole: a folder of the workspace, read.

    run = find_run("seed-cnn quick 1")
    print(run.status.state, run.best)

Importing this loads no Keras.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import EVALUATING, Epoch, is_finished, monitor
from emotion_core.runs.folder import METRICS_FILE, run_folder
from emotion_core.runs.history import may_lack_epoch, read_history
from emotion_core.runs.status import Status, read_status

#: So many of the last epochs say how long the next ones will take.
RECENT_EPOCHS = 5


@dataclass(frozen=True)
class Run:
    """A run as it stood when it was read.

    Attributes:
        name, folder: where it lies.
        status: how it truly stands.
        config: what was asked; None if that cannot be read.
        problem: why it cannot be read, or not whole, in one sentence.
        history: its finished epochs.
    """

    name: str
    folder: Path
    status: Status
    config: RunConfig | None
    problem: str | None
    history: list[Epoch]

    @property
    def monitor(self) -> str:
        """Which figure of an epoch is its accuracy by the labels that are trained on; the highest is the best."""
        return monitor(self.config.recipe) if self.config else "val_accuracy"

    @property
    def best(self) -> Epoch | None:
        """The epoch whose network is kept as the best."""
        known = (epoch for epoch in reversed(self.history) if epoch.best and getattr(epoch, self.monitor) is not None)
        return next(known, None)

    @property
    def best_accuracy(self) -> float | None:
        """The validation accuracy of the best network, 0 to 1, by the labels that are trained on."""
        return getattr(self.best, self.monitor) if self.best else None

    @property
    def epochs_left(self) -> int:
        """How many epochs a resumed run would still train; 0 where it cannot be resumed."""
        if self.config is None or self.status.state not in ("stopped", "failed"):
            return 0
        recipe = self.config.recipe
        return 0 if is_finished(recipe, self.history) else recipe.epochs - len(self.history)

    @property
    def seconds_left(self) -> float | None:
        """About how long it will still train, by its finished epochs or its throughput; None where it is not known."""
        status = self.status
        if status.state != "running" or status.doing == EVALUATING or not status.epochs or not status.batches:
            return None
        left = status.epochs - status.epoch + 1 - status.batch / status.batches
        if self.history:
            recent = [epoch.seconds for epoch in self.history[-RECENT_EPOCHS:]]
            return left * sum(recent) / len(recent)
        if not status.images_per_second or not self.config:
            return None
        return left * status.batches * self.config.recipe.batch_size / status.images_per_second


def find_run(name: str) -> Run | None:
    """A run as it truly stands, be its configuration readable or not; None if there is none of this name.

    Raises:
        RunError: no run can be called so.
    """
    folder = run_folder(name)
    config, problem = None, None
    try:
        status = read_status(folder)
        config = read_config(folder)
    except RunError as error:
        if not folder.is_dir():
            return None
        status, problem = read_status(folder), str(error)
    history = read_history(folder)
    return Run(name, folder, status, config, problem or _damage(folder, status, history), history)


def _damage(folder: Path, status: Status, history: list[Epoch]) -> str | None:
    """What is left out of a run's history as it is damaged, in one sentence, or None."""
    if [epoch.epoch for epoch in history] != list(range(1, len(history) + 1)):
        return f"an epoch in its {METRICS_FILE} is damaged and left out here; resuming the run writes it again"
    if status.state in ("stopped", "failed", "done") and may_lack_epoch(folder):
        return f"a line of its {METRICS_FILE} was cut short or is damaged, and is left out here"
    return None
