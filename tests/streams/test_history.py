"""What is kept of a stream: the newest, ten times a second."""

from __future__ import annotations

import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import FaceResult
from emotion_core.streams.history import History

FACE = FaceResult(Box(0, 0, 9, 9), 0.9, None, dict.fromkeys(EMOTIONS, 1 / 7), "uncertain", 1 / 7, "fake")


def filled(history: History, times: list[float], faces: int = 1) -> History:
    for time in times:
        history.add([(number, FACE) for number in range(1, faces + 1)], time)
    return history


def test_of_thirty_pictures_a_second_ten_are_kept():
    history = filled(History(100), [number / 30 for number in range(30)])
    assert [observation.time for observation in history.since(0)] == pytest.approx([n / 10 for n in range(10)])


def test_what_is_older_than_asked_for_is_left_out():
    history = filled(History(100), [0.0, 1.0, 2.0], faces=2)
    assert [(one.time, one.number) for one in history.since(1.0)] == [(1.0, 1), (1.0, 2), (2.0, 1), (2.0, 2)]


def test_the_oldest_give_way_and_it_is_said_from_when_on_there_are_any():
    history = filled(History(3), [0.0, 1.0, 2.0])
    assert history.kept_since == 0
    filled(history, [3.0])
    assert [one.time for one in history.since(0)] == [1.0, 2.0, 3.0]
    assert history.kept_since == 1.0
