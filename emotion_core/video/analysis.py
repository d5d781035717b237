"""A video file in, moment by moment every face and how its expression looks, and all of it as a result.

    analysis = analyze_video("clip.mp4", every=0.5)
    for moment in analysis:
        ...
    analysis.result

Frames are read, faces followed, and expressions read in three threads, so that more than one core has to do, and the
network is given the faces of many frames at once. Whatever the length of the video, a few frames are kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import av  # noqa: F401  # first, so that who has neither it nor SciPy is told of the extra that brings both
import numpy as np

from emotion_core.faces.detection import DEFAULT_DETECTOR, DEFAULT_THRESHOLD, Detector
from emotion_core.inference.analyze import classifier_of, face_result
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.models.classifier import BATCH, Classifier
from emotion_core.models.prior import BALANCED, Prior
from emotion_core.models.sequence import SequenceModel, load_sequence_model
from emotion_core.video.ahead import ahead
from emotion_core.video.elsewhere import VideoElsewhere
from emotion_core.video.errors import VideoError
from emotion_core.video.locating import Located, Locator
from emotion_core.video.moments import Moment, VideoFace
from emotion_core.video.over_time import read_over_time
from emotion_core.video.reading import VideoFile, VideoInfo
from emotion_core.video.result import Recording, VideoResult
from emotion_core.video.selection import Selection
from emotion_core.video.settings import DEFAULT_DETECTOR_INTERVAL, DEFAULT_SMALLEST_FACE, VideoSettings

#: Frames are read ahead as far as they fit into so many bytes, and no further than so many.
BYTES_AHEAD, FRAMES_AHEAD = 48 * 2**20, 12
#: And frames whose faces are known, which take little.
LOCATED_AHEAD = 32
#: The network is given the faces of so many seconds' work at the most, so that there is something to see.
LONGEST_WAIT = 0.5


def analyze_video(
    path: str | Path,
    model: str | Path | Classifier = "default",
    detector: str | Detector = DEFAULT_DETECTOR,
    threshold: float = DEFAULT_THRESHOLD,
    smallest_face: float = DEFAULT_SMALLEST_FACE,
    whole: bool = False,
    prior: Prior | None = None,
    start: float = 0.0,
    end: float | None = None,
    every: float | None = None,
    step: int = 1,
    detector_interval: float = DEFAULT_DETECTOR_INTERVAL,
    sequence_model: str | Path | SequenceModel | None = None,
) -> VideoAnalysis:
    """Follow every face through a video and say how its expression looks, frame by frame.

    The file is decoded in this process. For those of strangers, `VideoAnalysis(VideoElsewhere(path))` of
    `emotion_core.video` decodes in another, within limits, as the page Video and the service do.

    Args:
        path: of the file; it is never written to.
        model, detector, threshold, smallest_face, whole, prior: see `AnalysisSettings`; sizes are in pixels of the
            video.
        start, end: the part that is analysed, in seconds from the video's beginning; None for its end.
        every: seconds from one analysed frame to the next; None for every frame.
        step: every so many frames one is analysed.
        detector_interval: seconds between two looks for faces; between them known faces are followed by their pixels.
        sequence_model: reads each face by what comes before and after, in place of `model`: a name in the workspace,
            a folder, or a loaded one; see `emotion_core.models.load_sequence_model`. None reads every frame by itself.

    Returns:
        An iterator of `Moment`, one an analysed frame, which has the `result` of all that is analysed so far.

    Raises:
        VideoError: the file is no video, is damaged, does not exist or may not be read.
        ModelError: the model cannot be used.
        ValueError: a setting is not allowed.
    """
    faces = AnalysisSettings(model, detector, threshold, smallest_face, whole, prior)
    part = Selection(start, end, every, step)
    return VideoAnalysis(path, VideoSettings(faces, part, detector_interval, sequence_model))


class VideoAnalysis(Iterator[Moment]):
    """The moments of a video, analysed as they are asked for. For one thread, but for `cancel` and what is only read.

    Attributes:
        info: what is known of the file.
        settings: what it is analysed with.
    """

    def __init__(self, path: str | Path | VideoElsewhere, settings: VideoSettings | None = None):
        """Open a video, or take one that is open elsewhere; see `analyze_video` for what is raised."""
        self.settings = settings or VideoSettings()
        try:
            self._reader = _reader_of(self.settings)
        except BaseException:
            if isinstance(path, VideoElsewhere):
                path.close()
            raise
        self._video = path if isinstance(path, VideoElsewhere) else VideoFile(path)
        self.info: VideoInfo = self._video.info
        self._recording = Recording(self.info, self._reader)
        self._cancelled = threading.Event()
        self._began: float | None = None
        self._moments = self._analyse()

    def __iter__(self) -> VideoAnalysis:
        return self

    def __next__(self) -> Moment:
        return next(self._moments)

    @property
    def result(self) -> VideoResult:
        """All that is analysed so far; it does not change when more is."""
        return self._recording.result()

    @property
    def share(self) -> float:
        """How much is analysed, from 0 to 1, as far as the file tells its length."""
        if self._recording.ended:
            return 1.0
        selection, seconds = self.settings.selection, self._recording.seconds
        end = min(value for value in (selection.end, self.info.duration, np.inf) if value is not None)
        if seconds is None or not selection.start < end < np.inf:
            return 0.0
        return min(max((seconds - selection.start) / (end - selection.start), 0.0), 0.99)

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take, in seconds, going by how long it took; None while that cannot be told."""
        share = self.share
        if self._began is None or share == 0:
            return None
        return (time.monotonic() - self._began) * (1 - share) / share

    def run(self) -> VideoResult:
        """Analyse all that is left, and give the result."""
        for _ in self:
            pass
        return self.result

    def cancel(self) -> None:
        """Let the iterator end after the frame it is at, from any thread. What was analysed is kept."""
        self._cancelled.set()
        self._video.close()

    def close(self) -> None:
        """End the work; what was analysed is kept. Needed only where not all moments are asked for."""
        self.cancel()
        self._moments.close()

    def _analyse(self) -> Generator[Moment]:
        self._began = time.monotonic()
        cut_for = self._reader.base if isinstance(self._reader, SequenceModel) else self._reader
        locator = Locator(self.settings, cut_for, self.info.rate)
        frames = ahead(self._video.frames(self.settings.selection), self._frames_ahead())
        reached_end = False
        try:
            with closing(frames), closing(ahead(locator.locate(frames), LOCATED_AHEAD)) as located:
                for one, probabilities in self._answers(_batches(located)):
                    yield self._moment(one, probabilities)
                    if self._cancelled.is_set():
                        return
            reached_end = not self._cancelled.is_set()
        finally:
            self._end(reached_end)

    def _end(self, reached_end: bool) -> None:
        seconds, damage = self._recording.seconds or 0.0, self._video.damage
        if reached_end:
            self._recording.end(not damage, f"{damage}; what could be read is kept" if damage else "")
        else:
            self._recording.end(False, f"stopped at {seconds:.1f} s; what was analysed until then is kept")

    def _frames_ahead(self) -> int:
        return max(2, min(FRAMES_AHEAD, BYTES_AHEAD // self._video.picture_bytes))

    def _answers(self, batches: Iterator[list[Located]]) -> Iterator[tuple[Located, np.ndarray]]:
        """Each frame's faces with their probabilities, (faces, classes)."""
        if isinstance(self._reader, SequenceModel):
            return read_over_time(self._reader, batches)
        return chain.from_iterable(_read(self._reader, batch) for batch in batches)

    def _moment(self, located: Located, probabilities: np.ndarray) -> Moment:
        if not np.isfinite(probabilities).all():
            raise ValueError(f"the predictions of the model {self._reader.card.name} are not numbers")
        moment = Moment(located.seconds, tuple(self._faces(located, probabilities)), located.cut)
        self._recording.add(moment, located.portraits)
        return moment

    def _faces(self, located: Located, rows: np.ndarray) -> Iterator[VideoFace]:
        for number, face, quality, row in zip(located.numbers, located.faces, located.qualities, rows, strict=True):
            yield VideoFace(number, face_result(face, row, self._reader), quality)


def _reader_of(settings: VideoSettings) -> Classifier | SequenceModel:
    """What reads expressions: a sequence model where one is asked for."""
    model = settings.sequence_model
    if model is None or isinstance(model, SequenceModel):
        return model or classifier_of(settings.faces)
    return load_sequence_model(model, BALANCED if settings.faces.prior is None else settings.faces.prior)


def _read(classifier: Classifier, batch: list[Located]) -> Iterator[tuple[Located, np.ndarray]]:
    """Located faces with what each frame alone says, all of them read at once."""
    probabilities = classifier.predict_proba(np.concatenate([one.crops for one in batch]))
    row = 0
    for located in batch:
        yield located, probabilities[row : row + len(located.faces)]
        row += len(located.faces)


def _batches(located: Iterator[Located]) -> Iterator[list[Located]]:
    """The frames in parts of about as many faces as the network takes at once; also those before what ends them."""
    batch: list[Located] = []
    faces, began = 0, time.monotonic()
    failure: VideoError | None = None
    try:
        for one in located:
            batch.append(one)
            faces += len(one.faces)
            if faces >= BATCH or time.monotonic() - began >= LONGEST_WAIT:
                yield batch
                batch, faces, began = [], 0, time.monotonic()
    except VideoError as error:
        failure = error
    if batch:
        yield batch
    if failure:
        raise failure
