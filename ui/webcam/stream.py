"""What runs for one browser's stream in the streamer's threads."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import cv2

from ui.shared import models
from ui.webcam.transport import camera_rate, video
from ui.webcam.transport.playing import Playing

if TYPE_CHECKING:
    import av
    import numpy as np

    from emotion_core.models import Classifier, Prior
    from emotion_core.streams import LiveSession

    #: A model to compare with, its mix of expressions, and the crops of a face at rest that it is read against.
    Asked = tuple[Classifier, Prior, np.ndarray | None]

#: Seconds without a frame after which a stream is said to have stopped.
STALLED_AFTER = 4.0


@dataclass(frozen=True)
class Marker:
    """One moment that the visitor has marked.

    Attributes:
        seconds: since the first picture.
        clock: by the visitor's clock, such as "14:03:12".
        text: what the visitor says of it.
        picture: a JPEG of it, where pictures are to be kept.
    """

    seconds: float
    clock: str
    text: str = ""
    picture: bytes | None = None


class Stream:
    """A session and what the streamer's threads run for it. They must not use Streamlit, and an error would end them.

    Attributes:
        session: what the frames go through.
        playing: when the browser is told to play.
        first_rate: frames a second to ask of the camera at the start.
        began: when the first frame came, in seconds since 1970; when this was made, until it has.
        markers: the moments that the visitor has marked, the first one first.
        merged: faces that the visitor says are others, by their numbers.
        rest: the crops of a face at rest that answers are read against, as `calibrate_person` takes them; None where
            they are not.
        second: what was asked for as the second model.
        second_problem: why it cannot be had so, or empty.
    """

    _all: ClassVar[weakref.WeakSet[Stream]] = weakref.WeakSet()
    _counting = threading.Lock()

    def __init__(self, session: LiveSession):
        self.session = session
        self.playing = Playing()
        self.began = time.time()
        self.markers: list[Marker] = []
        self.merged: dict[int, int] = {}
        self.rest: np.ndarray | None = None
        self.second: Asked | None = None
        self.second_problem = ""
        with Stream._counting:
            Stream._all.add(self)
        self.first_rate = self.rate()

    def rate(self) -> int:
        """Frames a second that the camera should give, the others being as many as they are now."""
        with Stream._counting:
            others = sum(one.is_running() for one in Stream._all if one is not self)
        return camera_rate.pictures_a_second(others + 1)

    def is_running(self) -> bool:
        """Whether frames are coming."""
        snapshot = self.session.snapshot()
        return not snapshot.closed and snapshot.idle < STALLED_AFTER

    def annotated(self, frame: av.VideoFrame) -> av.VideoFrame:
        """A camera's frame as in a mirror, turned before it is drawn on."""
        # OpenCV's threads stay awake for a while after each piece of work. With one after the other thirty times a
        # second that is a quarter of all processor time, for a picture that is ready half a millisecond sooner.
        cv2.setNumThreads(1)
        if not self.session.snapshot().frames_in:
            self.began = time.time()
        try:
            picture = cv2.flip(video.picture_of(frame), 1)
            stamp = frame.time if frame.time is not None else time.monotonic()
            return video.frame_of(self.session.process(picture, stamp))
        except Exception as error:
            self.session.note(error)
            return frame

    def on_end(self) -> None:
        """The stream is over, though another may begin where the network faltered."""
        self.session.close()
        with Stream._counting:
            if not any(one.is_running() for one in Stream._all):
                cv2.setNumThreads(-1)


def new_stream(model: str) -> Stream:
    """A stream whose detector and network have run already.

    Raises:
        ModelError: the model cannot be used.
    """
    from emotion_core.faces import DEFAULT_DETECTOR
    from emotion_core.streams import LiveSession
    from emotion_core.visuals import annotate_live

    return Stream(LiveSession(models.classifier(model), models.detector(DEFAULT_DETECTOR), draw=annotate_live))
