"""What was said of faces over time: one row a face every tenth of a second, in sum and as files."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import UNCERTAIN, FaceResult

#: Seconds from one row of a face to its next.
STEP = 0.1
#: A face that has no row for so many seconds was gone meanwhile; for less, a busy machine may have been.
GAP = 1.0

COLUMNS = ("seconds", "face", "emotion", *EMOTIONS, "x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Moment:
    """One face at one time.

    Attributes:
        time: seconds since the first picture.
        number: the face's name.
        box: in pixels of the picture.
        emotion: the label shown.
        probabilities: of each of `EMOTIONS`, smoothed.
    """

    time: float
    number: int
    box: Box
    emotion: str
    probabilities: tuple[float, ...]

    def to_row(self) -> dict[str, object]:
        """The moment as one flat row, the same in CSV and JSON."""
        return {
            "seconds": round(self.time, 2),
            "face": self.number,
            "emotion": self.emotion,
            **{name: round(share, 4) for name, share in zip(EMOTIONS, self.probabilities, strict=True)},
            "x": round(self.box.x, 1),
            "y": round(self.box.y, 1),
            "width": round(self.box.width, 1),
            "height": round(self.box.height, 1),
        }


@dataclass(frozen=True)
class Stretch:
    """A time during which a face had one label, in seconds."""

    number: int
    emotion: str
    start: float
    end: float


def moment_of(number: int, result: FaceResult, time: float) -> Moment:
    """What is said of a face at a time."""
    return Moment(time, number, result.box, result.emotion, tuple(result.probabilities.values()))


def by_face(moments: Iterable[Moment]) -> dict[int, list[Moment]]:
    """The moments of each face, the faces in the order of their numbers."""
    faces: dict[int, list[Moment]] = defaultdict(list)
    for moment in moments:
        faces[moment.number].append(moment)
    return dict(sorted(faces.items()))


def stretches(moments: Iterable[Moment]) -> list[Stretch]:
    """The history as stretches of one label each, face by face; where a face was gone there is none."""
    found: list[Stretch] = []
    for number, rows in by_face(moments).items():
        start = rows[0].time
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            gone = following is None or following.time - row.time > GAP
            if following is None or gone or following.emotion != row.emotion:
                end = row.time + STEP if following is None or gone else following.time
                found.append(Stretch(number, row.emotion, start, end))
                start = following.time if following else 0.0
    return found


def seconds_seen(moments: Iterable[Moment]) -> dict[int, float]:
    """For how long each face was seen, in seconds."""
    seconds: dict[int, float] = defaultdict(float)
    for part in stretches(moments):
        seconds[part.number] += part.end - part.start
    return dict(seconds)


def shares(moments: Sequence[Moment]) -> dict[int, dict[str, float]]:
    """Of each face, what part of the time that it was seen it had each label; only labels that it had."""
    whole = seconds_seen(moments)
    parts: dict[int, dict[str, float]] = {number: {} for number in whole}
    for part in stretches(moments):
        of_face = parts[part.number]
        of_face[part.emotion] = of_face.get(part.emotion, 0.0) + (part.end - part.start) / whole[part.number]
    order = (*EMOTIONS, UNCERTAIN)
    return {number: dict(sorted(found.items(), key=lambda one: order.index(one[0]))) for number, found in parts.items()}


def longest_seen(moments: Sequence[Moment], faces: int) -> list[Moment]:
    """The moments of those faces that were seen longest, so many of them."""
    seconds = seconds_seen(moments)
    kept = set(sorted(seconds, key=lambda number: -seconds[number])[:faces])
    return [moment for moment in moments if moment.number in kept]


def write_csv(moments: Iterable[Moment], file: TextIO) -> None:
    """Write a row a moment; the file is open for text, best with `newline=""`."""
    table = csv.DictWriter(file, COLUMNS)
    table.writeheader()
    table.writerows(moment.to_row() for moment in moments)


def write_json(moments: Iterable[Moment], file: TextIO) -> None:
    """Write an array with an object a moment."""
    json.dump([moment.to_row() for moment in moments], file)
