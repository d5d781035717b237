"""What happens in a run: its epochs and batches, each written as a line of `metrics.jsonl`.

What trains needs no more of a run than this, which asks for nothing but Python itself: see `training.elsewhere`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from emotion_core.seals import sealed

if TYPE_CHECKING:
    from emotion_core.runs.recipes import Recipe

#: What a process is at, in words; only while it trains does it look for STOP after every batch.
STARTING, TRAINING, VALIDATING, EVALUATING = "starting", "training", "validating", "evaluating"
#: A figure, or None where training diverged and there is no number.
Figure = float | None


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """A finished epoch.

    Attributes:
        epoch: its number, from 1.
        loss, accuracy: means over its training batches; accuracies are from 0 to 1.
        val_loss, val_accuracy: on the validation split, by the data set's own labels.
        val_accuracy_majority: by the annotators' majority; None where nobody voted.
        learning_rate: at its end.
        seconds: how long it took, validation included.
        best: whether its network was the best so far.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"strict": True, "extra": "ignore"}

    event: Literal["epoch"] = "epoch"
    epoch: int
    loss: Figure
    accuracy: Figure
    val_loss: Figure
    val_accuracy: Figure
    val_accuracy_majority: Figure = None
    learning_rate: Figure
    seconds: float
    best: bool

    def __post_init__(self) -> None:
        _no_nan(self, "loss", "accuracy", "val_loss", "val_accuracy", "val_accuracy_majority", "learning_rate")

    def as_row(self) -> dict[str, float | None]:
        """Its figures by name, for a table or a chart; `val_accuracy_majority` only where annotators voted."""
        row = dataclasses.asdict(self)
        left_out = ["event"] if self.val_accuracy_majority is not None else ["event", "val_accuracy_majority"]
        return {name: value for name, value in row.items() if name not in left_out}

    def line(self) -> str:
        """The line of it in `metrics.jsonl`."""
        return sealed(json.dumps({"event": self.event, **self.as_row()}))


@dataclass(frozen=True, slots=True)
class Batch:
    """Where an epoch is: a night's run has a hundred thousand of them, so they are small.

    Attributes:
        epoch: the epoch it is in, from 1.
        batch: its number in the epoch, from 1.
        batches: how many batches the epoch has.
        loss, accuracy: means over the batches since the last event.
        images_per_second: training throughput since then.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"strict": True}

    epoch: int
    batch: int
    batches: int
    loss: Figure
    accuracy: Figure
    images_per_second: Figure

    def __post_init__(self) -> None:
        _no_nan(self, "loss", "accuracy", "images_per_second")

    def line(self) -> str:
        """The line of it in `metrics.jsonl`."""
        return sealed(json.dumps({"event": "batch", **dataclasses.asdict(self)}))


def _no_nan(event: Epoch | Batch, *names: str) -> None:
    """Make the figures of an event that are no numbers None."""
    for name in names:
        value = getattr(event, name)
        if isinstance(value, float) and not math.isfinite(value):
            object.__setattr__(event, name, None)


def rewound(batches: Iterable[Batch], history: list[Epoch], batch: int) -> bytes:
    """The content of `metrics.jsonl` when so many epochs, and batches of the next, were finished.

    Args:
        batches: those that were written down, some perhaps of epochs that will be trained again.
        history: the finished epochs.
        batch: how many batches of the next are done.
    """
    known: defaultdict[int, list[Batch]] = defaultdict(list)
    for one in batches:
        known[one.epoch].append(one)
    events: list[Epoch | Batch] = []
    for epoch in history:
        events += [*known[epoch.epoch], epoch]
    events += [one for one in known[len(history) + 1] if one.batch <= batch]
    return "".join(f"{event.line()}\n" for event in events).encode()


def monitor(recipe: Recipe) -> Literal["val_accuracy", "val_accuracy_majority"]:
    """Which figure of an epoch says which network is best: its accuracy by the labels that are trained on."""
    return "val_accuracy_majority" if recipe.labels == "votes" else "val_accuracy"


def is_finished(recipe: Recipe, history: list[Epoch]) -> bool:
    """Whether a run has come to its end: all epochs, or so many without a better network as its recipe waits for."""
    patience = recipe.early_stopping
    best = max((epoch.epoch for epoch in history if epoch.best), default=0)
    return len(history) >= recipe.epochs or bool(patience and best and len(history) - best >= patience)


def epoch_in_words(epoch: Epoch, recipe: Recipe) -> str:
    """A finished epoch in one sentence."""
    figures = (
        ("loss", epoch.loss, "{:.3f}"),
        ("accuracy", epoch.accuracy, "{:.1%}"),
        ("validation loss", epoch.val_loss, "{:.3f}"),
        ("validation accuracy", getattr(epoch, monitor(recipe)), "{:.1%}"),
    )
    words = [f"{name} {'not a number' if value is None else form.format(value)}" for name, value, form in figures]
    best = ", the best so far" if epoch.best else ""
    return f"epoch {epoch.epoch} of {recipe.epochs}: {', '.join(words)}, {epoch.seconds:.0f} s{best}"
