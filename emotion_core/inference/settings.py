"""What decides, besides the picture, which faces are found in it and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.detection import (
    DEFAULT_DETECTOR,
    DEFAULT_SMALLEST_FACE,
    DEFAULT_THRESHOLD,
    DETECTORS,
    Detector,
)
from emotion_core.models.prior import Prior, check_prior

if TYPE_CHECKING:
    from emotion_core.models.classifier import Classifier

#: The lowest and the highest value allowed. No detector gives a score below `YuNetDetector.LOWEST_THRESHOLD`, so that
#: thresholds below that are all alike.
THRESHOLDS = (0.0, 1.0)
#: The same for the smallest face, in pixels of the picture.
SMALLEST_FACES = (0, 10_000)


@dataclass(frozen=True)
class AnalysisSettings:
    """How pictures are analysed.

    Attributes:
        model: a model's name or folder, or a loaded classifier.
        detector: one of `DETECTORS`, or a loaded detector.
        threshold: lowest score of a face, within `THRESHOLDS`.
        smallest_face: lowest height of a face in pixels of the picture, within `SMALLEST_FACES`.
        whole: take the whole picture as one face instead of looking for faces.
        prior: the mix of expressions that is expected: "balanced", every one alike; "trained", as in the data that
            the model was trained on; or shares such as {"happy": 0.3}. None leaves it to a loaded classifier, and is
            "balanced" otherwise.
        most_faces: only so many of a picture's faces, the largest; None is all.

    Raises:
        ValueError: the detector or the prior is unknown, or a number is none or out of its range.
    """

    model: str | Path | Classifier = "default"
    detector: str | Detector = DEFAULT_DETECTOR
    threshold: float = DEFAULT_THRESHOLD
    smallest_face: float = DEFAULT_SMALLEST_FACE
    whole: bool = False
    prior: Prior | None = None
    most_faces: int | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of a loaded classifier; of a model that is not loaded yet, the seven emotions."""
        return EMOTIONS if isinstance(self.model, str | Path) else self.model.classes

    def __post_init__(self) -> None:
        if isinstance(self.prior, str):
            check_prior(self.prior, ())  # shares are checked against the classes of the model
        if isinstance(self.detector, str) and self.detector not in DETECTORS:
            raise ValueError(f"unknown detector {self.detector!r}; allowed are {', '.join(DETECTORS)}")
        if self.most_faces is not None and self.most_faces < 1:
            raise ValueError(f"a picture's faces can be limited to 1 or more, not to {self.most_faces}")
        lowest, highest = THRESHOLDS
        if not lowest <= self.threshold <= highest:  # nor is what is no number
            raise ValueError(f"the threshold must be from {lowest:g} to {highest:g}, not {self.threshold}")
        lowest, highest = SMALLEST_FACES
        if not lowest <= self.smallest_face <= highest:
            raise ValueError(f"the smallest face must be {lowest} to {highest:,} pixels high, not {self.smallest_face}")
