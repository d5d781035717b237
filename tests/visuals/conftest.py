"""A small evaluation whose figures can be worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.report import Report
from emotion_core.evaluation.scoring import build_report, score
from emotion_core.evaluation.sets import evaluation_set
from emotion_core.models.card import ModelCard

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")


@pytest.fixture
def images() -> np.ndarray:
    return np.arange(4, dtype=np.uint8)[:, np.newaxis, np.newaxis].repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture
def card(card_fields) -> ModelCard:
    return ModelCard.model_validate({**card_fields, "abstain_threshold": 0.6})


@pytest.fixture
def report(images, card) -> Report:
    """Four faces, happy, happy, happy and sad; "a" says happy of all, 90, 80, 70 and 60 % sure, "b" sad."""
    table = pd.DataFrame({"source": "<x>", "label": ["happy"] * 3 + ["sad"], "split": "test", "group": list("mnmn")})
    faces = evaluation_set(Dataset(images, table), "set", "test")
    answers = np.full((4, 7), 0.01)
    answers[:, HAPPY] = [0.9, 0.8, 0.7, 0.6]
    turned = answers.copy()
    turned[:, [HAPPY, SAD]] = answers[:, [SAD, HAPPY]]
    models = [
        (score(predictions, faces, name, card.abstain_threshold, card_sha256="0" * 64), predictions)
        for name, predictions in (("a", answers), ("b", turned))
    ]
    return build_report(faces, models)
