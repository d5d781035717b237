"""All that was seen in a video: every face of every analysed frame, in arrays that take little memory."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import FaceResult
from emotion_core.inference.words import UNCERTAIN
from emotion_core.models.classifier import Classifier
from emotion_core.models.person import IN_WORDS, PersonCalibration, calibration_of
from emotion_core.models.prior import prior_as_text
from emotion_core.models.sequence import SequenceModel
from emotion_core.video.moments import Moment, Portrait, VideoFace, columns_of, face_row
from emotion_core.video.quality import PROBLEMS, Quality
from emotion_core.video.reading import VideoInfo

if TYPE_CHECKING:
    import pandas as pd

#: Characters of a person's name.
LONGEST_NAME = 60
#: Seconds for which the only frame of a result stands: as long as one of 25 a second is shown.
STEP_OF_ONE = 0.04
#: Of a row's numbers: the box, the detector's score and the quality; the probabilities come after them.
NUMBERS = 6


@dataclass(frozen=True, eq=False)
class VideoResult:
    """What was seen in a video. A row is one face in one analysed frame; rows are in the order of their times.

    Attributes:
        info: what is known of the file.
        model: the name of the model that read the expressions.
        prior: the mix of expressions that it expected, as `FaceResult` has it.
        threshold: the probability below which that model is uncertain.
        moments: when the analysed frames are shown, (M,) float64 seconds, also of those without a face.
        seconds: of each row, (N,) float64.
        faces: the number of each row's face, (N,) int32, from 1.
        boxes: (N, 4) float32: x, y, width and height in the video's own pixels, upright.
        scores: how sure the detector was, (N,) float32, 0 to 1.
        probabilities: (N, len(classes)) float32; each frame's own, not smoothed.
        quality: how well each face can be read, (N,) float32, 0 to 1.
        problems: what is wrong with it, (N,) uint8, places in `emotion_core.video.quality.PROBLEMS`.
        cuts: when another shot begins, in seconds.
        portraits: each face where it is seen best, by number, (96, 96, 3) RGB, uint8.
        appearances: the colours of each, by number; see `emotion_core.streams.appearance`.
        names: what persons are called, by their number, where they were named.
        left_out: numbers of faces that do not count.
        complete: whether all that was asked for was analysed.
        note: why not, or what is wrong with the file; empty if nothing.
        classes: those of the model.
        colours: those that the model gives to its classes.
        at_rest: of each person read against their face at rest, by number, how it was answered and what is taken off.
    """

    info: VideoInfo
    model: str
    prior: str
    threshold: float
    moments: np.ndarray
    seconds: np.ndarray
    faces: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    quality: np.ndarray
    problems: np.ndarray
    cuts: tuple[float, ...] = ()
    portraits: dict[int, np.ndarray] = field(default_factory=dict)
    appearances: dict[int, np.ndarray] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    complete: bool = True
    note: str = ""
    classes: tuple[str, ...] = EMOTIONS
    colours: Mapping[str, str] = field(default_factory=dict)
    at_rest: dict[int, PersonCalibration] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.seconds)

    @property
    def persons(self) -> list[int]:
        """The numbers of all faces that were not left out."""
        return sorted(set(self.faces.tolist()) - self.left_out)

    @property
    def step(self) -> float:
        """Seconds from one analysed frame to the next, as a rule; `STEP_OF_ONE` where there are fewer than two."""
        return float(np.median(np.diff(self.moments))) if len(self.moments) > 1 else STEP_OF_ONE

    def name_of(self, face: int) -> str:
        """What a person is called."""
        return self.names.get(face, f"Face {face}")

    def merged(self, first: int, second: int) -> VideoResult:
        """The same with two faces as one person, who has the first one's number.

        Raises:
            ValueError: there is no such face, or both are seen at one time.
        """
        self._check(first, second)
        if first == second:
            raise ValueError("a person cannot be merged with itself")
        both = np.intersect1d(self.seconds[self.faces == first], self.seconds[self.faces == second])
        if len(both):
            one, other = self.name_of(first), self.name_of(second)
            raise ValueError(f"{one} and {other} are both seen at {both[0]:.1f} s, so they are two persons")
        names = {key: name for key, name in self.names.items() if key != second}
        if second in self.names:
            names.setdefault(first, self.names[second])
        return replace(
            self.as_read(first).as_read(second),  # the rest of one is not known to be that of both
            faces=np.where(self.faces == second, first, self.faces).astype(np.int32),
            names=names,
            portraits={key: picture for key, picture in self.portraits.items() if key != second},
            appearances={key: colours for key, colours in self.appearances.items() if key != second},
            left_out=self.left_out - {second},
        )

    def split(self, face: int, seconds: float) -> VideoResult:
        """The same with another person from a time on, who has a new number.

        Raises:
            ValueError: there is no such face, or it is not seen both before that time and after it.
        """
        self._check(face)
        mine = self.faces == face
        later = mine & (self.seconds >= seconds)
        if not later.any() or (later == mine).all():
            raise ValueError(f"{self.name_of(face)} is not seen both before {seconds:.1f} s and after it")
        new = int(max(self.faces.max(), *self.portraits, 0)) + 1
        portraits = {**self.portraits, new: self.portraits[face]} if face in self.portraits else self.portraits
        return replace(self.as_read(face), faces=np.where(later, new, self.faces).astype(np.int32), portraits=portraits)

    def named(self, face: int, name: str) -> VideoResult:
        """The same with a person called by a name; an empty one takes it away again.

        Raises:
            ValueError: there is no such face, another person has that name, or it is longer than 60 characters.
        """
        self._check(face)
        name = " ".join(name.split())
        others = {key: known for key, known in self.names.items() if key != face}
        if name in others.values():
            raise ValueError(f"another person is called {name}; merge the two if they are one")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"a name may have {LONGEST_NAME} characters, not {len(name)}")
        return replace(self, names={**others, face: name} if name else others)

    def without(self, face: int) -> VideoResult:
        """The same with a face left out of all that is made of it."""
        self._check(face)
        return replace(self, left_out=self.left_out | {face})

    def including(self, face: int) -> VideoResult:
        """The same with a face that was left out taken in again."""
        self._check(face)
        return replace(self, left_out=self.left_out - {face})

    def against_rest(self, face: int, start: float, end: float) -> VideoResult:
        """The same with a person's answers read against their face at rest, which is seen in a stretch of the video.

        Args:
            face: the person's number.
            start, end: the stretch, in seconds from the video's beginning.

        Raises:
            ValueError: there is no such face, it is not seen well enough there, the stretch ends before it begins, or
                the model has no class neutral.
        """
        self._check(face)
        if not start <= end:
            raise ValueError(f"a stretch ends after it begins; from {start:.1f} to {end:.1f} s is none")
        read = self.as_read(face)
        mine = read.faces == face
        there = mine & (read.seconds >= start) & (read.seconds <= end) & (read.problems == 0)
        if not there.any():
            raise ValueError(f"{self.name_of(face)} is not seen well enough from {start:.1f} to {end:.1f} s")
        person = calibration_of(read.probabilities[there], self.classes)
        probabilities = read.probabilities.copy()
        probabilities[mine] = person.applied(probabilities[mine], self.classes)
        return replace(read, probabilities=probabilities, at_rest={**read.at_rest, face: person})

    def as_read(self, face: int) -> VideoResult:
        """The same with a person's answers as the model gave them."""
        if face not in self.at_rest:
            return self
        mine, probabilities = self.faces == face, self.probabilities.copy()
        probabilities[mine] = self.at_rest[face].undone(probabilities[mine], self.classes)
        at_rest = {number: person for number, person in self.at_rest.items() if number != face}
        return replace(self, probabilities=probabilities, at_rest=at_rest)

    def title_of(self, face: int) -> str:
        """What exports call a person: they say where it was read against the face at rest."""
        return f"{self.name_of(face)}, {IN_WORDS}" if face in self.at_rest else self.name_of(face)

    def model_of(self, face: int) -> str:
        """The model that read a person, which says so where that was against their face at rest."""
        return f"{self.model}, {IN_WORDS}" if face in self.at_rest else self.model

    def _check(self, *faces: int) -> None:
        known = set(self.faces.tolist())
        for face in faces:
            if face not in known:
                raise ValueError(f"there is no face {face}; there are {', '.join(map(str, sorted(known))) or 'none'}")

    def face(self, place: int) -> VideoFace:
        """The face of the row at a place, from 0, as it was seen in its frame."""
        probabilities = self.probabilities[place]
        best, confidence = int(probabilities.argmax()), float(probabilities.max())
        result = FaceResult(
            box=Box(*map(float, self.boxes[place])),
            detection_score=float(self.scores[place]),
            landmarks=None,
            probabilities=dict(zip(self.classes, map(float, probabilities), strict=True)),
            emotion=self.classes[best] if confidence >= self.threshold else UNCERTAIN,
            confidence=confidence,
            model=self.model_of(int(self.faces[place])),
            prior=self.prior,
            colours=self.colours,
        )
        return VideoFace(
            int(self.faces[place]), result, Quality(float(self.quality[place]), PROBLEMS[self.problems[place]])
        )

    def rows(self) -> Iterator[dict[str, object]]:
        """Each row as a flat record, the same in CSV and tables; without faces that are left out."""
        for place, (seconds, number) in enumerate(zip(self.seconds, self.faces, strict=True)):
            if int(number) not in self.left_out:
                name = self.names.get(int(number), "")
                yield face_row(str(self.info.path), float(seconds), self.face(place), name)

    def to_frame(self) -> pd.DataFrame:
        """A pandas table, one row a face and analysed frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(columns_of(self.classes)))


class Recording:
    """Takes up moments one after another. `result` may be asked for by any thread meanwhile.

    Attributes:
        seconds: of the newest moment; None before the first.
        ended: whether nothing more comes.
    """

    def __init__(self, info: VideoInfo, classifier: Classifier | SequenceModel):
        self._info, self._classifier = info, classifier
        self._lock = threading.Lock()
        self._moments, self._places = array("d"), array("q")
        self._numbers, self._values, self._problems = array("i"), array("f"), array("B")
        self._cuts: list[float] = []
        self._portraits: dict[int, Portrait] = {}
        self._note = ""
        self._complete = False
        self.seconds: float | None = None
        self.ended = False

    def add(self, moment: Moment, portraits: dict[int, Portrait]) -> None:
        """Take up a moment, and the pictures of faces that have not been seen better before."""
        with self._lock:
            for face in moment.faces:
                box, result = face.result.box, face.result
                self._places.append(len(self._moments))
                self._numbers.append(face.number)
                self._problems.append(PROBLEMS.index(face.quality.problem))
                self._values.extend(
                    (box.x, box.y, box.width, box.height, result.detection_score or 0.0, face.quality.value)
                )
                self._values.extend(result.probabilities.values())
            self._moments.append(moment.seconds)
            if moment.cut:
                self._cuts.append(moment.seconds)
            self._portraits.update(portraits)
            self.seconds = moment.seconds

    def end(self, complete: bool, note: str) -> None:
        """Nothing more comes: all that was asked for is there, or not; and what is to be said of it."""
        with self._lock:
            self.ended, self._complete, self._note = True, complete, note

    def result(self) -> VideoResult:
        """All that was taken up so far."""
        with self._lock:
            values = np.array(self._values, np.float32).reshape(-1, NUMBERS + len(self._classifier.classes))
            moments = np.array(self._moments, np.float64)
            return VideoResult(
                info=self._info,
                model=self._classifier.named,
                prior=prior_as_text(self._classifier.prior),
                threshold=self._classifier.abstain_threshold,
                moments=moments,
                seconds=moments[np.array(self._places, np.int64)],
                faces=np.array(self._numbers, np.int32),
                boxes=values[:, :4],
                scores=values[:, 4],
                quality=values[:, 5],
                probabilities=values[:, NUMBERS:],
                problems=np.array(self._problems, np.uint8),
                cuts=tuple(self._cuts),
                portraits={number: portrait.picture for number, portrait in self._portraits.items()},
                appearances={number: portrait.appearance for number, portrait in self._portraits.items()},
                complete=self._complete,
                note=self._note,
                classes=self._classifier.classes,
                colours=self._classifier.card.colours,
            )
