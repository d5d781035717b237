"""A stream of pictures: every face followed, and how its expression looks over time.

    session = LiveSession()
    for time, frame in stream:  # seconds, RGB
        shown = session.process(frame, time)
    session.history()

There is no web, no window and no thread in it: whoever has the pictures calls `process`, and anyone may look at
`snapshot()` meanwhile. Nothing is written to disk.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import cv2
import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.alignment import face_crop
from emotion_core.faces.detection import DEFAULT_THRESHOLD, Face, YuNetDetector
from emotion_core.inference.results import UNCERTAIN, FaceResult
from emotion_core.models.card import ModelCard
from emotion_core.models.registry import load_classifier
from emotion_core.streams.hints import LastingHints, hints_of_face, hints_without_face
from emotion_core.streams.history import STEP, Moment, moment_of
from emotion_core.streams.smoothing import SteadyAnswer, steady_answer
from emotion_core.streams.tracking import Shift, Track, Tracker, pixel_shifts

#: The detector looks at pictures in which the smallest face has this height in pixels.
SMALLEST_IN_LOOK = 20
#: ... but whose longer side has so many pixels at the least, and at most.
LOOKS = (192, 640)
#: Pixels are followed from picture to picture in ones with this longer side.
FOLLOWED = 320
#: A face that is this much of the smallest one allowed gives the hint that it is too small.
NEARLY = 0.5

#: The history's rows in all: half an hour of one face, three minutes of ten.
HISTORY_ROWS = 20_000
#: Times that differ by less are one: what is added up thirty times a second is never quite round.
SAME_TIME = 1e-3
#: A stream that stands still for longer than the one, but no longer than the other, loses no face by it, in seconds.
STANDS_STILL = (0.3, 10.0)
#: More seconds than these from one picture to the next are a source that counts its time anew.
LONGEST_STEP = 60.0
#: How long a picture has waited is told by the quickest of so many, a minute's, as two clocks drift apart in time.
QUICKEST_OF = 1800
#: Rates and times are averaged over the last so many pictures.
AVERAGED = 60

STAGES = ("detect", "track", "classify", "draw")

logger = logging.getLogger(__name__)


class AnyClassifier(Protocol):
    """What a session needs of a classifier."""

    card: ModelCard

    def predict_proba(self, crops: np.ndarray, /) -> np.ndarray: ...


class AnyDetector(Protocol):
    """What a session needs of a detector."""

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float, /) -> list[Face]: ...


@dataclass(frozen=True)
class LiveSettings:
    """What may be changed while a session runs.

    Attributes:
        smoothing: time constant of the probabilities in seconds; 0 shows each picture's own.
        detector_interval: seconds between two looks for faces; between them known faces are followed.
        smallest_face: lowest height of a face in pixels of the picture.
    """

    smoothing: float = 0.5
    detector_interval: float = 0.25
    smallest_face: float = 40.0

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= 60:
            raise ValueError(f"a smoothing of {self.smoothing} s cannot be used; allowed are 0 to 60")
        if not 0 <= self.detector_interval <= 10:
            raise ValueError(f"a detector interval of {self.detector_interval} s cannot be used; allowed are 0 to 10")
        if not 8 <= self.smallest_face <= 2000:
            raise ValueError(f"a smallest face of {self.smallest_face} pixels cannot be used; allowed are 8 to 2000")


@dataclass(frozen=True)
class LiveFace:
    """A face that is seen now: its name, and what is said of it, steadied over time."""

    number: int
    result: FaceResult


@dataclass(frozen=True)
class Snapshot:
    """A session at one time.

    Attributes:
        frame: the newest picture with what was found drawn in, RGB; None before the first.
        faces: those seen in it, the largest first.
        hints: what makes it hard to read, of `emotion_core.streams.hints.HINTS`.
        seconds: since the first picture.
        kept_since: of these, from which on the history is kept; 0 as long as nothing had to be dropped from it.
        frames_in, frames_analysed, errors: counts; a picture that is not analysed is one with an error.
        last_error: what went wrong last, or empty.
        milliseconds: of each of `STAGES`, of the "whole" of them, and of the "wait" before, which is how much later a
            picture came than the quickest one of the last minute, averaged over the last pictures.
        rate: pictures analysed per second of the clock of late.
        idle: seconds of the clock since the last picture; infinite before the first.
        closed: whether the stream has ended, or is interrupted.
    """

    frame: np.ndarray | None
    faces: tuple[LiveFace, ...]
    hints: tuple[str, ...]
    seconds: float
    kept_since: float
    frames_in: int
    frames_analysed: int
    errors: int
    last_error: str
    milliseconds: dict[str, float]
    rate: float
    idle: float
    closed: bool

    @property
    def delay(self) -> float:
        """Milliseconds from when a picture could have been here to its being done, averaged over the last pictures.

        The way that even the quickest one takes from the camera is not in it, nor the way back: nobody here knows them.
        """
        return self.milliseconds["wait"] + self.milliseconds["whole"]


Draw = Callable[[np.ndarray, Sequence[LiveFace]], np.ndarray]


@dataclass
class _Meter:
    """How long the last pictures took, and when they were done."""

    stages: dict[str, deque[float]] = field(
        default_factory=lambda: {name: deque(maxlen=AVERAGED) for name in (*STAGES, "whole", "wait")}
    )
    done: deque[float] = field(default_factory=lambda: deque(maxlen=AVERAGED))

    def milliseconds(self) -> dict[str, float]:
        return {name: 1000 * float(np.mean(times)) if times else 0.0 for name, times in self.stages.items()}

    def rate(self, now: float) -> float:
        recent = [time for time in self.done if now - time < 2]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0


class LiveSession:
    """One stream of pictures from one source.

    `process` may be called by one thread at a time (another waits); everything else by any number meanwhile.

    Attributes:
        settings: may be replaced at any time; the next picture is analysed with the new ones.
    """

    def __init__(
        self,
        classifier: AnyClassifier | None = None,
        detector: AnyDetector | None = None,
        settings: LiveSettings | None = None,
        draw: Draw | None = None,
    ):
        """Both the detector and the network run once, so that the first picture is not slower than the next.

        Args:
            classifier: the default model if none is given.
            detector: YuNet if none is given; one may be shared by any number of sessions.
            settings: see `LiveSettings`.
            draw: draws faces into a picture, such as `emotion_core.visuals.drawing.annotate_live`; without it pictures
                come back as they are.

        Raises:
            ModelError: the default model cannot be used.
        """
        self.classifier: AnyClassifier = classifier or load_classifier()
        self.settings = settings or LiveSettings()
        self._detector: AnyDetector = detector or YuNetDetector()
        self._draw = draw
        self._working = threading.Lock()  # held while a picture is analysed
        self._lock = threading.Lock()  # held for moments, about all below that `snapshot` and `history` read
        self._frame: np.ndarray | None = None
        self._faces: tuple[LiveFace, ...] = ()
        self._hints: tuple[str, ...] = ()
        self._history: deque[Moment] = deque(maxlen=HISTORY_ROWS)
        self._dropped = False
        self._meter = _Meter()
        self._in = self._analysed = self._errors = 0
        self._last_error = ""
        self._clock = 0.0
        self._came = -math.inf
        self._closed = False
        # About these only `process` knows.
        self._last_stamp: float | None = None
        self._lags: deque[float] = deque(maxlen=QUICKEST_OF)
        self._last_row = -math.inf
        self._last_look = -math.inf
        self._tracker = Tracker()
        self._answers: dict[int, SteadyAnswer] = {}
        self._followed: np.ndarray | None = None
        self._size: tuple[int, int] | None = None
        self._lasting = LastingHints()
        self._smaller_ones = False
        self._warm_up()

    def process(self, frame: np.ndarray, time: float) -> np.ndarray:
        """Take up one picture. Whatever goes wrong is counted and kept for `snapshot`, never raised.

        Args:
            frame: RGB of shape (height, width, 3) or grey of (height, width), uint8, of any size.
            time: when it was taken, in seconds from anywhere. One that is not after the last one, or
                more than a minute after it, counts as the same.

        Returns:
            The picture with what was found drawn in; the picture itself after an error.
        """
        with self._working:
            start = perf_counter()
            with self._lock:
                self._in += 1
                self._came = start
                self._closed = False
            try:
                elapsed = self._elapsed(time)
                with self._lock:
                    self._clock += elapsed
                wait = self._waited(start, elapsed)
                if STANDS_STILL[0] < elapsed < STANDS_STILL[1]:
                    self._tracker.pause(elapsed - STANDS_STILL[0])
                annotated, times = self._analyse(as_rgb(frame), self._clock)
            except Exception as error:
                self.note(error)
                return frame
            now = perf_counter()
            with self._lock:
                self._frame = annotated
                self._analysed += 1
                self._meter.done.append(now)
                for name, seconds in {**times, "whole": now - start, "wait": wait}.items():
                    self._meter.stages[name].append(seconds)
            return annotated

    def snapshot(self) -> Snapshot:
        """How things stand."""
        with self._lock:
            now = perf_counter()
            return Snapshot(
                frame=self._frame,
                faces=self._faces,
                hints=self._hints,
                seconds=self._clock,
                kept_since=self._history[0].time if self._dropped else 0.0,
                frames_in=self._in,
                frames_analysed=self._analysed,
                errors=self._errors,
                last_error=self._last_error,
                milliseconds=self._meter.milliseconds(),
                rate=self._meter.rate(now),
                idle=now - self._came,
                closed=self._closed,
            )

    def history(self, last: float = math.inf) -> list[Moment]:
        """What was said of every face every tenth of a second, the oldest first, of the last so many seconds.

        No more than `HISTORY_ROWS` rows are kept: the oldest are dropped, see `Snapshot.kept_since`.
        """
        with self._lock:
            since = self._clock - last
            return [moment for moment in self._history if moment.time >= since]

    def close(self) -> None:
        """Note that the stream has ended; another picture begins it again."""
        with self._lock:
            self._closed = True

    def _warm_up(self) -> None:
        size = self.classifier.card.input.size
        self._detector.detect(np.zeros((240, 320, 3), np.uint8), DEFAULT_THRESHOLD, SMALLEST_IN_LOOK)
        self.classifier.predict_proba(np.zeros((1, size, size, 3), np.uint8))

    def _elapsed(self, stamp: float) -> float:
        """Seconds since the last picture, by the stamps that a source gives, whatever they are."""
        last, self._last_stamp = self._last_stamp, stamp
        step = stamp - last if last is not None else 0.0
        return step if 0 < step <= LONGEST_STEP else 0.0

    def _waited(self, now: float, elapsed: float) -> float:
        """Seconds by which a picture comes later than the quickest of late; 0 where its stamp tells nothing."""
        if not elapsed:
            self._lags.clear()
        self._lags.append(now - self._clock)
        return self._lags[-1] - min(self._lags)

    def note(self, error: Exception) -> None:
        """Count an error, and log it with its traceback if it is another one than the last."""
        with self._lock:
            self._errors += 1
            new = str(error) != self._last_error
            self._last_error = str(error) or type(error).__name__
        if new:  # once, not thirty times a second
            logger.error("a picture could not be analysed", exc_info=error)

    def _analyse(self, frame: np.ndarray, time: float) -> tuple[np.ndarray, dict[str, float]]:
        """The picture with what was found in it, and the seconds that each stage took."""
        settings, stamps = self.settings, [perf_counter()]
        self._follow(frame, time)
        stamps.append(perf_counter())
        if time - self._last_look >= settings.detector_interval - SAME_TIME or time <= 0:
            self._look(frame, time, settings)
        stamps.append(perf_counter())
        tracks = sorted(self._tracker.seen, key=lambda track: -track.face.box.area)
        self._say(frame, tracks, time, settings)
        stamps.append(perf_counter())
        annotated = self._draw(frame, self._faces) if self._draw else frame
        stamps.append(perf_counter())
        return annotated, dict(zip(("track", "detect", "classify", "draw"), np.diff(stamps), strict=True))

    def _follow(self, frame: np.ndarray, time: float) -> None:
        """Move the known faces with their pixels."""
        size = frame.shape[0], frame.shape[1]
        if self._size not in (None, size):
            self._change_size(size)
        self._size = size
        factor = min(1.0, FOLLOWED / max(size))
        grey = cv2.cvtColor(_reduced(frame, factor), cv2.COLOR_RGB2GRAY)
        boxes = {track.number: track.face.box.scaled(factor) for track in self._tracker.seen}
        shifts: dict[int, Shift] = {}
        if self._followed is not None and self._followed.shape == grey.shape:
            small = pixel_shifts(self._followed, grey, boxes)
            shifts = {number: (across / factor, down / factor) for number, (across, down) in small.items()}
        self._followed = grey
        self._tracker.advance(time, shifts)

    def _change_size(self, size: tuple[int, int]) -> None:
        """Go on with the faces in pictures of another size, unless these show something of another shape."""
        assert self._size is not None
        factor = size[0] / self._size[0]
        if abs(size[1] - factor * self._size[1]) <= 2:
            self._tracker.scale(factor)
        else:
            self._tracker.forget()
        self._last_look = -math.inf

    def _look(self, frame: np.ndarray, time: float, settings: LiveSettings) -> None:
        """Detect faces, in a picture as small as the smallest of them allows."""
        longer = max(frame.shape[:2])
        side = min(max(longer * SMALLEST_IN_LOOK / settings.smallest_face, LOOKS[0]), LOOKS[1])
        factor = min(1.0, side / longer)
        smallest = NEARLY * settings.smallest_face * factor
        found = self._detector.detect(_reduced(frame, factor), DEFAULT_THRESHOLD, smallest)
        faces = [face.scaled(1 / factor) for face in found]
        large = [face for face in faces if face.box.height >= settings.smallest_face]
        self._smaller_ones = len(large) < len(faces)
        self._tracker.see(large, time)
        self._last_look = time

    def _say(self, frame: np.ndarray, tracks: list[Track], time: float, settings: LiveSettings) -> None:
        """Answer for all faces that are seen, and remember the answers."""
        hints, answers = set(), dict[int, SteadyAnswer]()
        if tracks:
            size = self.classifier.card.input.size
            crops = np.stack([face_crop(frame, track.face, size) for track in tracks])
            threshold = self.classifier.card.abstain_threshold
            rows = self.classifier.predict_proba(crops)
            if not np.isfinite(rows).all():  # smoothed into what comes after, it would never go away again
                raise ValueError("the model's answer is not a number")
            for track, row in zip(tracks, rows, strict=True):
                last = self._answers.get(track.number)
                answers[track.number] = steady_answer(last, row, time, settings.smoothing, threshold)
            hints = hints_of_face(crops[0], tracks[0].face.box.height)
        elif self._followed is not None:
            hints = hints_without_face(self._followed, self._smaller_ones)
        # Of faces that were lost of late the answers are kept as long as their tracks are.
        kept = {track.number for track in self._tracker.tracks}
        self._answers = {number: answer for number, answer in self._answers.items() if number in kept} | answers
        faces = tuple(self._live_face(track, answers[track.number]) for track in tracks)
        with self._lock:
            self._faces = faces
            self._hints = self._lasting.update(hints, time)
            if time - self._last_row >= STEP - SAME_TIME:
                self._remember([moment_of(face.number, face.result, time) for face in faces])
                self._last_row = time

    def _remember(self, moments: list[Moment]) -> None:
        self._dropped = self._dropped or len(self._history) + len(moments) > HISTORY_ROWS
        self._history.extend(moments)

    def _live_face(self, track: Track, answer: SteadyAnswer) -> LiveFace:
        probabilities = dict(zip(EMOTIONS, map(float, answer.probabilities), strict=True))
        result = FaceResult(
            box=track.face.box,
            detection_score=track.face.score,
            landmarks=track.face.landmarks,
            probabilities=probabilities,
            emotion=answer.label,
            confidence=max(probabilities.values()) if answer.label == UNCERTAIN else probabilities[answer.label],
            model=self.classifier.card.name,
        )
        return LiveFace(track.number, result)


def as_rgb(frame: np.ndarray) -> np.ndarray:
    """A picture as RGB of shape (height, width, 3), contiguous.

    Raises:
        ValueError: it is neither RGB nor grey, or has no pixels.
    """
    fits = isinstance(frame, np.ndarray) and frame.dtype == np.uint8 and frame.size > 0
    if not fits or not (frame.ndim == 2 or (frame.ndim == 3 and frame.shape[2] in (1, 3))):
        what = f"shape {frame.shape} and type {frame.dtype}" if isinstance(frame, np.ndarray) else f"{type(frame)}"
        raise ValueError(f"a picture of {what} cannot be used; allowed are (h, w, 3) RGB and (h, w) grey, uint8")
    if frame.ndim == 2 or frame.shape[2] == 1:
        return cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_GRAY2RGB)
    return np.ascontiguousarray(frame)


def _reduced(frame: np.ndarray, factor: float) -> np.ndarray:
    if factor >= 1:
        return frame
    size = max(1, round(frame.shape[1] * factor)), max(1, round(frame.shape[0] * factor))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
