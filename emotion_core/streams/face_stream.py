"""The faces of a stream of pictures: each keeps its number, and what is said of it is smoothed over time.

Live sessions stand on this, and whatever else has pictures in the order of their times: it knows no clock but these
times, starts no thread and keeps no history.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import cv2
import numpy as np

from emotion_core.faces.alignment import face_crop
from emotion_core.faces.detection import DEFAULT_THRESHOLD, Face
from emotion_core.streams.answers import AnyClassifier, SmoothedAnswers, TrackedFace
from emotion_core.streams.clock import SAME_TIME
from emotion_core.streams.hints import hints_of_face, hints_without_face
from emotion_core.streams.tracking import KEEP_SECONDS, Shift, Track, Tracker, pixel_shifts

#: The detector looks at pictures in which the smallest face has this height in pixels.
SMALLEST_DETECTED = 20
#: ... but whose longer side has so many pixels at the least, and at most.
DETECTION_SIDES = (192, 640)
#: Pixels are followed from picture to picture in ones with this longer side.
FOLLOWED = 320
#: A face that is this much of the smallest one allowed gives the hint that it is too small.
NEARLY_LARGE_ENOUGH = 0.5


class AnyDetector(Protocol):
    """What a stream needs of a detector."""

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float, /) -> list[Face]: ...


class FaceStream:
    """Follows every face from picture to picture. For one thread at a time; times never go back.

        for time, picture in stream:  # seconds; RGB of shape (height, width, 3), uint8, contiguous
            faces.follow(picture, time)
            if faces.detection_is_due(time, interval=0.25):
                faces.detect(picture, time, smallest_face=40)
            tracks = faces.visible
            crops = faces.crops(picture, tracks)
            found = faces.observe(tracks, classifier.predict_proba(crops), time, smoothing=0.5)

    A network may as well be given the crops of several pictures at once, and `observe` its predictions picture by
    picture afterwards: that depends on its arguments and on what it was given before, not on where the faces are now.
    """

    def __init__(self, detector: AnyDetector, classifier: AnyClassifier, keep_seconds: float = KEEP_SECONDS):
        """Follow what a detector finds, for a classifier; a face is remembered so long that is not found."""
        self._detector = detector
        self._answers = SmoothedAnswers(classifier)
        self._tracker = Tracker(keep_seconds)
        self._grey: np.ndarray | None = None  # the last picture, reduced
        self._size: tuple[int, int] | None = None
        self._last_detection = -math.inf
        self._smaller_ones = False

    @property
    def classifier(self) -> AnyClassifier:
        """What predicts; may be replaced by the same model for another mix of expressions."""
        return self._answers.classifier

    @classifier.setter
    def classifier(self, classifier: AnyClassifier) -> None:
        self._answers.classifier = classifier

    @property
    def visible(self) -> list[Track]:
        """The faces that the last detection found, where they are now, the largest first."""
        return sorted(self._tracker.seen, key=lambda track: -track.face.box.area)

    def follow(self, picture: np.ndarray, time: float) -> None:
        """Move the known faces with their pixels to where they are in a picture."""
        size = picture.shape[0], picture.shape[1]
        if self._size not in (None, size):
            self._change_size(size)
        self._size = size
        factor = min(1.0, FOLLOWED / max(size))
        grey = cv2.cvtColor(_reduced(picture, factor), cv2.COLOR_RGB2GRAY)
        boxes = {track.number: track.face.box.scaled(factor) for track in self._tracker.seen}
        shifts: dict[int, Shift] = {}
        if self._grey is not None and self._grey.shape == grey.shape:
            small = pixel_shifts(self._grey, grey, boxes)
            shifts = {number: (across / factor, down / factor) for number, (across, down) in small.items()}
        self._grey = grey
        self._tracker.advance(time, shifts)

    def detection_is_due(self, time: float, interval: float) -> bool:
        """Whether so many seconds have passed since the last detection, or the picture is of another size."""
        return time - self._last_detection >= interval - SAME_TIME or time <= 0

    def detect(
        self, picture: np.ndarray, time: float, smallest_face: float, threshold: float = DEFAULT_THRESHOLD
    ) -> None:
        """Detect faces of at least a height in pixels, in a picture as small as that allows; call `follow` before."""
        longer = max(picture.shape[:2])
        side = min(max(longer * SMALLEST_DETECTED / smallest_face, DETECTION_SIDES[0]), DETECTION_SIDES[1])
        factor = min(1.0, side / longer)
        found = self._detector.detect(
            _reduced(picture, factor), threshold, NEARLY_LARGE_ENOUGH * smallest_face * factor
        )
        faces = [face.scaled(1 / factor) for face in found]
        large = [face for face in faces if face.box.height >= smallest_face]
        self._smaller_ones = len(large) < len(faces)
        self._tracker.update(large, time)
        self._last_detection = time

    def renumber(self, numbers: Mapping[int, int]) -> None:
        """Give faces the numbers that they had before, by those that they have."""
        self._tracker.renumber(numbers)

    def crops(self, picture: np.ndarray, tracks: Sequence[Track]) -> np.ndarray:
        """The tracks' faces as the network sees them, (N, size, size, 3) RGB, uint8."""
        return crops_of(picture, tracks, self.classifier.card.input.size)

    def observe(
        self, tracks: Sequence[Track], probabilities: np.ndarray, time: float, smoothing: float
    ) -> tuple[TrackedFace, ...]:
        """What is said of the faces of one picture by the network's predictions.

        Args:
            tracks: the faces.
            probabilities: the network's for their crops, (N, classes) float32, in the same order.
            time: the picture's, in seconds.
            smoothing: time constant in seconds, see `emotion_core.streams.smoothing.smoothed`.

        Raises:
            ValueError: a probability is not a number.
        """
        return self._answers.observe(tracks, probabilities, time, smoothing)

    def hints(self, tracks: Sequence[Track], crops: np.ndarray) -> set[str]:
        """What makes the last picture's largest face hard to read, or finding one; see `emotion_core.streams.hints`."""
        if tracks:
            return hints_of_face(crops[0], tracks[0].face.box.height)
        return hints_without_face(self._grey, self._smaller_ones) if self._grey is not None else set()

    def cut(self) -> None:
        """The next picture shows something else: no face of it is one of those known, and they are looked for anew."""
        self._tracker.forget()
        self._grey = None
        self._last_detection = -math.inf

    def pause(self, seconds: float) -> None:
        """For so long there was no picture at all, in which no face can have been missed."""
        self._tracker.pause(seconds)

    def _change_size(self, size: tuple[int, int]) -> None:
        """Go on with the faces in pictures of another size, unless these show something of another shape."""
        assert self._size is not None
        factor = size[0] / self._size[0]
        if abs(size[1] - factor * self._size[1]) <= 2:
            self._tracker.scale(factor)
        else:
            self._tracker.forget()
        self._last_detection = -math.inf


def crops_of(picture: np.ndarray, tracks: Sequence[Track], size: int) -> np.ndarray:
    """The tracks' faces as a network of an input size sees them, (N, size, size, 3) RGB, uint8; N may be 0."""
    if not tracks:
        return np.empty((0, size, size, 3), np.uint8)
    return np.stack([face_crop(picture, track.face, size) for track in tracks])


def _reduced(picture: np.ndarray, factor: float) -> np.ndarray:
    if factor >= 1:
        return picture
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
