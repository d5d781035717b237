"""Person calibration: answers read against how a person's face looks at rest.

Some faces look angry or sad while nothing is expressed. From a few pictures of a face at rest it is known by how much
each class is too probable; so much is taken off its log-probability in every answer for this person. A face whose rest
reads as rest is left as it is.

    calibration = calibrate_person(classifier, crops_at_rest)
    classifier.for_person(calibration).predict_proba(crops)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.models.prior import adjusted

if TYPE_CHECKING:
    from emotion_core.models.classifier import Classifier

#: The class of a face at rest.
REST = "neutral"
#: At rest, every other class is to be less log-probable than rest by this much; one that is keeps its answers. On drawn
#: people margins of 2 to 3 gain alike, and a face that looks neutral at rest loses nothing.
MARGIN = 2.5
#: No class loses more: an expression that is strong enough is still answered. A network that is sure puts a face that
#: looks angry at rest 6 and more above neutral; with less taken off it stays angry.
MOST_TAKEN = 8.0
#: How exports call a model whose answers are read against somebody's face at rest.
IN_WORDS = "read against a face at rest"


@dataclass(frozen=True)
class PersonCalibration:
    """How a person's face at rest is answered, and what is taken off for it.

    Attributes:
        shift: by class, what is added to its log-probability; 0 or less.
        rest: the class of a face at rest.
        faces: how many pictures it was made of.
    """

    shift: Mapping[str, float]
    rest: str
    faces: int

    @property
    def changes(self) -> bool:
        """Whether anything is taken off: not where the face at rest reads as rest."""
        return any(self.shift.values())

    def applied(self, probabilities: np.ndarray, classes: Sequence[str]) -> np.ndarray:
        """Answers (N, classes) read against the face at rest, float32, rows summing to 1."""
        return adjusted(probabilities, self._shifts(classes), temperature=1.0)

    def undone(self, probabilities: np.ndarray, classes: Sequence[str]) -> np.ndarray:
        """The answers as they were before."""
        return adjusted(probabilities, -self._shifts(classes), temperature=1.0)

    def _shifts(self, classes: Sequence[str]) -> np.ndarray:
        return np.array([self.shift.get(name, 0.0) for name in classes], np.float32)


def calibrate_person(classifier: Classifier, crops: np.ndarray, rest: str = REST) -> PersonCalibration:
    """What is to be taken off for a person.

    Args:
        classifier: the model whose answers are to be read so.
        crops: the person's face at rest, as `Classifier.predict_proba` takes them; best some fifteen of three seconds.
        rest: the class of a face at rest.

    Raises:
        ValueError: there is no face, or the model has no such class.
    """
    if rest not in classifier.classes:
        raise ValueError(
            f"the model {classifier.card.name} has no class {rest!r} of faces at rest, to read others against"
        )
    if not len(crops):
        raise ValueError("a face at rest is needed; there is none")
    return calibration_of(classifier.predict_proba(crops), classifier.classes, rest)


def calibration_of(probabilities: np.ndarray, classes: Sequence[str], rest: str = REST) -> PersonCalibration:
    """What is to be taken off for a person by how pictures of the face at rest were answered.

    Args:
        probabilities: (N, classes), one row a picture.

    Raises:
        ValueError: there is no row, or no such class.
    """
    if rest not in classes:
        raise ValueError(f"there is no class {rest!r} of faces at rest among {', '.join(classes)}")
    if not len(probabilities):
        raise ValueError("a face at rest is needed; there is none")
    logs = np.log(np.clip(probabilities.astype(np.float64), 1e-6, 1)).mean(axis=0)
    above = logs - logs[list(classes).index(rest)] + MARGIN
    taken = np.clip(above, 0.0, MOST_TAKEN)
    taken[list(classes).index(rest)] = 0.0
    shift = {name: -float(value) for name, value in zip(classes, taken, strict=True)}
    return PersonCalibration(shift, rest, len(probabilities))
