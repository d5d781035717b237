"""How well a face in a video can be read: whether it is too small, dark, blurred or turned away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from emotion_core.faces.detection import Face
from emotion_core.streams.hints import BLURRED, BLURRED_BELOW, DARK_FACE, TOO_DARK, TOO_SMALL, sharpness

TURNED_AWAY = "turned away"
#: What may be wrong with a face; the first is nothing.
PROBLEMS = ("", TOO_SMALL, TOO_DARK, BLURRED, TURNED_AWAY)
#: Below this quality it is said what is wrong.
PROBLEM_BELOW = 0.5
#: Where the eyes are closer to each other than this part of the face's height, it is seen from the side.
EYES_APART = 0.12


@dataclass(frozen=True)
class Quality:
    """How well a face can be read.

    Attributes:
        value: from 0 to 1, the lowest of what is looked at; below `PROBLEM_BELOW` something is wrong.
        problem: what, one of `PROBLEMS`; empty if nothing.
    """

    value: float
    problem: str


def quality_of(face: Face, crop: np.ndarray, scale: float = 1.0) -> Quality:
    """How well a face can be read. Each of four measures is 0.5 where the face begins to be hard to read.

    Args:
        face: where it is in its picture.
        crop: the face as the network sees it, (size, size, 3) RGB, uint8.
        scale: the video's own pixels for each of the picture's.
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, size = face.box.height * scale, crop.shape[0]
    measures = {
        TOO_SMALL: height / size,
        TOO_DARK: float(grey.mean()) / (2 * DARK_FACE),
        # A face smaller than its crop was enlarged, and is soft for that.
        BLURRED: sharpness(grey) / (2 * BLURRED_BELOW) if height >= size else 1.0,
        TURNED_AWAY: 1 - turn(face),
    }
    problem = min(measures, key=lambda name: measures[name])
    value = min(max(measures[problem], 0.0), 1.0)
    return Quality(value, problem if value < PROBLEM_BELOW else "")


def turn(face: Face) -> float:
    """How far a face is turned to a side: 0 towards the camera, 0.5 at about 45 degrees; 0 without landmarks.

    It is how far the tip of the nose lies beside the middle of the eyes, in distances between the eyes.
    """
    if face.landmarks is None:
        return 0.0
    right, left, nose = face.landmarks[:3].astype(float)
    apart = float(np.linalg.norm(left - right))
    if apart < EYES_APART * face.box.height:
        return 1.0
    return abs(float((nose - (right + left) / 2) @ (left - right))) / apart**2
