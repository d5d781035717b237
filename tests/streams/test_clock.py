"""The time of a stream: forward only, whatever stamps a source gives."""

from __future__ import annotations

import math

import pytest

from emotion_core.streams.clock import LONGEST_STEP, StreamClock


def test_time_is_counted_from_the_first_picture_wherever_its_stamps_begin():
    clock = StreamClock()
    assert [clock.advance(stamp) for stamp in (1000.0, 1000.5, 1001.5)] == [0.0, 0.5, 1.0]
    assert clock.seconds == 1.5


@pytest.mark.parametrize("odd", [5.0, 4.0, 5.0 + LONGEST_STEP + 1, math.nan, -math.inf])
def test_a_stamp_that_makes_no_sense_lets_no_time_pass(odd):
    clock = StreamClock()
    clock.advance(4.5)
    clock.advance(5.0)
    assert clock.advance(odd) == 0.0
    assert clock.seconds == 0.5


def test_a_picture_waits_for_as_long_as_it_is_later_than_the_quickest():
    clock, waited = StreamClock(), []
    for number, late in enumerate((0.3, 0.1, 0.6)):
        clock.advance(float(number))
        waited.append(clock.waited(100 + number + late))
    assert waited == pytest.approx([0, 0, 0.5])
