"""What is trained one after the other, in which share of the time, and where it is kept. Needs no PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stage:
    """One network's training.

    Attributes:
        share: of the whole time.
        weights: of the answer by votes and of that by labels.
        teachers: names of stages whose networks teach; without them only labelled faces are learned from.
        taught: share of what labelled faces teach that is the teachers' answer.
    """

    name: str
    network: str
    share: float
    weights: tuple[float, float]
    teachers: tuple[str, ...] = ()
    taught: float = 0.0

    @property
    def head(self) -> int:
        """The answer that counts: 0 by votes, 1 by labels."""
        return int(self.weights[1] > self.weights[0])


TEACHERS = ("teacher-wide", "teacher-deep", "teacher-plain")
STAGES = (
    Stage("teacher-wide", "wide", 0.2, (1.0, 1.0)),
    Stage("teacher-deep", "deep", 0.2, (1.0, 1.0)),
    Stage("teacher-plain", "plain", 0.15, (1.0, 1.0)),
    Stage("emotion-net", "emotion-net", 0.27, (1.0, 0.3), TEACHERS, 0.7),
    Stage("emotion-net-fer2013", "emotion-net", 0.18, (0.3, 1.0), TEACHERS, 0.7),
)


@dataclass(frozen=True)
class Folders:
    """Where the pack lies, where results and checkpoints go, and where weights to begin with lie, if there are any."""

    pack: Path
    out: Path
    work: Path
    start: Path | None

    def begun_with(self, stage: Stage) -> Path | None:
        path = self.start / f"{stage.name}.npz" if self.start else None
        return path if path and path.exists() else None
