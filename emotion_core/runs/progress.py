"""How far a run has come, as it stands in its checkpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from emotion_core.runs.events import Epoch

#: What the file of it is called within a checkpoint.
PROGRESS_FILE = "progress.json"


@dataclass(frozen=True)
class Progress:
    """How far a run has come. The schedule, early stopping and the best value all follow from it.

    Attributes:
        asked: the recipe and the seed that it was trained with; empty in those of an earlier version.
        history: the finished epochs.
        batch: how many batches of the next epoch are done; above 0 only where the run was stopped within it.
        loss, accuracy: their means over these batches.
        seconds: how long these batches took.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"strict": True, "extra": "ignore"}

    asked: dict[str, Any] = field(default_factory=dict)
    history: list[Epoch] = field(default_factory=list)
    batch: int = 0
    loss: float = 0.0
    accuracy: float = 0.0
    seconds: float = 0.0

    @property
    def epoch(self) -> int:
        """The last finished epoch; 0 before the first."""
        return len(self.history)

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the best network."""
        return next((epoch.epoch for epoch in reversed(self.history) if epoch.best), None)


def progress_from(content: bytes) -> Progress:
    """What was written into a checkpoint; what a later version has written besides is left out.

    Raises:
        ValueError, TypeError: it is damaged.
    """
    written = json.loads(content)
    history = [Epoch(**_fields_of(Epoch, epoch)) for epoch in written.get("history", [])]
    return Progress(**{**_fields_of(Progress, written), "history": history})


def _fields_of(kind: type, written: dict[str, Any]) -> dict[str, Any]:
    return {one.name: written[one.name] for one in fields(kind) if one.name in written}
