"""Observations of two faces whose answers can be worked by hand, and fakes of a network and a detector."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.models.prior import Prior
from emotion_core.streams.observations import Observation


def observation(time: float, number: int, emotion: str) -> Observation:
    shown = "happy" if emotion == "uncertain" else emotion
    probabilities = tuple(0.7 if name == shown else 0.05 for name in EMOTIONS)
    return Observation(time, number, Box(1, 2.06, 30, 40), emotion, probabilities)


#: Face 1 is happy for 0.2 s, then sad for 0.1 s, gone for more than a second, then happy; face 2 is there once.
OBSERVATIONS = [
    observation(0.0, 1, "happy"),
    observation(0.1, 1, "happy"),
    observation(0.1, 2, "uncertain"),
    observation(0.2, 1, "sad"),
    observation(1.4, 1, "happy"),
]


class FakeClassifier:
    """Answers with what it was told last, for every face, and notes how many faces it was shown at a time."""

    def __init__(self, answer: str = "happy"):
        self.card = SimpleNamespace(name="fake", colours={}, input=SimpleNamespace(size=48, channels=1))
        self.prior: Prior = "balanced"
        self.classes, self.named = EMOTIONS, "fake"
        self.abstain_threshold = 0.4
        self.answer = answer
        self.batches: list[int] = []

    def under(self, prior: Prior) -> FakeClassifier:
        """Another one, which answers "sad" but calls itself uncertain of that."""
        other = FakeClassifier("sad")
        other.prior, other.abstain_threshold = prior, 0.99
        return other

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        if self.answer == "error":
            raise RuntimeError("the network is broken")
        self.batches.append(len(crops))
        row = np.full(len(EMOTIONS), 0.02, np.float32)
        row[EMOTIONS.index(self.answer)] = 0.88
        return np.tile(row, (len(crops), 1))


class FakeDetector:
    """Finds faces about given points, in parts of the picture's size, and counts how often it looked."""

    def __init__(self, *points: tuple[float, float], height: float = 0.3):
        self.points = points
        self.height = height
        self.looks = 0
        self.widths: list[int] = []

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float) -> list[Face]:
        self.looks += 1
        self.widths.append(image.shape[1])
        height, width = image.shape[:2]
        side = self.height * height
        boxes = [Box(x * width - side / 2, y * height - side / 2, side, side) for x, y in self.points]
        return [Face(box, 0.9) for box in boxes if box.height >= smallest_face]
