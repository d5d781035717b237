"""Charts of a stream."""

from __future__ import annotations

import pytest

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.history import Moment
from emotion_core.inference.results import FaceResult
from emotion_core.visuals.live_charts import (
    POINTS,
    current_probabilities,
    expression_shares,
    last_seconds,
    thinned,
    time_line,
    with_gaps,
)


def moment(time: float, number: int = 1, emotion: str = "happy") -> Moment:
    probabilities = tuple(0.7 if name == "happy" else 0.05 for name in EMOTIONS)
    return Moment(time, number, Box(0, 0, 30, 40), emotion, probabilities)


def test_the_bars_of_the_moment_keep_their_places():
    probabilities = {name: 0.7 if name == "sad" else 0.05 for name in EMOTIONS}
    bars = current_probabilities(FaceResult(Box(0, 0, 9, 9), 0.9, None, probabilities, "sad", 0.7, "model")).data[0]
    assert list(bars.y) == [name.capitalize() for name in EMOTIONS]
    assert bars.text[EMOTIONS.index("sad")] == "70 %"
    assert bars.marker.color[0] == COLOURS["angry"]


def test_the_last_minute_ends_now_and_fills_the_whole_height():
    figure = last_seconds([moment(30.0), moment(30.1)], now=30.1, seconds=60)
    assert [area.name for area in figure.data] == [name.capitalize() for name in EMOTIONS]
    assert list(figure.data[0].x) == pytest.approx([-0.1, 0])
    assert sum(area.y[0] for area in figure.data) == pytest.approx(1)
    assert tuple(figure.layout.xaxis.range) == (-60, 0)


def test_a_chart_made_before_is_given_the_new_numbers():
    figure = last_seconds([moment(number / 10) for number in range(5)], now=0.4, seconds=60)
    assert last_seconds([moment(0.5), moment(0.6)], now=0.7, seconds=60, figure=figure) is figure
    fresh = last_seconds([moment(0.5), moment(0.6)], now=0.7, seconds=60)
    assert figure.to_json() == fresh.to_json()
    sad, happy = ({name: 0.7 if name == said else 0.05 for name in EMOTIONS} for said in ("sad", "happy"))
    first, second = (FaceResult(Box(0, 0, 9, 9), 0.9, None, one, "sad", 0.7, "model") for one in (sad, happy))
    bars = current_probabilities(first)
    assert current_probabilities(second, bars).to_json() == current_probabilities(second).to_json()


def test_without_moments_the_last_minute_is_empty():
    assert all(len(area.x) == 0 for area in last_seconds([], now=0.0, seconds=60).data)


def test_where_a_face_was_gone_there_is_a_gap():
    rows = with_gaps([moment(0.0), moment(0.1), moment(5.0)])
    assert [round(sum(row)) for _, row in rows] == [1, 1, 0, 0, 1]
    assert [time for time, _ in rows] == sorted(time for time, _ in rows)


def test_many_points_are_thinned_and_the_newest_stays():
    many = [moment(number / 10) for number in range(1000)]
    few = thinned(many)
    assert len(few) <= POINTS
    assert few[-1] is many[-1]
    assert thinned(many[:3]) == many[:3]


MOMENTS = [moment(0.0), moment(0.1), moment(0.2, emotion="uncertain"), moment(0.1, 2, "sad")]


def test_the_time_line_has_a_row_a_face_and_a_colour_a_label():
    figure = time_line(MOMENTS)
    assert [bar.name for bar in figure.data] == ["Happy", "Sad", "Uncertain"]
    happy = figure.data[0]
    assert (list(happy.y), list(happy.base), list(happy.x)) == (["Face 1"], [0.0], [0.2])
    assert list(figure.layout.yaxis.categoryarray) == ["Face 2", "Face 1"]
    assert [bool(bar.marker.pattern.shape) for bar in figure.data] == [False, False, True]


def test_the_time_line_begins_where_the_history_does():
    assert tuple(time_line(MOMENTS).layout.xaxis.range) == pytest.approx((0, 0.3))
    late = [moment(1600.0), moment(1600.1)]
    assert tuple(time_line(late, start=1600.0).layout.xaxis.range) == pytest.approx((1600, 1600.2))


def test_the_shares_of_each_face_make_a_whole():
    figure = expression_shares(MOMENTS)
    by_face = {"Face 1": 0.0, "Face 2": 0.0}
    for bar in figure.data:
        for face, share in zip(bar.y, bar.x, strict=True):
            by_face[face] += share
    assert by_face == pytest.approx({"Face 1": 1, "Face 2": 1})
    assert figure.data[0].text == ("Happy 67 %",)


def test_an_empty_history_draws_empty_charts():
    assert len(time_line([]).data) == len(expression_shares([]).data) == 0
