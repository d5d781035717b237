"""A network and a detector whose answers a test decides, in place of the real ones."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.models.card import read_card
from emotion_core.models.person import PersonCalibration
from emotion_core.models.prior import Prior
from emotion_core.workspace import SHIPPED_MODELS


class FakeClassifier:
    """Gives the same answer for every face, and counts how often it was asked."""

    def __init__(self, **probabilities: float):
        rest = (1 - sum(probabilities.values())) / (len(EMOTIONS) - len(probabilities))
        self.answer = np.array([probabilities.get(name, rest) for name in EMOTIONS], np.float32)
        self.card = read_card(SHIPPED_MODELS / "emotion-net").model_copy(update={"abstain_threshold": 0.5})
        self.classes = EMOTIONS
        self.prior: Prior = "balanced"
        self.temperature, self.abstain_threshold = 1.0, 0.5
        self.named = self.card.name
        self.calls = 0

    def under(self, prior: Prior) -> FakeClassifier:
        """The same one, which notes under what it was asked to answer and answers as before."""
        self.prior = prior
        return self

    def for_person(self, person: PersonCalibration | None) -> FakeClassifier:
        """Another one, whose answer is read against a face at rest."""
        other = copy.copy(self)
        if person is not None:
            other.answer = person.applied(self.answer[None], self.classes)[0]
            other.named = f"{self.card.name}, read against a face at rest"
        return other

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        self.calls += 1
        return np.tile(self.answer, (len(crops), 1))

    def embed(self, crops: np.ndarray) -> np.ndarray:
        """How bright each quarter of a face is, (N, 4)."""
        half = crops.shape[1] // 2
        quarters = (crops[:, :half, :half], crops[:, :half, half:], crops[:, half:, :half], crops[:, half:, half:])
        return np.stack([quarter.reshape(len(crops), -1).mean(axis=1) for quarter in quarters], axis=1)


class FakeDetector:
    """Finds faces of given scores side by side in every picture, and counts how often it was asked."""

    LOWEST_THRESHOLD = 0.3

    def __init__(self, *scores: float):
        self.scores = scores
        self.calls = 0

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float) -> list[Face]:
        self.calls += 1
        faces = [Face(Box(10.0 + 60 * place, 10.0, 50.0, 50.0), score) for place, score in enumerate(self.scores)]
        return [face for face in faces if face.score >= threshold and face.box.height >= smallest_face]


def card_for_lessons(**otherwise: object) -> SimpleNamespace:
    """What a lesson needs of a model's card, and of copies of it with other colours."""
    known = {"name": "base", "input": SimpleNamespace(size=48, channels=1), "colours": {}, **otherwise}
    return SimpleNamespace(**known, model_copy=lambda update: card_for_lessons(**update))
