"""Classes taught from parts of videos: which frames are recorded, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.streams.teaching import NO_FACE, TOO_SMALL, Lesson
from emotion_core.video.elsewhere import VideoElsewhere
from emotion_core.video.errors import VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.video.teaching import LONGEST_PART, record_part
from tests.clips import write_clip
from tests.fakes import card_for_lessons

#: Sharp however it is encoded.
SQUARES = np.kron(np.indices((20, 20)).sum(axis=0) % 2, np.ones((12, 12)))
SHARP = np.repeat((SQUARES * 200 + 20).astype(np.uint8)[..., None], 3, axis=2)


class Base:
    """Embeds a crop as its mean grey."""

    embedding_size = 1

    def __init__(self):
        self.card = card_for_lessons()

    def embed(self, crops: np.ndarray) -> np.ndarray:
        return crops.mean((1, 2, 3))[:, None].astype(np.float32)


class Detector:
    """Finds faces of heights that are told for each frame in turn, the last ones for all that follow."""

    def __init__(self, *heights: tuple[float, ...]):
        self.heights = list(heights)

    def detect(self, picture: np.ndarray) -> list[Face]:
        heights = self.heights.pop(0) if len(self.heights) > 1 else self.heights[0]
        return [Face(Box(10, 10, height, height), 0.9) for height in heights]


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """Four seconds at ten frames a second."""
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", [SHARP] * 40, rate=10, crf="10")


@pytest.fixture
def lesson() -> Lesson:
    return Lesson(Base(), ["wink", "smile"])


def test_five_faces_a_second_of_the_part_are_recorded_and_those_of_a_second_are_judged_together(clip, lesson):
    with VideoElsewhere(clip) as video:
        found = record_part(lesson, "wink", video, 1.0, 2.9, "clip.mp4", Detector((120,)))
    assert (found.faces, found.left_out, found.several, found.damage) == (10, {}, 0, "")
    assert lesson.counts() == {"wink": 10, "smile": 0}
    assert lesson.groups().tolist() == [1] * 5 + [2] * 5
    assert {one.person for one in lesson.examples()} == {"clip.mp4"}
    assert lesson.examples()[0].crop.shape == (48, 48, 3)


def test_frames_that_cannot_be_read_are_left_out_by_the_reason_and_of_several_faces_the_largest_is_taken(clip, lesson):
    detector = Detector((), (), (30,), (120, 80), (120,))
    with VideoFile(clip) as video:
        found = record_part(lesson, "wink", video, detector=detector)
    assert (found.left_out, found.several) == ({NO_FACE: 2, TOO_SMALL: 1}, 1)
    assert found.faces == lesson.counts()["wink"] == 17


def test_no_more_are_recorded_than_a_class_has_room_for(clip, lesson, monkeypatch):
    monkeypatch.setattr("emotion_core.streams.teaching.MOST_RECORDED", 3)
    with VideoFile(clip) as video:
        found = record_part(lesson, "wink", video, detector=Detector((120,)))
    assert (found.faces, found.left_out) == (3, {"enough": 1})


@pytest.mark.parametrize(
    ("name", "start", "end", "error", "why"),
    [
        ("grin", 0.0, None, ValueError, "no class 'grin'; there are wink, smile"),
        ("wink", 2.0, 1.0, ValueError, "after the start"),
        ("wink", 0.0, LONGEST_PART + 1, ValueError, "may be 100 seconds long, not 101"),
        ("wink", 60.0, None, VideoError, "ends at"),
    ],
)
def test_what_is_no_part_or_no_class_is_refused(clip, lesson, name, start, end, error, why):
    with VideoFile(clip) as video, pytest.raises(error, match=why):
        record_part(lesson, name, video, start, end, detector=Detector((120,)))
    assert not lesson.examples()
