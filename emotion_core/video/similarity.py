"""Which faces of a video may be one person seen again, to be offered to whoever can tell.

Their colours are compared, see `emotion_core.streams.appearance`, and when and where one face was last seen and another
first. Of 43 faces in photos, seen again in the mirror and in other light, all are offered; of pairs of
others 3 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from emotion_core.faces.box import Box
from emotion_core.streams.appearance import similarity
from emotion_core.video.result import VideoResult

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


def likely_same(result: VideoResult) -> list[SimilarFaces]:
    """Pairs of faces that may be one person, never seen at one time; the most similar first."""
    seen = {face: result.seconds[result.faces == face] for face in result.persons}
    longest = sorted(seen, key=lambda face: -len(seen[face]))[:MOST_COMPARED]
    found = []
    for first, second in combinations(sorted(longest), 2):
        if len(np.intersect1d(seen[first], seen[second])):
            continue
        value = similarity(result.appearances.get(first), result.appearances.get(second))
        if _goes_on(result, first, second) or _goes_on(result, second, first):
            value = min(value + NEARBY, 1.0)
        if value >= LEAST_SIMILARITY:
            found.append(SimilarFaces(first, second, value))
    return sorted(found, key=lambda pair: -pair.similarity)


def _goes_on(result: VideoResult, first: int, second: int) -> bool:
    """Whether a face is first seen soon after another was last seen, in the same place and the same shot."""
    last, next_ = np.flatnonzero(result.faces == first)[-1], np.flatnonzero(result.faces == second)[0]
    start, end = float(result.seconds[last]), float(result.seconds[next_])
    if not 0 < end - start <= SOON or any(start < cut <= end for cut in result.cuts):
        return False
    boxes = [Box(*map(float, result.boxes[place])) for place in (last, next_)]
    return boxes[0].overlap(boxes[1]) >= SAME_PLACE
