"""For how long each face had which label, worked by hand."""

from __future__ import annotations

import pytest

from emotion_core.streams.segments import Segment, find_segments, longest_seen, seconds_seen, shares
from tests.streams.conftest import OBSERVATIONS


def test_a_segment_lasts_until_the_label_changes_or_the_face_is_gone():
    found = find_segments(OBSERVATIONS)
    assert found == [
        Segment(1, "happy", 0.0, 0.2),
        Segment(1, "sad", 0.2, pytest.approx(0.3)),
        Segment(1, "happy", 1.4, pytest.approx(1.5)),
        Segment(2, "uncertain", 0.1, pytest.approx(0.2)),
    ]


def test_shares_are_of_the_time_that_a_face_was_seen():
    assert seconds_seen(OBSERVATIONS) == pytest.approx({1: 0.4, 2: 0.1})
    found = shares(OBSERVATIONS)
    assert found[1] == pytest.approx({"happy": 0.75, "sad": 0.25})
    assert found[2] == pytest.approx({"uncertain": 1.0})


def test_of_many_faces_those_seen_longest_are_kept():
    assert {observation.number for observation in longest_seen(OBSERVATIONS, 1)} == {1}
    assert longest_seen(OBSERVATIONS, 2) == OBSERVATIONS


def test_nothing_gives_nothing():
    assert find_segments([]) == []
    assert shares([]) == {}
