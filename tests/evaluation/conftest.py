"""Faces and predictions that can be worked by hand, and a model that predicts what stands in a face's first pixel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.report import Evaluation
from emotion_core.evaluation.sets import EvaluationSet, evaluation_set
from tests.legible_faces import Reader, legible


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
