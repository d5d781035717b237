"""The colours of a face's head and clothes, by which it is told from the others in one recording.

No network that knows people is used: nobody is recognised. Colours of hair, skin and clothes are compared as histograms
by the Bhattacharyya coefficient (Comaniciu, Ramesh and Meer 2003).
"""

from __future__ import annotations

import cv2
import numpy as np

from emotion_core.faces.detection import Face

#: Bins of lightness, and of each of the two axes of colour (CIE Lab).
BINS = (4, 8, 8)
#: What is compared, in heights of the face about its centre: left, top, right and bottom of head and clothes.
HEAD, CLOTHES = (-0.7, -0.9, 0.7, 0.6), (-1.0, 0.8, 1.0, 2.0)


def appearance_of(picture: np.ndarray, face: Face) -> np.ndarray:
    """The colours of head and clothes in an RGB picture: (2, 256) float32, each summing to 1, or to 0 if unseen."""
    return np.stack([_colours(picture, face, part) for part in (HEAD, CLOTHES)])


def similarity(one: np.ndarray | None, other: np.ndarray | None) -> float:
    """How much two appearances are alike, 0 to 1: the mean coefficient of what is seen of both, 0 if nothing is."""
    if one is None or other is None:
        return 0.0
    seen = (one.sum(axis=1) > 0) & (other.sum(axis=1) > 0)
    return float(np.sqrt(one * other).sum(axis=1)[seen].mean()) if seen.any() else 0.0


def _colours(picture: np.ndarray, face: Face, part: tuple[float, float, float, float]) -> np.ndarray:
    x, y = face.box.center
    height = face.box.height
    left, top, right, bottom = (round(start + height * way) for start, way in zip((x, y, x, y), part, strict=True))
    inside = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if min(inside.shape[:2]) < 4:
        return np.zeros(int(np.prod(BINS)), np.float32)
    small = cv2.cvtColor(cv2.resize(inside, (32, 32), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    small[..., 1:] = small[..., 1:].clip(88, 167)  # beyond is what hardly any colour of the world has
    counts = cv2.calcHist([small], [0, 1, 2], None, list(BINS), [0, 256, 88, 168, 88, 168]).ravel()
    return (counts / max(float(counts.sum()), 1.0)).astype(np.float32)
