"""Expressions found in curves, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.video.segments import find_expressions


def found(least_seconds: float = 0.0, prominence: float = 0.25, **curves: list[float]):
    """The expressions in curves with a frame a second."""
    length = len(next(iter(curves.values())))
    values = np.zeros((length, 7))
    for name, curve in curves.items():
        values[:, EMOTIONS.index(name)] = curve
    return find_expressions(1, np.arange(length, dtype=float), values, prominence, least_seconds)


def test_an_expression_begins_and_ends_at_half_its_height():
    (one,) = found(happy=[0, 0, 0.4, 0.8, 0.8, 0.8, 0.2, 0, 0])
    # Half of 0.8 is passed at 2, and between 5 (0.8) and 6 (0.2) at 5 + 0.4 / 0.6.
    assert (one.emotion, one.face, one.onset, one.apex, one.peak) == ("happy", 1, 2.0, 4.0, 0.8)
    assert one.offset == pytest.approx(5 + 2 / 3)
    assert one.mean == pytest.approx((0.4 + 0.8 + 0.8 + 0.8) / 4)


def test_one_that_is_there_from_the_first_to_the_last_frame_is_found():
    (one,) = found(sad=[0.9, 0.9, 0.9, 0.9])
    assert (one.onset, one.offset, one.peak) == (0.0, 3.0, pytest.approx(0.9))


def test_how_a_face_looks_at_rest_is_no_expression():
    assert found(sad=[0.3, 0.3, 0.3, 0.3]) == []


def test_what_rises_little_above_its_surroundings_is_none():
    assert found(happy=[0.5, 0.5, 0.7, 0.5, 0.5], prominence=0.6) == []
    assert len(found(happy=[0, 0.5, 0.7, 0.5, 0], prominence=0.6)) == 1


def test_a_dip_that_is_no_deeper_than_the_prominence_parts_nothing():
    assert len(found(happy=[0, 0.9, 0.7, 0.85, 0])) == 1
    assert len(found(happy=[0, 0.9, 0.2, 0.85, 0])) == 2


def test_a_slight_expression_beside_a_neutral_face_is_found():
    (one,) = found(happy=[0.05, 0.4, 0.4, 0.05], neutral=[0.95, 0.6, 0.6, 0.95])
    assert one.emotion == "happy"


def test_no_two_expressions_have_the_same_time():
    happy = [0, 0.9, 0.9, 0.5, 0.1, 0, 0]
    surprised = [0, 0, 0.1, 0.4, 0.7, 0.7, 0]
    first, second = found(happy=happy, surprised=surprised)
    assert (first.emotion, second.emotion) == ("happy", "surprised")
    assert first.offset <= second.onset


def test_what_peaks_within_a_more_prominent_one_is_left_out():
    (one,) = found(happy=[0, 0.6, 0.6, 0.6, 0], angry=[0, 0.1, 0.4, 0.1, 0])
    assert one.emotion == "happy"


def test_what_is_too_short_is_left_out():
    assert found(happy=[0, 0.9, 0, 0, 0.9, 0.9, 0.9, 0], least_seconds=1.5)[0].onset == pytest.approx(3.5)


def test_one_frame_is_an_expression_without_duration():
    (one,) = found(happy=[0.9])
    assert (one.onset, one.apex, one.offset, one.mean) == (0, 0, 0, pytest.approx(0.9))
