"""For how long each face had which label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emotion_core.inference.words import UNCERTAIN
from emotion_core.streams.observations import STEP, Observation, by_face, classes_of

#: A face that has no observation for so many seconds was gone meanwhile; for less, a busy machine may have been.
GAP = 1.0


@dataclass(frozen=True)
class Segment:
    """A time during which a face had one label, in seconds."""

    number: int
    emotion: str
    start: float
    end: float


def find_segments(observations: Iterable[Observation]) -> list[Segment]:
    """The history as segments of one label each, face by face; where a face was gone there is none."""
    found: list[Segment] = []
    for number, rows in by_face(observations).items():
        start = rows[0].time
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            gone = following is None or following.time - row.time > GAP
            if following is None or gone or following.emotion != row.emotion:
                end = row.time + STEP if following is None or gone else following.time
                found.append(Segment(number, row.emotion, start, end))
                start = following.time if following else 0.0
    return found


def seconds_seen(observations: Iterable[Observation]) -> dict[int, float]:
    """For how long each face was seen, in seconds."""
    seconds: dict[int, float] = defaultdict(float)
    for part in find_segments(observations):
        seconds[part.number] += part.end - part.start
    return dict(seconds)


def shares(observations: Sequence[Observation]) -> dict[int, dict[str, float]]:
    """Of each face, what part of the time that it was seen it had each label; only labels that it had."""
    whole = seconds_seen(observations)
    parts: dict[int, dict[str, float]] = {number: {} for number in whole}
    for part in find_segments(observations):
        of_face = parts[part.number]
        of_face[part.emotion] = of_face.get(part.emotion, 0.0) + (part.end - part.start) / whole[part.number]
    order = (*classes_of(observations), UNCERTAIN)
    return {number: dict(sorted(found.items(), key=lambda one: order.index(one[0]))) for number, found in parts.items()}


def longest_seen(observations: Sequence[Observation], faces: int) -> list[Observation]:
    """The observations of those faces that were seen longest, so many of them."""
    seconds = seconds_seen(observations)
    kept = set(sorted(seconds, key=lambda number: -seconds[number])[:faces])
    return [observation for observation in observations if observation.number in kept]
