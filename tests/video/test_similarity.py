"""Who may be seen again."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.streams.appearance import appearance_of
from emotion_core.video.similarity import likely_same
from tests.video_results import course, result_of

FACE = Face(Box(80, 40, 40, 40))
RED, BLUE = (200, 30, 30), (30, 30, 200)


def dressed(colour: tuple[int, int, int]) -> np.ndarray:
    """A grey head over clothes of a colour."""
    picture = np.full((200, 200, 3), 128, np.uint8)
    picture[85:] = colour
    return appearance_of(picture, FACE)


#: Face 1 for a second, face 2 after two seconds, face 3 all the time.
ROWS = sorted(course(1, (1, "happy")) + course(2, (1, "happy"), start=3.0) + course(3, (4, "sad")))


def test_who_wears_the_same_is_offered_as_the_same_unless_both_are_seen_at_once():
    appearances = {1: dressed(RED), 2: dressed(RED), 3: dressed(RED)}
    (pair,) = likely_same(result_of(ROWS, appearances=appearances, cuts=(2.0,)))
    assert (pair.first, pair.second, pair.similarity) == (1, 2, pytest.approx(1))


def test_who_wears_something_else_is_not():
    appearances = {1: dressed(RED), 2: dressed(BLUE), 3: dressed(RED)}
    assert likely_same(result_of(ROWS, appearances=appearances, cuts=(2.0,))) == []


def test_a_face_that_comes_back_where_it_went_is_more_likely_the_same():
    half = {1: dressed(RED), 2: dressed(BLUE)}
    rows = course(1, (1, "happy")) + course(2, (1, "happy"), start=3.0)
    assert likely_same(result_of(rows, appearances=half, cuts=(2.0,))) == []
    alike = {1: dressed((200, 30, 30)), 2: 0.5 * dressed((200, 30, 30)) + 0.5 * dressed(BLUE)}
    apart = likely_same(result_of(rows, appearances=alike, cuts=(2.0,)))
    near = likely_same(result_of(rows, appearances=alike))
    assert near[0].similarity == pytest.approx(min(apart[0].similarity + 0.15, 1))


def test_clothes_out_of_the_picture_do_not_count():
    cut_off = np.full((85, 200, 3), 128, np.uint8)
    appearances = {1: appearance_of(cut_off, FACE), 2: dressed(RED)}
    assert appearances[1].sum(axis=1) == pytest.approx([1, 0])
    rows = course(1, (1, "happy")) + course(2, (1, "happy"), start=3.0)
    assert likely_same(result_of(rows, appearances=appearances, cuts=(2.0,)))[0].similarity == pytest.approx(1)


def test_without_appearances_nobody_is_offered():
    assert likely_same(result_of(ROWS, cuts=(2.0,))) == []
