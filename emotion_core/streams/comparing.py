"""A second model on the faces of a stream, beside the first one: what each says, and how often both say the same.

session.compare_with(load_classifier("seed-cnn"))
...
for one in agreements(session.history()):
    print(one.in_words())
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np

from emotion_core.inference.words import UNCERTAIN, percent
from emotion_core.streams.answers import AnyClassifier, SmoothedAnswers, TrackedFace
from emotion_core.streams.face_stream import crops_of
from emotion_core.streams.observations import Observation
from emotion_core.streams.tracking import Track

#: What two models' labels of one face are to each other; the last where one of them is no class of the other model.
Verdict = Literal["agree", "differ", "not comparable"]

logger = logging.getLogger(__name__)


class SecondModel:
    """Another model that reads the faces which a stream has found. For one thread at a time.

    Attributes:
        classifier: the model.
        error: why it could not read the last picture's faces, or empty.
        seconds: what its network took for them.
    """

    def __init__(self, classifier: AnyClassifier):
        self.classifier = classifier
        self.error, self.seconds = "", 0.0
        self._answers = SmoothedAnswers(classifier)

    def read(
        self, picture: np.ndarray, tracks: Sequence[Track], crops: np.ndarray, time: float, smoothing: float
    ) -> tuple[TrackedFace, ...]:
        """What this model says of the faces of a picture; nothing, and why in `error`, where it fails.

        Args:
            picture: RGB of shape (height, width, 3), uint8.
            tracks: the faces in it.
            crops: these as the first model sees them, (N, size, size, 3) RGB, uint8; this one sees the same ones, or
                where it needs another size, the same faces cut out at that.
            time: the picture's, in seconds.
            smoothing: time constant in seconds, see `emotion_core.streams.smoothing.smoothed`.
        """
        error = ""
        try:
            return self._read(picture, tracks, crops, time, smoothing) if tracks else ()
        except Exception as failure:  # the first model's answers go on
            error = str(failure) or type(failure).__name__
            if error != self.error:  # once, not thirty times a second
                logger.error("the second model could not read a picture's faces", exc_info=failure)
            return ()
        finally:
            self.error = error

    def _read(
        self, picture: np.ndarray, tracks: Sequence[Track], crops: np.ndarray, time: float, smoothing: float
    ) -> tuple[TrackedFace, ...]:
        size = self.classifier.card.input.size
        if crops.shape[1] != size:
            crops = crops_of(picture, tracks, size)
        start = perf_counter()
        probabilities = self.classifier.predict_proba(crops)
        self.seconds = perf_counter() - start
        return self._answers.observe(tracks, probabilities, time, smoothing)


def verdict(said: tuple[str, str], classes: tuple[Sequence[str], Sequence[str]]) -> Verdict:
    """Whether two models agree on a face.

    Args:
        said: the label of each, one of its classes or "uncertain".
        classes: those that each knows.
    """
    shared = set(classes[0]) & set(classes[1])
    if not shared or any(label not in shared and label != UNCERTAIN for label in said):
        return "not comparable"
    return "agree" if said[0] == said[1] else "differ"


@dataclass(frozen=True)
class Agreement:
    """How often two models said the same of the same faces.

    Attributes:
        models: the names of the first and the second.
        classes: those that each knows.
        counts: observations, one a face every tenth of a second, by the label of the first and that of the second.
    """

    models: tuple[str, str]
    classes: tuple[tuple[str, ...], tuple[str, ...]]
    counts: Mapping[tuple[str, str], int]

    @property
    def observations(self) -> int:
        """How many observations there are."""
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        """How many of them have the same label, or are uncertain to both."""
        return self._with("agree")

    @property
    def comparable(self) -> int:
        """How many of them have labels that both models know."""
        return self._with("agree", "differ")

    @property
    def only_one_knows(self) -> tuple[str, ...]:
        """The labels that were said and are no class of the other model, the most frequent first."""
        found = Counter[str]()
        for labels, count in self.counts.items():
            for label, others in zip(labels, reversed(self.classes), strict=True):
                if label not in others and label != UNCERTAIN:
                    found[label] += count
        return tuple(label for label, _ in found.most_common())

    def in_words(self) -> str:
        """How often they agreed, in a sentence."""
        first, second = self.models
        if not set(self.classes[0]) & set(self.classes[1]):
            return f"{first} and {second} have no class in common."
        named = f"one of them named a class that the other does not have: {', '.join(self.only_one_knows)}."
        others = self.observations - self.comparable
        if not self.comparable:
            return f"All the time, {named}"
        words = f"{first} and {second} agreed {percent(self.agreed / self.comparable)} of the time"
        if not others:
            return f"{words}."
        return f"{words} where both know the class; {percent(others / self.observations)} of the time, {named}"

    def _with(self, *verdicts: Verdict) -> int:
        return sum(count for labels, count in self.counts.items() if verdict(labels, self.classes) in verdicts)


def agreements(observations: Iterable[Observation]) -> list[Agreement]:
    """How often the models of a stream agreed, for each pair of them that read its faces; none where only one did."""
    pairs: dict[tuple[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]], Counter[tuple[str, str]]] = {}
    for one in observations:
        if (other := one.second) is not None:
            key = (one.model, other.model), (one.classes, other.classes)
            pairs.setdefault(key, Counter())[one.emotion, other.emotion] += 1
    return [Agreement(models, classes, dict(counts)) for (models, classes), counts in pairs.items()]
