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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import cv2
import numpy as np

from emotion_core.faces.detection import DEFAULT_THRESHOLD, YuNetDetector
from emotion_core.models.prior import Prior, check_prior
from emotion_core.models.registry import load_classifier
from emotion_core.streams.answers import AnyClassifier, TrackedFace, beside
from emotion_core.streams.clock import StreamClock
from emotion_core.streams.comparing import SecondModel
from emotion_core.streams.face_stream import SMALLEST_DETECTED, AnyDetector, FaceStream
from emotion_core.streams.hints import LastingHints
from emotion_core.streams.history import History, Observation
from emotion_core.streams.meter import NetworkTimes, StreamMeter
from emotion_core.streams.returning import KnownFaces
from emotion_core.streams.tracking import Track

#: The history's rows in all: half an hour of one face, three minutes of ten.
HISTORY_ROWS = 20_000
#: A stream that stands still for longer than the one, but no longer than the other, loses no face by it, in seconds.
STANDS_STILL = (0.3, 10.0)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LiveSettings:
    """What may be changed while a session runs.

    Attributes:
        smoothing: time constant of the probabilities in seconds; 0 shows each picture's own.
        detector_interval: seconds between two looks for faces; between them known faces are followed.
        smallest_face: lowest height of a face in pixels of the picture.
        prior: the mix of expressions that is expected, see `AnalysisSettings`; None leaves it to the classifier.
    """

    smoothing: float = 0.5
    detector_interval: float = 0.25
    smallest_face: float = 40.0
    prior: Prior | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= 60:
            raise ValueError(f"a smoothing of {self.smoothing} s cannot be used; allowed are 0 to 60")
        if not 0 <= self.detector_interval <= 10:
            raise ValueError(f"a detector interval of {self.detector_interval} s cannot be used; allowed are 0 to 10")
        if not 8 <= self.smallest_face <= 2000:
            raise ValueError(f"a smallest face of {self.smallest_face} pixels cannot be used; allowed are 8 to 2000")
        if isinstance(self.prior, str):
            check_prior(self.prior, ())  # shares are checked against the classes of the model


@dataclass(frozen=True)
class Snapshot:
    """A session at one time.

    Attributes:
        frame: the newest picture with what was found drawn in, RGB; None before the first.
        faces: those seen in it, the largest first.
        second: the same faces as the second model reads them, in the same order; empty where there is none, or where it
            could not read them.
        second_error: why it could not, or empty.
        hints: what makes it hard to read, of `emotion_core.streams.hints.HINTS`.
        seconds: since the first picture.
        kept_since: of these, from which on the history is kept; 0 as long as nothing had to be dropped from it.
        frames_in, frames_analysed, errors: counts; a picture that is not analysed is one with an error.
        last_error: what went wrong last, or empty.
        milliseconds: of each of `emotion_core.streams.meter.STAGES`, of the "whole" of them, and of the "wait" before,
            which is how much later a picture came than the quickest one of the last minute, averaged over the last
            pictures.
        network_milliseconds: what the networks of two models took for the faces of a picture, by the names of both,
            averaged over all pictures that both have read.
        rate: pictures analysed per second lately, by the clock.
        idle: seconds of the clock since the last picture; infinite before the first.
        closed: whether the stream has ended, or is interrupted.
    """

    frame: np.ndarray | None
    faces: tuple[TrackedFace, ...]
    second: tuple[TrackedFace, ...]
    second_error: str
    hints: tuple[str, ...]
    seconds: float
    kept_since: float
    frames_in: int
    frames_analysed: int
    errors: int
    last_error: str
    milliseconds: dict[str, float]
    network_milliseconds: dict[tuple[str, str], tuple[float, float]]
    rate: float
    idle: float
    closed: bool

    @property
    def delay(self) -> float:
        """Milliseconds from when a picture could have been here to its being done, averaged over the last pictures.

        The way that even the quickest one takes from the camera is not in it, nor the way back: nobody here knows them.
        """
        return self.milliseconds["wait"] + self.milliseconds["whole"]


Draw = Callable[[np.ndarray, Sequence[TrackedFace]], np.ndarray]
#: Is told of every picture: the crops of its faces as the network sees them, the faces, and the time in seconds.
Watch = Callable[[np.ndarray, Sequence[TrackedFace], float], None]


