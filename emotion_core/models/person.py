"""Person calibration: answers read against how a person's face looks at rest.

Some faces look angry or sad while nothing is expressed. From a few pictures of a face at rest it is known by how much
each class is too probable; so much is taken off its log-probability in every answer for this person. A face whose rest
reads as rest is left as it is.

    calibration = calibrate_person(classifier, crops_at_rest)
    classifier.for_person(calibration).predict_proba(crops)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from emotion_core.models.classifier import Classifier

#: The class of a face at rest.
REST = "neutral"
#: At rest, every other class is to be less log-probable than rest by this much; one that is keeps its answers.
MARGIN = 2.0
#: No class loses more: an expression that is strong enough is still answered.
MOST_TAKEN = 4.0
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
    logs = np.log(np.clip(classifier.predict_proba(crops).astype(np.float64), 1e-6, 1)).mean(axis=0)
    above = logs - logs[classifier.classes.index(rest)] + MARGIN
    taken = np.clip(above, 0.0, MOST_TAKEN)
    taken[classifier.classes.index(rest)] = 0.0
    shift = {name: -float(value) for name, value in zip(classifier.classes, taken, strict=True)}
    return PersonCalibration(shift, rest, len(crops))
