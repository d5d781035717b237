"""Faces whose predictions can be worked by hand, as a model reads them from their first pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import ModelCard
from emotion_core.models.prior import Prior


class Reader:
    """A model that reads an emotion from a face's first pixel, 0 to 6, and from the next how sure it is, in percent."""

    def __init__(self, card: ModelCard, folder: Path):
        self.card, self.folder = card, folder
        self.classes = EMOTIONS
        self.prior: Prior = "trained"
        self.temperature, self.abstain_threshold = card.temperature, card.abstain_threshold

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        sure = crops[:, 0, 1] / 100
        found = np.tile((1 - sure)[:, np.newaxis] / 6, 7)
        found[np.arange(len(crops)), crops[:, 0, 0]] = sure
        return found.astype(np.float32)


def legible(*faces: tuple[str, int], **columns: list) -> Dataset:
    """Faces of 4x4 from which a `Reader` reads this emotion with this confidence in percent; all labelled happy."""
    images = np.zeros((len(faces), 4, 4), np.uint8)
    for number, (image, (name, sure)) in enumerate(zip(images, faces, strict=True)):
        image[0, 0], image[0, 1], image[3, 3] = EMOTIONS.index(name), sure, number % 256
    table = pd.DataFrame({"source": [f"face {n}" for n in range(len(faces))], "label": "happy", "split": "test"})
    return Dataset(images, table.assign(**columns))
