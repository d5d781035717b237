"""What may help where no face was found in a picture: looser settings, or turning it upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emotion_core.inference.analyze import find_faces
from emotion_core.inference.settings import AnalysisSettings

#: Faces of fewer pixels in height have nothing to read an expression by.
SMALLEST_FACE = 8
#: Lower thresholds that are tried, the nearest first; below the last one YuNet answers nothing.
LOWER_THRESHOLDS = (0.6, 0.5, 0.4, 0.3)


def looser_settings(image: np.ndarray, settings: AnalysisSettings) -> AnalysisSettings | None:
    """The nearest settings with which a face is found in an RGB picture; None if there are none."""
    looser = [replace(settings, smallest_face=SMALLEST_FACE)] if settings.smallest_face > SMALLEST_FACE else []
    looser += [replace(settings, threshold=lower) for lower in LOWER_THRESHOLDS if lower < settings.threshold]
    return next((one for one in looser if find_faces(image, one)), None)


def turns_that_help(image: np.ndarray, settings: AnalysisSettings) -> int:
    """By how many quarters clockwise an RGB picture must be turned for a face to be found; 0 if that does not help."""
    return next((turns for turns in (1, 3, 2) if find_faces(turned(image, turns), settings)), 0)


def turned(image: np.ndarray, quarter_turns: int) -> np.ndarray:
    """A picture of shape (height, width, 3) turned clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(image, -quarter_turns))
