"""Lanes and curves of a video, as data."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.video.timelines import TimelineSettings, timelines
from emotion_core.visuals.video_charts import thinned_course, video_curves, video_lanes
from tests.video_results import course, result_of

RAW = TimelineSettings(smoothing=0, transition_cost=0.05)
RESULT = result_of(sorted(course(1, (1, "neutral"), (2, "happy")) + course(2, (1, "sad")))).named(2, "Ada")


def test_each_person_has_a_lane_with_a_bar_for_each_expression():
    figure = video_lanes(timelines(RESULT, RAW))
    bars = {bar.name: (list(bar.y), list(bar.base), list(bar.x)) for bar in figure.data}
    assert bars["Happy"] == (["Face 1"], [1.0], [pytest.approx(2.0)])
    assert bars["Sad"] == (["Ada"], [0.0], [pytest.approx(1.0)])
    assert list(figure.layout.yaxis.categoryarray) == ["Ada", "Face 1"]  # the first on top


def test_curves_have_a_hole_where_the_face_is_gone():
    result = result_of(course(1, (1, "happy")) + course(1, (1, "happy"), start=5.0), moments=np.arange(60) / 10)
    figure = video_curves(timelines(result, RAW)[0], result)
    assert [trace.name for trace in figure.data][-1] == "Quality"
    happy = next(trace for trace in figure.data if trace.name == "Happy")
    assert happy.y[10] is None and happy.x[10] == pytest.approx(0.9) and happy.x[11] == 5.0


def test_a_long_curve_is_thinned_without_losing_a_peak():
    times = np.arange(100_000) / 25
    values = np.zeros(100_000)
    values[77_777] = 1.0
    shown, heights = thinned_course(times, values, 2000)
    assert len(shown) <= 2000 and heights.max() == 1.0
    assert shown[heights.argmax()] == 77_777 / 25
    assert (np.diff(shown) > 0).all()


def test_of_other_classes_each_has_its_bars_and_its_curve():
    rows = [(n / 10, 1, "happy", 0.9) for n in range(20)]
    answers = np.tile(np.array([0.2, 0.8], np.float32), (20, 1))
    result = result_of(rows, probabilities=answers, classes=("bored", "wink"), colours={"wink": "#123456"})
    lines = timelines(result, RAW)
    (bars,) = video_lanes(lines, result.classes, result.colours).data
    assert bars.name == "Wink" and bars.marker.color == "#123456"
    assert [curve.name for curve in video_curves(lines[0], result).data] == ["Bored", "Wink", "Quality"]


def test_a_short_curve_is_left_as_it_is():
    assert thinned_course(np.arange(3.0), np.arange(3.0), 10)[0].tolist() == [0, 1, 2]


def test_no_link_comes_of_the_name_of_a_person():
    lanes = video_lanes(timelines(RESULT.named(1, "<a href='http://evil.example'>x</a>"), RAW))
    names = [*lanes.layout.yaxis.categoryarray, *(name for bar in lanes.data for name in bar.y)]
    assert "&lt;a href='http://evil.example'&gt;x&lt;/a&gt;" in names and not any("<a" in name for name in names)
