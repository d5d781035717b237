"""Two people, or two parts of a video, beside each other, worked by hand."""

from __future__ import annotations

import pytest

from emotion_core.video.comparison import Part, compare_parts
from emotion_core.video.timelines import TimelineSettings
from tests.video_results import course, result_of

RAW = TimelineSettings(smoothing=0, transition_cost=0.05)
TWO = result_of(sorted(course(1, (3, "happy"), (1, "sad")) + course(2, (4, "sad"))))


def test_two_people_are_compared_by_shares_durations_and_means():
    found = compare_parts(TWO, Part(1), Part(2), RAW)
    assert found.shares["happy"] == (pytest.approx(0.75), 0.0)
    assert found.shares["sad"] == (pytest.approx(0.25), pytest.approx(1.0))
    assert found.seconds_seen == (pytest.approx(4.0), pytest.approx(4.0))
    assert found.means["happy"][0] > 0.6 > found.means["happy"][1]
    assert "happy in 75 % of the time of" in found.in_words() and "in 0 % of that of" in found.in_words()


def test_two_parts_of_one_person_are_named_by_their_times():
    found = compare_parts(TWO, Part(1, 0, 3), Part(1, 3), RAW)
    assert found.shares["happy"] == (pytest.approx(1.0), 0.0)
    assert found.names[0].endswith("from 0 s to 3 s") and found.names[1].endswith("from 3 s to the end")


def test_alike_unseen_and_impossible_parts_are_said():
    assert "look alike" in compare_parts(TWO, Part(2, 0, 2), Part(2, 2), RAW).in_words()
    assert "is not seen well enough" in compare_parts(TWO, Part(1), Part(2, 100), RAW).in_words()
    with pytest.raises(ValueError, match="there is no person 9; there are 1, 2"):
        compare_parts(TWO, Part(9), Part(1))
    with pytest.raises(ValueError, match="must end after it begins"):
        compare_parts(TWO, Part(1, 3, 2), Part(1))
