"""How long pictures take, on average."""

from __future__ import annotations

import pytest

from emotion_core.streams.meter import AVERAGED, STAGES, StreamMeter


def took(**seconds: float) -> dict[str, float]:
    return {**dict.fromkeys((*STAGES, "whole", "wait"), 0.0), **seconds}


def test_before_the_first_picture_nothing_took_any_time():
    meter = StreamMeter()
    assert set(meter.milliseconds().values()) == {0.0}
    assert meter.rate(now=0.0) == 0


def test_times_are_means_of_the_last_pictures():
    meter = StreamMeter()
    for number in range(AVERAGED + 2):
        meter.add(took(detect=9.0 if number < 2 else 0.01, whole=0.02), now=float(number))
    assert meter.milliseconds()["detect"] == pytest.approx(10)
    assert meter.milliseconds()["whole"] == pytest.approx(20)


def test_the_rate_is_that_of_the_last_seconds():
    meter = StreamMeter()
    for now in (1.0, 9.0, 9.25, 9.5):
        meter.add(took(), now)
    assert meter.rate(now=9.5) == pytest.approx(4)
    assert meter.rate(now=60.0) == 0
