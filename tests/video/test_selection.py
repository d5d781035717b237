"""Which frames are taken, worked by hand."""

import pytest

from emotion_core.video.selection import Selection, seconds_of

#: A clip of four seconds at 25 frames a second.
TIMES = [number / 25 for number in range(100)]


def taken(times=TIMES, **selection) -> list[float]:
    chooser = Selection(**selection).chooser()
    return [time for time in times if chooser.takes(time)]


def test_without_limits_every_frame_is_taken():
    assert taken() == TIMES


def test_a_part_has_its_first_and_its_last_frame():
    assert taken(start=1.0, end=1.12) == [1.0, 1.04, 1.08, 1.12]


def test_a_frame_every_so_many_seconds_is_the_first_at_or_after_each():
    assert taken(every=0.5, end=2) == [0.0, 0.52, 1.0, 1.52, 2.0]
    assert taken(every=0.5, start=1.02, end=2) == [1.04, 1.52]


def test_where_frames_are_missing_none_is_made_up_for():
    assert taken(times=[0.0, 0.1, 3.0, 3.1, 3.2], every=1.0) == [0.0, 3.0]


def test_every_so_many_frames_counts_from_the_start_of_the_part():
    assert taken(step=10, start=0.2, end=1) == [0.2, 0.6, 1.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": -1},
        {"start": float("nan")},
        {"start": 5, "end": 5},
        {"every": 0},
        {"every": float("nan")},
        {"step": 0},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must be"):
        Selection(**wrong)


@pytest.mark.parametrize(
    ("text", "seconds"), [("75", 75), ("2.5", 2.5), ("1:15", 75), (" 0:01:15.25 ", 75.25), ("1:00:00", 3600)]
)
def test_times_are_read_as_people_write_them(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "1:2:3:4", "1:", "1e3"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is no time"):
        seconds_of(text)
