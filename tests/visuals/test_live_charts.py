"""Charts of a stream that is over."""

from __future__ import annotations

import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.streams.observations import Observation
from emotion_core.visuals.live_charts import ROW, expression_shares, timeline
from tests.visuals.contrast import ENOUGH, contrast


def observation(time: float, number: int = 1, emotion: str = "happy") -> Observation:
    probabilities = tuple(0.7 if name == "happy" else 0.05 for name in EMOTIONS)
    return Observation(time, number, Box(0, 0, 30, 40), emotion, probabilities)


OBSERVATIONS = [observation(0.0), observation(0.1), observation(0.2, emotion="uncertain"), observation(0.1, 2, "sad")]


def test_the_timeline_has_a_row_a_face_and_a_colour_a_label():
    figure = timeline(OBSERVATIONS)
    assert [bar.name for bar in figure.data] == ["Happy", "Sad", "Uncertain"]
    happy = figure.data[0]
    assert (list(happy.y), list(happy.base), list(happy.x)) == (["Face 1"], [0.0], [0.2])
    assert list(figure.layout.yaxis.categoryarray) == ["Face 2", "Face 1"]
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 3


def test_below_the_timeline_is_room_for_its_seconds_however_few_the_faces():
    one, two = timeline(OBSERVATIONS[:2]).layout, timeline(OBSERVATIONS).layout
    assert one.margin.b == two.margin.b == 28
    assert one.height - one.margin.t - one.margin.b == ROW
    assert two.height - two.margin.t - two.margin.b == 2 * ROW


def test_the_timeline_begins_where_the_history_does():
    assert tuple(timeline(OBSERVATIONS).layout.xaxis.range) == pytest.approx((0, 0.3))
    late = [observation(1600.0), observation(1600.1)]
    assert tuple(timeline(late, start=1600.0).layout.xaxis.range) == pytest.approx((1600, 1600.2))


def test_the_shares_of_each_face_make_a_whole():
    figure = expression_shares(OBSERVATIONS)
    by_face = {"Face 1": 0.0, "Face 2": 0.0}
    for bar in figure.data:
        for face, share in zip(bar.y, bar.x, strict=True):
            by_face[face] += share
    assert by_face == pytest.approx({"Face 1": 1, "Face 2": 1})
    assert figure.data[0].text == ("Happy 67 %",)


def test_classes_have_the_colours_that_the_model_gives_them():
    own = {"sad": "#123456"}
    for figure in (timeline(OBSERVATIONS, colours=own), expression_shares(OBSERVATIONS, own)):
        assert {bar.name: bar.marker.color for bar in figure.data}["Sad"] == "#123456"


def test_an_empty_history_draws_empty_charts():
    assert len(timeline([]).data) == len(expression_shares([]).data) == 0


def test_what_is_written_on_the_shares_is_read_on_every_colour_in_both_themes():
    every = [observation(0.1 * place, emotion=name) for place, name in enumerate((*EMOTIONS, "uncertain"))]
    for bar in expression_shares(every).data:
        assert contrast(bar.insidetextfont.color, bar.marker.color) >= ENOUGH, bar.name
        assert bar.marker.pattern.shape is None or bar.marker.pattern.fillmode == "overlay"
