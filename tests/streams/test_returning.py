"""Faces that are gone for a while: who gets which number again."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.streams import LiveSession
from emotion_core.streams.returning import REMEMBERED, KnownFaces
from emotion_core.streams.tracking import Track
from tests.fakes import FakeClassifier

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(*dressed: tuple[float, tuple[int, int, int]]) -> np.ndarray:
    """Heads at places across, over clothes of a colour each."""
    drawn = np.full((240, 640, 3), 128, np.uint8)
    for across, colour in dressed:
        drawn[110:, round(across) - 45 : round(across) + 45] = colour
    return drawn


def track(number: int, across: float, size: float = 60.0) -> Track:
    return Track(number, Face(Box(across - size / 2, 80 - size / 2, size, size), 0.9), (0.0, 0.0), 0.0, 0.0)


@pytest.fixture
def known() -> KnownFaces:
    """One in red on the left, who is seen at the start and then lost."""
    known = KnownFaces()
    assert known.returned(picture((150, RED)), [track(1, 150)], 0.0) == {}
    assert known.returned(picture(), [], 1.0) == {}
    return known


def test_who_comes_back_in_the_same_place_and_looks_alike_has_the_number_again(known):
    assert known.returned(picture((180, RED)), [track(2, 180)], 40.0) == {2: 1}
    assert known.returned(picture((190, RED)), [track(1, 190)], 41.0) == {}  # and goes on under it


@pytest.mark.parametrize(
    ("across", "colour", "size", "time"),
    [
        pytest.param(150, BLUE, 60, 10, id="in other clothes"),
        pytest.param(400, RED, 60, 10, id="in another place"),
        pytest.param(150, RED, 120, 10, id="twice as large"),
        pytest.param(150, RED, 60, REMEMBERED + 2, id="after more than a minute"),
    ],
)
def test_who_may_be_another_is_a_new_face(known, across, colour, size, time):
    assert known.returned(picture((across, colour)), [track(2, across, size)], time) == {}


def test_of_two_that_may_be_the_one_lost_neither_is_taken_for_it(known):
    both = picture((120, RED), (215, RED))
    assert known.returned(both, [track(2, 120), track(3, 215)], 10.0) == {}


def test_one_that_may_be_either_of_two_lost_is_a_new_face():
    known = KnownFaces()
    known.returned(picture((120, RED), (215, RED)), [track(1, 120), track(2, 215)], 0.0)
    known.returned(picture(), [], 1.0)
    assert known.returned(picture((165, RED)), [track(3, 165)], 5.0) == {}


class Glancing:
    """Finds one face, but for the seconds from 1 to 5."""

    def __init__(self) -> None:
        self.time = 0.0

    def detect(self, image: np.ndarray, threshold: float, smallest: float) -> list[Face]:
        gone = 1 <= self.time < 5
        return [] if gone else [Face(Box(120, 50, 60, 60).scaled(image.shape[1] / 640), 0.9)]


def test_a_session_goes_on_with_a_face_that_looked_away_for_some_seconds():
    detector = Glancing()
    session = LiveSession(FakeClassifier(happy=0.9), detector)
    for step in range(80):
        detector.time = step / 10
        session.process(picture((150, RED)), step / 10)
    assert {one.number for one in session.history()} == {1}
    assert max(one.time for one in session.history()) > 7
