"""All that was seen in a video: every face of every analysed frame, in arrays that take little memory."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import FaceResult
from emotion_core.inference.words import UNCERTAIN
from emotion_core.models.classifier import Classifier
from emotion_core.models.prior import prior_as_text
from emotion_core.video.moments import COLUMNS, Moment, VideoFace, face_row
from emotion_core.video.quality import PROBLEMS, Quality
from emotion_core.video.reading import VideoInfo

if TYPE_CHECKING:
    import pandas as pd

#: Of a row's numbers: the box, the detector's score, the quality and the probabilities.
NUMBERS = 6 + len(EMOTIONS)


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
        probabilities: (N, 7) float32, columns in the order of `EMOTIONS`; each frame's own, not smoothed.
        quality: how well each face can be read, (N,) float32, 0 to 1.
        problems: what is wrong with it, (N,) uint8, places in `emotion_core.video.quality.PROBLEMS`.
        cuts: when another shot begins, in seconds.
        portraits: each face where it is seen best, by number, (96, 96, 3) RGB, uint8.
        complete: whether all that was asked for was analysed.
        note: why not, or what is wrong with the file; empty if nothing.
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
    complete: bool = True
    note: str = ""

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.seconds)

    def face(self, place: int) -> VideoFace:
        """The face of the row at a place, from 0, as it was seen in its frame."""
        probabilities = self.probabilities[place]
        best, confidence = int(probabilities.argmax()), float(probabilities.max())
        result = FaceResult(
            box=Box(*map(float, self.boxes[place])),
            detection_score=float(self.scores[place]),
            landmarks=None,
            probabilities=dict(zip(EMOTIONS, map(float, probabilities), strict=True)),
            emotion=EMOTIONS[best] if confidence >= self.threshold else UNCERTAIN,
            confidence=confidence,
            model=self.model,
            prior=self.prior,
        )
        return VideoFace(
            int(self.faces[place]), result, Quality(float(self.quality[place]), PROBLEMS[self.problems[place]])
        )

    def rows(self) -> Iterator[dict[str, object]]:
        """Each row as a flat record with `COLUMNS`, the same in CSV, JSON and tables."""
        for place, seconds in enumerate(self.seconds):
            yield face_row(str(self.info.path), float(seconds), self.face(place))

    def to_frame(self) -> pd.DataFrame:
        """A pandas table with `COLUMNS`, one row a face and analysed frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(COLUMNS))


class Recording:
    """Takes up moments one after another. `result` may be asked for by any thread meanwhile.

    Attributes:
        seconds: of the newest moment; None before the first.
        ended: whether nothing more comes.
    """

    def __init__(self, info: VideoInfo, classifier: Classifier):
        self._info, self._classifier = info, classifier
        self._lock = threading.Lock()
        self._moments, self._places = array("d"), array("q")
        self._numbers, self._values, self._problems = array("i"), array("f"), array("B")
        self._cuts: list[float] = []
        self._portraits: dict[int, np.ndarray] = {}
        self._note = ""
        self._complete = False
        self.seconds: float | None = None
        self.ended = False

    def add(self, moment: Moment, portraits: dict[int, np.ndarray]) -> None:
        """Take up a moment, and the pictures of faces that have not been seen better before."""
        with self._lock:
            for face in moment.faces:
                box, result = face.result.box, face.result
                self._places.append(len(self._moments))
                self._numbers.append(face.number)
                self._problems.append(PROBLEMS.index(face.quality.problem))
                self._values.extend((box.x, box.y, box.width, box.height, result.detection_score, face.quality.value))
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
            values = np.array(self._values, np.float32).reshape(-1, NUMBERS)
            moments = np.array(self._moments, np.float64)
            return VideoResult(
                info=self._info,
                model=self._classifier.card.name,
                prior=prior_as_text(self._classifier.prior),
                threshold=self._classifier.abstain_threshold,
                moments=moments,
                seconds=moments[np.array(self._places, np.int64)],
                faces=np.array(self._numbers, np.int32),
                boxes=values[:, :4],
                scores=values[:, 4],
                quality=values[:, 5],
                probabilities=values[:, 6:],
                problems=np.array(self._problems, np.uint8),
                cuts=tuple(self._cuts),
                portraits=dict(self._portraits),
                complete=self._complete,
                note=self._note,
            )
