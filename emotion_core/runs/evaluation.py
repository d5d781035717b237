"""How good a run's best network is: `evaluation.json`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from emotion_core.models.card import Measurement
from emotion_core.runs.folder import EVALUATION_FILE


class Mistake(BaseModel):
    """A face that the network sees otherwise than it is labelled.

    Attributes:
        split: "validation" or "test".
        row: its row in the data set as `open_dataset` gives it.
        source: what the face was called where it came from.
        label, prediction: emotions.
        confidence: of the prediction, 0 to 1, calibrated.
    """

    split: str
    row: int
    source: str
    label: str
    prediction: str
    confidence: float


class Evaluation(BaseModel):
    """How good the best network of a run is, on the validation and the test split.

    Attributes:
        epoch: the one that the network is from; 0 if the run was stopped within its first.
        temperature, abstain_threshold: fitted on the validation split, as on a model's card.
        measurements: as on a model's card, the validation split first; by the annotators' majority, where there is
            one, and by the data set's own labels; with all faces and without those seen in training.
        mistakes: by the labels that were trained on, the most confident first, some of each split.
    """

    epoch: int
    temperature: float
    abstain_threshold: float
    measurements: list[Measurement]
    mistakes: list[Mistake]


def read_evaluation(folder: Path) -> Evaluation | None:
    """How good the best network is; None until it was evaluated, which is when the run has ended or was stopped."""
    try:
        return Evaluation.model_validate_json((folder / EVALUATION_FILE).read_bytes())
    except (OSError, ValueError):
        return None
