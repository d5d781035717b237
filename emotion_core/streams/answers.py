"""What one model says of the faces of a stream, smoothed over time: several models may read the same faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from emotion_core.inference.results import FaceResult
from emotion_core.inference.words import UNCERTAIN
from emotion_core.models.card import ModelCard
from emotion_core.models.prior import Prior, prior_as_text
from emotion_core.streams.smoothing import SmoothedPrediction, smooth_prediction
from emotion_core.streams.tracking import Track

#: Predictions are kept for so many seconds, which is longer than any face is remembered that is not seen.
PREDICTIONS_KEPT = 15.0


class AnyClassifier(Protocol):
    """What a stream needs of a classifier."""

    card: ModelCard
    classes: tuple[str, ...]

    @property
    def prior(self) -> Prior: ...

    @property
    def abstain_threshold(self) -> float: ...

    @property
    def named(self) -> str: ...

    def under(self, prior: Prior, /) -> AnyClassifier: ...

    def predict_proba(self, crops: np.ndarray, /) -> np.ndarray: ...


@dataclass(frozen=True)
class TrackedFace:
    """A face in one picture of a stream: its number, and what is said of it, smoothed over time."""

    number: int
    result: FaceResult

    @property
    def answers(self) -> tuple[FaceResult, ...]:
        """What each model says of it, the first one first."""
        return (self.result,)


@dataclass(frozen=True)
class ComparedFace(TrackedFace):
    """A face with what a second model says of it, too."""

    second: FaceResult

    @property
    def answers(self) -> tuple[FaceResult, ...]:
        return self.result, self.second


def beside(faces: Sequence[TrackedFace], others: Sequence[TrackedFace]) -> tuple[TrackedFace, ...]:
    """Faces, each with what a second model says of the one of its number, where it does."""
    said = {other.number: other.result for other in others}
    return tuple(
        ComparedFace(face.number, face.result, said[face.number]) if face.number in said else face for face in faces
    )


class SmoothedAnswers:
    """A model's predictions by face, each averaged with those before it.

    Attributes:
        classifier: whose predictions they are; may be replaced, also by one of other classes.
    """

    def __init__(self, classifier: AnyClassifier):
        self.classifier = classifier
        self._predictions: dict[int, SmoothedPrediction] = {}

    def observe(
        self, tracks: Sequence[Track], probabilities: np.ndarray, time: float, smoothing: float
    ) -> tuple[TrackedFace, ...]:
        """What is said of the faces of one picture by the network's predictions; see `FaceStream.observe`."""
        if not np.isfinite(probabilities).all():  # smoothed into what comes after, it would never go away again
            raise ValueError(f"the predictions of the model {self.classifier.card.name} are not numbers")
        threshold = self.classifier.abstain_threshold
        self._predictions = {key: one for key, one in self._predictions.items() if time - one.time <= PREDICTIONS_KEPT}
        for track, row in zip(tracks, probabilities, strict=True):
            last = self._predictions.get(track.number)
            self._predictions[track.number] = smooth_prediction(
                last, row, time, smoothing, threshold, self.classifier.classes
            )
        return tuple(self._tracked_face(track) for track in tracks)

    def _tracked_face(self, track: Track) -> TrackedFace:
        smoothed = self._predictions[track.number]
        probabilities = dict(zip(self.classifier.classes, map(float, smoothed.probabilities), strict=True))
        result = FaceResult(
            box=track.face.box,
            detection_score=track.face.score,
            landmarks=track.face.landmarks,
            probabilities=probabilities,
            emotion=smoothed.label,
            confidence=max(probabilities.values()) if smoothed.label == UNCERTAIN else probabilities[smoothed.label],
            model=self.classifier.named,
            prior=prior_as_text(self.classifier.prior),
            colours=self.classifier.card.colours,
        )
        return TrackedFace(track.number, result)