class LiveSession:
    """One stream of pictures from one source.

    `process` may be called by one thread at a time (another waits); everything else by any number meanwhile.

    Attributes:
        settings: may be replaced at any time; the next picture is analysed with the new ones.
        classifier: so may this, by one that sees faces of the same size.
        watch: so may this; it is told of the faces of every picture.
    """

    def __init__(
        self,
        classifier: AnyClassifier | None = None,
        detector: AnyDetector | None = None,
        settings: LiveSettings | None = None,
        draw: Draw | None = None,
        watch: Watch | None = None,
    ):
        """Both the detector and the network run once, so that the first picture is not slower than the next.

        Args:
            classifier: the default model if none is given.
            detector: YuNet if none is given; one may be shared by any number of sessions.
            settings: see `LiveSettings`.
            draw: draws faces into a picture, such as `emotion_core.visuals.drawing.annotate_live`; without it pictures
                come back as they are. A second model's answers are in the faces that it is given.
            watch: is told of the faces of every picture.

        Raises:
            ModelError: the default model cannot be used.
            ValueError: the prior is none for the model.
        """
        self.classifier: AnyClassifier = classifier or load_classifier()
        self.settings = settings or LiveSettings()
        detector = detector or YuNetDetector()
        self._asked = self.classifier, self.settings.prior  # by which the stream has its classifier
        self._stream = FaceStream(detector, _expecting(*self._asked))
        self._known = KnownFaces()
        self._draw, self.watch = draw, watch
        self._lasting = LastingHints()
        self._working = threading.Lock()  # held while a picture is analysed
        self._lock = threading.Lock()  # held for moments, about all below: what `snapshot` and `history` read
        self._clock, self._meter, self._network_times = StreamClock(), StreamMeter(), NetworkTimes()
        self._history = History(HISTORY_ROWS)
        self._frame: np.ndarray | None = None
        self._faces: tuple[TrackedFace, ...] = ()
        self._second_model: SecondModel | None = None
        self._second: tuple[TrackedFace, ...] = ()
        self._hints: tuple[str, ...] = ()
        self._in = self._analysed = self._errors = 0
        self._last_error = self._second_error = ""
        self._came = -math.inf
        self._closed = False
        detector.detect(np.zeros((240, 320, 3), np.uint8), DEFAULT_THRESHOLD, SMALLEST_DETECTED)
        _run_once(self.classifier)

    def compare_with(self, classifier: AnyClassifier | None) -> None:
        """Have a second model read the same faces of the same pictures from now on, each with its own classes.

        Faces are detected, tracked and cut out once. The second model runs once here, so that the next picture is not
        slower for it. Where it cannot read a picture's faces, the first one's answers go on; see `Snapshot`.

        Args:
            classifier: under the mix of expressions that is expected of it (`LiveSettings.prior` is the first one's);
                None ends the comparison.
        """
        if classifier is not None:
            _run_once(classifier)
        self._second_model = SecondModel(classifier) if classifier else None

    @property
    def second_classifier(self) -> AnyClassifier | None:
        """The second model, as it was given; None where there is none."""
        second = self._second_model
        return second.classifier if second else None

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
                wait = self._go_on(time, start)
                annotated, seconds = self._analyse(as_rgb(frame), self._clock.seconds)
            except Exception as error:
                self.note(error)
                return frame
            now = perf_counter()
            with self._lock:
                self._frame = annotated
                self._analysed += 1
                self._meter.add({**seconds, "whole": now - start, "wait": wait}, now)
            return annotated

    def snapshot(self) -> Snapshot:
        """How things stand."""
        with self._lock:
            now = perf_counter()
            return Snapshot(
                frame=self._frame,
                faces=self._faces,
                second=self._second,
                second_error=self._second_error,
                hints=self._hints,
                seconds=self._clock.seconds,
                kept_since=self._history.kept_since,
                frames_in=self._in,
                frames_analysed=self._analysed,
                errors=self._errors,
                last_error=self._last_error,
                milliseconds=self._meter.milliseconds(),
                network_milliseconds=self._network_times.milliseconds(),
                rate=self._meter.rate(now),
                idle=now - self._came,
                closed=self._closed,
            )

    def history(self, last: float = math.inf) -> list[Observation]:
        """What was said of every face every tenth of a second, the oldest first, of the last so many seconds.

        No more than `HISTORY_ROWS` rows are kept: the oldest are dropped, see `Snapshot.kept_since`.
        """
        with self._lock:
            return self._history.since(self._clock.seconds - last)

    def close(self) -> None:
        """Note that the stream has ended; another picture begins it again."""
        with self._lock:
            self._closed = True

    def note(self, error: Exception) -> None:
        """Count an error, and log it with its traceback if it is another one than the last."""
        with self._lock:
            self._errors += 1
            words = str(error) or type(error).__name__
            new, self._last_error = words != self._last_error, words
        if new:  # once, not thirty times a second
            logger.error("a picture could not be analysed", exc_info=error)

    def _go_on(self, stamp: float, now: float) -> float:
        """Let the stream's time go on to the next picture's; gives the seconds that this one has waited."""
        with self._lock:
            elapsed = self._clock.advance(stamp)
        if STANDS_STILL[0] < elapsed < STANDS_STILL[1]:
            self._stream.pause(elapsed - STANDS_STILL[0])
        return self._clock.waited(now)

    def _analyse(self, frame: np.ndarray, time: float) -> tuple[np.ndarray, dict[str, float]]:
        """The picture with what was found in it, and the seconds that each stage took."""
        settings, stamps = self.settings, [perf_counter()]
        if (asked := (self.classifier, settings.prior)) != self._asked:
            self._stream.classifier, self._asked = _expecting(*asked), asked
        self._stream.follow(frame, time)
        stamps.append(perf_counter())
        if self._stream.detection_is_due(time, settings.detector_interval):
            self._stream.detect(frame, time, settings.smallest_face)
            self._stream.renumber(self._known.returned(frame, self._stream.visible, time))
        stamps.append(perf_counter())
        tracks = self._stream.visible
        crops = self._stream.crops(frame, tracks)
        faces, network = self._classify(tracks, crops, time, settings.smoothing)
        stamps.append(perf_counter())
        second = self._second_model  # one look: another thread may change it at any time
        others = second.read(frame, tracks, crops, time, settings.smoothing) if second else ()
        stamps.append(perf_counter())
        self._keep(faces, others, time)
        self._keep_of_second(second, network)
        annotated = self._draw(frame, beside(faces, others)) if self._draw else frame
        stamps.append(perf_counter())
        stages = ("track", "detect", "classify", "compare", "draw")
        return annotated, dict(zip(stages, np.diff(stamps), strict=True))

    def _classify(
        self, tracks: Sequence[Track], crops: np.ndarray, time: float, smoothing: float
    ) -> tuple[tuple[TrackedFace, ...], float]:
        """The expressions of all faces that are visible, and the seconds that the network took for them."""
        faces, network = tuple[TrackedFace, ...](), 0.0
        if tracks:
            start = perf_counter()
            predictions = self._stream.classifier.predict_proba(crops)
            network = perf_counter() - start
            faces = self._stream.observe(tracks, predictions, time, smoothing)
        if watch := self.watch:
            watch(crops, faces, time)
        hints = self._lasting.update(self._stream.hints(tracks, crops), time)
        with self._lock:
            self._hints = hints
        return faces, network

    def _keep(self, faces: tuple[TrackedFace, ...], others: tuple[TrackedFace, ...], time: float) -> None:
        """Keep what is said of a picture's faces, by a second model too, for `snapshot` and `history`."""
        with self._lock:
            self._faces, self._second = faces, others
            second = {face.number: face.result for face in others}
            self._history.add(((face.number, face.result) for face in faces), time, second)

    def _keep_of_second(self, second: SecondModel | None, network: float) -> None:
        """Keep what came of the second model, and the times of both networks; `network` is the first one's."""
        with self._lock:
            self._second_error = second.error if second else ""
            if second and self._second:
                models = self._stream.classifier.named, second.classifier.named
                self._network_times.add(models, (network, second.seconds))


def _run_once(classifier: AnyClassifier) -> None:
    size = classifier.card.input.size
    classifier.predict_proba(np.zeros((1, size, size, 3), np.uint8))


def _expecting(classifier: AnyClassifier, prior: Prior | None) -> AnyClassifier:
    """The classifier for a mix of expressions."""
    return classifier if prior is None else classifier.under(prior)


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
