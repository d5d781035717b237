"""The camera's stream of a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared import models
from ui.webcam.stream import Stream

if TYPE_CHECKING:
    from emotion_core.streams import Lesson


def new_stream(lesson: Lesson) -> Stream:
    """A stream whose faces are recorded by a lesson, and answered by what it has taught."""
    from emotion_core.faces import DEFAULT_DETECTOR
    from emotion_core.streams import LiveSession
    from emotion_core.visuals import annotate_live

    detector = models.detector(DEFAULT_DETECTOR)
    return Stream(LiveSession(lesson.taught, detector, draw=annotate_live, watch=lesson.watch))
