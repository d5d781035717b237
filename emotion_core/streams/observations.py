"""What was said of one face at one time, and many of these as files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from emotion_core.csv_tables import write_table
from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import FaceResult

#: Seconds from one observation of a face to its next.
STEP = 0.1


def columns_of(classes: Sequence[str]) -> tuple[str, ...]:
    """The columns of a table of observations."""
    return ("seconds", "face", "emotion", *classes, "x", "y", "width", "height", "prior", "model")


#: Those of the seven emotions.
COLUMNS = columns_of(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Observation:
    """One face at one time.

    Attributes:
        time: seconds since the first picture.
        number: the face's name.
        box: in pixels of the picture.
        emotion: the label shown.
        probabilities: of each of `classes`, smoothed.
        prior: the mix of expressions that was expected; see `FaceResult`.
        classes: those of the model.
        model: its name; it says so where answers are read against a face at rest.
        second: what another model said of the same face at the same time, where one was asked too.
    """

    time: float
    number: int
    box: Box
    emotion: str
    probabilities: tuple[float, ...]
    prior: str = ""
    classes: tuple[str, ...] = EMOTIONS
    model: str = ""
    second: Observation | None = None

    def to_row(self) -> dict[str, object]:
        """The observation as one flat row, the same in CSV and JSON."""
        return {
            "seconds": round(self.time, 2),
            "face": self.number,
            "emotion": self.emotion,
            **{name: round(share, 4) for name, share in zip(self.classes, self.probabilities, strict=True)},
            "x": round(self.box.x, 1),
            "y": round(self.box.y, 1),
            "width": round(self.box.width, 1),
            "height": round(self.box.height, 1),
            "prior": self.prior,
            "model": self.model,
        }


def observation_of(number: int, result: FaceResult, time: float, second: FaceResult | None = None) -> Observation:
    """What is said of a face at a time, by another model too where one was asked."""
    classes = tuple(result.probabilities)
    shares = tuple(result.probabilities.values())
    other = None if second is None else observation_of(number, second, time)
    return Observation(time, number, result.box, result.emotion, shares, result.prior, classes, result.model, other)


def also_second(observations: Iterable[Observation]) -> list[Observation]:
    """The observations, each followed by what a second model said of the same face at the same time."""
    return [each for one in observations for each in (one, one.second) if each is not None]


def classes_of(observations: Iterable[Observation]) -> tuple[str, ...]:
    """All classes that the models of a stream know, those of the first one first; the seven where nothing was seen.

    Second models count only where their observations are given, too: see `also_second`.
    """
    found = dict.fromkeys(name for classes in {one.classes: None for one in observations} for name in classes)
    return tuple(found) or EMOTIONS


def by_face(observations: Iterable[Observation]) -> dict[int, list[Observation]]:
    """The observations of each face, the faces in the order of their numbers."""
    faces: dict[int, list[Observation]] = defaultdict(list)
    for observation in observations:
        faces[observation.number].append(observation)
    return dict(sorted(faces.items()))


def merged(observations: Sequence[Observation], numbers: Mapping[int, int]) -> list[Observation]:
    """The observations with faces that are one person under one number.

    Args:
        observations: of all faces, the oldest first.
        numbers: of those that are to have another number, that number.

    Raises:
        ValueError: two that shall be one were seen at the same time.
    """
    renumbered = [_renumbered(one, numbers) for one in observations]
    seen: dict[tuple[float, int], int] = {}
    for before, after in zip(observations, renumbered, strict=True):
        other = seen.setdefault((after.time, after.number), before.number)
        if other != before.number:
            first, second = sorted((other, before.number))
            raise ValueError(f"faces {first} and {second} were seen at the same time, so they are two persons")
    return renumbered


def _renumbered(one: Observation, numbers: Mapping[int, int]) -> Observation:
    second = None if one.second is None else _renumbered(one.second, numbers)
    return replace(one, number=numbers.get(one.number, one.number), second=second)


def write_csv(observations: Iterable[Observation], file: TextIO) -> None:
    """Write a row an observation, and one for a second model's; the file is open for text, best with `newline=""`."""
    rows = also_second(observations)
    write_table(file, columns_of(classes_of(rows)), (observation.to_row() for observation in rows))


def write_json(observations: Iterable[Observation], file: TextIO) -> None:
    """Write an array with an object an observation, and one for a second model's."""
    json.dump([observation.to_row() for observation in also_second(observations)], file)
