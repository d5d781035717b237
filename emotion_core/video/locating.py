"""The faces of a video, frame by frame, cut out for the network: the work that goes on ahead of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from emotion_core.faces.alignment import face_crop, whole_picture
from emotion_core.faces.detection import Face
from emotion_core.inference.analyze import LARGEST_CROP, detector_of, is_face_crop
from emotion_core.models.classifier import Classifier
from emotion_core.streams.appearance import appearance_of
from emotion_core.streams.face_stream import FaceStream
from emotion_core.streams.tracking import KEEP_SECONDS, Track
from emotion_core.video.cuts import CutDetector
from emotion_core.video.moments import Portrait
from emotion_core.video.quality import Quality, quality_of
from emotion_core.video.reading import Frame
from emotion_core.video.settings import VideoSettings

#: A face is remembered over so many frames in which it was not found, however far these are apart.
KEEP_FRAMES = 2.5
#: Side of the pictures by which persons are shown, in pixels; another is taken if it is better by so much.
PORTRAIT, BETTER = 96, 0.05


@dataclass(frozen=True)
class Located:
    """The faces of one frame, not yet read.

    Attributes:
        seconds: when a player shows the frame.
        numbers: the faces'; the largest face first, as in all below.
        faces: where they are, in the video's own pixels.
        crops: as the network sees them, (N, size, size, 3) RGB, uint8.
        qualities: how well they can be read.
        cut: whether another shot begins with this frame.
        portraits: of those that have not been seen better before, by number.
    """

    seconds: float
    numbers: tuple[int, ...]
    faces: tuple[Face, ...]
    crops: np.ndarray
    qualities: tuple[Quality, ...]
    cut: bool = False
    portraits: dict[int, Portrait] = field(default_factory=dict)


class Locator:
    """Follows the faces of one video. For one thread at a time."""

    def __init__(self, settings: VideoSettings, classifier: Classifier, rate: float | None = None):
        """Follow faces for a classifier, in a video of so many frames a second, as far as that is known."""
        self._settings = settings
        selection = settings.selection
        step = max(selection.every or 0.0, selection.step / rate if rate else 0.0)
        keep = max(KEEP_SECONDS, KEEP_FRAMES * step)
        self._stream = FaceStream(detector_of(settings.faces.detector), classifier, keep)
        self._cuts = CutDetector()
        self._whole: bool | None = True if settings.faces.whole else None
        self._best: dict[int, float] = {}

    def locate(self, frames: Iterator[Frame]) -> Generator[Located]:
        """The faces of each frame in turn."""
        for frame in frames:
            cut = self._cuts.is_cut(frame.picture)
            if cut:
                self._stream.cut()
            tracks = self._tracks(frame)
            crops = self._stream.crops(frame.picture, tracks)
            found = zip(tracks, crops, strict=True)
            qualities = tuple(quality_of(track.face, crop, frame.scale) for track, crop in found)
            yield Located(
                frame.seconds,
                tuple(track.number for track in tracks),
                tuple(track.face.scaled(frame.scale) for track in tracks),
                crops,
                qualities,
                cut,
                self._portraits(frame, tracks, qualities),
            )

    def _tracks(self, frame: Frame) -> Sequence[Track]:
        if self._is_whole(frame.picture):
            return [Track(1, whole_picture(frame.picture), (0.0, 0.0), frame.seconds, frame.seconds)]
        settings = self._settings
        self._stream.follow(frame.picture, frame.seconds)
        if self._stream.detection_is_due(frame.seconds, settings.detector_interval):
            smallest = max(settings.faces.smallest_face / frame.scale, 1.0)
            self._stream.detect(frame.picture, frame.seconds, smallest, settings.faces.threshold)
        return self._stream.visible

    def _is_whole(self, picture: np.ndarray) -> bool:
        """Whether each frame is one face: asked for, or the first frame is the crop of a face, as in photos."""
        if self._whole is None:
            small = max(picture.shape[:2]) <= LARGEST_CROP
            detector = detector_of(self._settings.faces.detector)
            self._whole = small and is_face_crop(picture, detector.detect(picture))
        return self._whole

    def _portraits(self, frame: Frame, tracks: Sequence[Track], qualities: Sequence[Quality]) -> dict[int, Portrait]:
        better = {}
        for track, quality in zip(tracks, qualities, strict=True):
            if quality.value > self._best.get(track.number, -BETTER) + BETTER:
                self._best[track.number] = quality.value
                picture = face_crop(frame.picture, track.face, PORTRAIT)
                better[track.number] = Portrait(picture, appearance_of(frame.picture, track.face))
        return better
