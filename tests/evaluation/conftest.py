"""Faces and predictions that can be worked by hand, and a model that predicts what stands in a face's first pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.report import Evaluation
from emotion_core.evaluation.sets import EvaluationSet, evaluation_set
from emotion_core.models.card import CARD_FILE, ModelCard


def says(*names: str, confidence: float = 1.0) -> np.ndarray:
    """Probabilities of answers with one confidence."""
    rows = np.full((len(names), 7), (1 - confidence) / 6)
    rows[range(len(names)), [EMOTIONS.index(name) for name in names]] = confidence
    return rows


def indices(*names: str) -> np.ndarray:
    return np.array([EMOTIONS.index(name) if name in EMOTIONS else NO_LABEL for name in names])


def dataset(*labels: str, first_pixel: int = 0, **columns: list | str) -> Dataset:
    images = np.stack([np.full((4, 4), first_pixel + number, np.uint8) for number in range(len(labels))])
    return Dataset(images, pd.DataFrame({"label": labels, "split": "validation", **columns}))


class Reader:
    """A model that reads an emotion from a face's first pixel, 0 to 6, and from the next how sure it is, in percent."""

    def __init__(self, card: ModelCard, folder: Path):
        self.card, self.folder = card, folder

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        sure = crops[:, 0, 1] / 100
        found = np.tile((1 - sure)[:, np.newaxis] / 6, 7)
        found[np.arange(len(crops)), crops[:, 0, 0]] = sure
        return found.astype(np.float32)


@pytest.fixture
def reader(tmp_path: Path, card_fields: dict) -> Reader:
    card = ModelCard.model_validate({**card_fields, "abstain_threshold": 0.5})
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / CARD_FILE).write_text(card.model_dump_json())
    return Reader(card, folder)


def legible(*faces: tuple[str, int], **columns: list) -> Dataset:
    """Faces of 4x4 from which a `Reader` reads this emotion with this confidence in percent; all labelled happy."""
    images = np.zeros((len(faces), 4, 4), np.uint8)
    for number, (image, (name, sure)) in enumerate(zip(images, faces, strict=True)):
        image[0, 0], image[0, 1], image[3, 3] = EMOTIONS.index(name), sure, number % 256
    table = pd.DataFrame({"source": [f"face {n}" for n in range(len(faces))], "label": "happy", "split": "test"})
    return Dataset(images, table.assign(**columns))


def votes(*names: str) -> dict[str, list[int]]:
    """Ten annotators of one mind for each face."""
    return {column: [10 * (column == f"votes_{name}") for name in names] for column in COLUMNS}


@pytest.fixture
def faces() -> Dataset:
    """Four test faces; the first of them is the training face too. By the labels happy, sad, sad, contempt."""
    found = legible(("happy", 90), ("happy", 80), ("sad", 40), ("happy", 70), ("happy", 90))
    found.images[4] = found.images[0]
    columns = votes("happy", "happy", "neutral", "angry", "happy")
    table = found.table.assign(label=["happy", "sad", "sad", "contempt", "happy"], split=["test"] * 4 + ["train"])
    return Dataset(found.images, table.assign(**columns))


@pytest.fixture
def evaluated(faces: Dataset, reader: Reader) -> tuple[EvaluationSet, Evaluation, np.ndarray]:
    """The four test faces, what the reader's predictions for them are worth, and the predictions."""
    chosen = evaluation_set(faces, "d", "test")
    return chosen, *evaluate_model(reader, chosen)
