"""What is summed up of each person, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.video.timelines import Span, TimelineSettings, pieces_of, timelines
from tests.video_results import course, result_of

RAW = TimelineSettings(smoothing=0, transition_cost=0.05)


def test_a_course_of_expressions_is_told_with_shares_counts_and_durations():
    (line,) = timelines(result_of(course(1, (2, "neutral"), (1, "happy"), (2, "neutral"), (3, "happy"))), RAW)
    assert line.spans == [
        Span("neutral", 0.0, 2.0),
        Span("happy", 2.0, 3.0),
        Span("neutral", 3.0, 5.0),
        Span("happy", 5.0, pytest.approx(8.0)),
    ]
    assert line.shares == {"neutral": pytest.approx(0.5), "happy": pytest.approx(0.5)}
    assert line.seconds_of_label == {"happy": pytest.approx(4.0), "neutral": pytest.approx(4.0)}
    assert line.counts["happy"] == 2
    # At 0.1 and 0.9 half the height is passed in the middle of two frames.
    happy = [one for one in line.segments if one.emotion == "happy"]
    assert (happy[0].onset, happy[0].offset) == (pytest.approx(1.944, abs=0.06), pytest.approx(2.95, abs=0.06))
    assert line.seconds_seen == pytest.approx(8.0)


def test_what_a_person_has_of_each_expression_is_one_row():
    (line,) = timelines(result_of(course(1, (3, "neutral"), (1, "happy"))), RAW)
    neutral, happy = line.sums
    assert (neutral.emotion, neutral.share, neutral.times, neutral.median) == ("neutral", pytest.approx(0.75), 0, None)
    assert (happy.emotion, happy.seconds, happy.times) == ("happy", pytest.approx(1.0), 1)
    assert happy.median == pytest.approx(0.95, abs=0.06)


def test_a_face_in_the_only_frame_is_seen_for_as_long_as_a_frame_is_shown():
    (line,) = timelines(result_of([(0.0, 1, "happy", 0.9)]))
    assert line.seconds_seen == pytest.approx(0.04)
    assert line.shares == {"happy": 1.0}


def test_who_is_seen_longest_comes_first():
    lines = timelines(result_of(sorted(course(1, (1, "happy")) + course(2, (3, "sad")))), RAW)
    assert [line.face for line in lines] == [2, 1]


def test_where_a_face_is_gone_there_is_nothing():
    rows = course(1, (1, "happy")) + course(1, (1, "happy"), start=5.0)
    (line,) = timelines(result_of(rows, moments=np.arange(60) / 10), RAW)
    assert line.spans == [Span("happy", 0.0, pytest.approx(1.0)), Span("happy", 5.0, pytest.approx(6.0))]
    assert line.seconds_seen == pytest.approx(2.0)
    assert [(one.onset, one.offset) for one in line.segments] == [(0.0, 0.9), (5.0, 5.9)]


def test_what_can_hardly_be_read_does_not_count():
    result = result_of(course(1, (1, "happy"), (1, "sad")), quality=np.repeat(np.float32([0.9, 0.1]), 10))
    (line,) = timelines(result, TimelineSettings(least_quality=0.5))
    assert set(line.labels) == {"happy"} and line.left_out == 10
    (line,) = timelines(result, TimelineSettings(least_quality=0.0))
    assert set(line.labels) == {"happy", "sad"} and line.left_out == 0


def test_a_person_who_is_never_seen_well_enough_has_no_time():
    (line,) = timelines(result_of(course(1, (1, "happy"))), TimelineSettings(least_quality=1.0))
    assert (line.seconds_seen, line.spans, line.shares, line.segments) == (0, [], {}, [])


def test_a_face_that_is_missed_for_a_moment_was_there():
    seconds = np.array([0.0, 0.1, 0.4, 0.5, 1.2])
    pieces, durations = pieces_of(seconds, step=0.1)
    assert pieces == [(0, 4), (4, 5)]
    assert durations == pytest.approx([0.1, 0.3, 0.1, 0.1, 0.1])


def test_frames_far_apart_are_no_gaps():
    pieces, durations = pieces_of(np.arange(5) * 4.0, step=4.0)
    assert pieces == [(0, 5)] and durations.tolist() == [4.0] * 5


def test_a_person_left_out_is_left_out():
    result = result_of(sorted(course(1, (1, "happy")) + course(2, (1, "sad")))).without(1)
    assert [line.face for line in timelines(result)] == [2]


def test_hysteresis_knows_the_uncertain():
    (line,) = timelines(
        result_of(course(1, (1, "happy"), share=0.5), threshold=0.8), TimelineSettings(decoding="hysteresis")
    )
    assert set(line.labels) == {"uncertain"}


@pytest.mark.parametrize(
    "wrong", [{"smoothing": -1}, {"decoding": "guess"}, {"prominence": 0}, {"least_quality": float("nan")}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|unknown"):
        TimelineSettings(**wrong)
