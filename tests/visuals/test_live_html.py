"""What a stream shows now and of its last minute, as HTML."""

from __future__ import annotations

import re

from emotion_core.emotions import COLOURS, EMOTIONS, display_name
from emotion_core.faces.box import Box
from emotion_core.streams.observations import Observation
from emotion_core.visuals.live_html import POINTS, last_seconds, thinned, with_gaps


def observation(time: float) -> Observation:
    probabilities = tuple(0.7 if name == "happy" else 0.05 for name in EMOTIONS)
    return Observation(time, 1, Box(0, 0, 30, 40), "happy", probabilities)


def areas(html: str) -> dict[str, list[tuple[float, float]]]:
    """The corners of each coloured area in percent from the upper left, in the order in which they are painted."""
    found = re.findall(r"background: [^;]*(#\w{6}); clip-path: polygon\(([^)]*)\)", html)
    names = {colour: name for name, colour in COLOURS.items()}
    return {
        names[colour]: [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+)% ([-\d.]+)%", corners)]
        for colour, corners in found
    }


def test_the_last_seconds_end_now_and_fill_the_whole_height():
    found = areas(last_seconds([observation(30.0), observation(45.0)], now=60.0, seconds=60))
    assert list(found) == list(reversed(EMOTIONS))  # each is painted over the part that is not its own
    assert found["surprised"] == [(50, 100), (50, 0), (50.02, 100), (74.98, 100), (75, 0), (75, 100)]
    assert found["angry"] == [(50, 100), (50, 95), (50.02, 100), (74.98, 100), (75, 95), (75, 100)]


def test_the_last_seconds_say_how_far_they_go_back():
    html = last_seconds([], now=0.0, seconds=40)
    assert [words in html for words in ("40 s ago", "20 s ago", "now")] == [True] * 3
    assert 'aria-label="The probabilities over the last 40 seconds"' in html


def test_classes_have_the_colours_that_the_model_gives_them_and_it_is_named_where_there_are_two():
    html = last_seconds([observation(30.0)], now=60.0, seconds=60, colours={"happy": "#123456"}, model="other <b>")
    assert html.count("#123456") == 2  # the area and the key
    assert COLOURS["happy"] not in html and COLOURS["sad"] in html
    assert 'aria-label="The probabilities over the last 60 seconds, by other &lt;b&gt;"' in html


def test_each_class_has_a_pattern_of_its_own_in_the_chart_and_in_its_key():
    html = last_seconds([observation(30.0)], now=60.0, seconds=60)
    painted = re.findall(r"background: ([^;]*); clip-path", html)
    keys = re.findall(r"background: ([^;\"]*)\"></span>(\w+)", html)
    assert [name for _, name in keys] == [display_name(name) for name in EMOTIONS]
    assert [look for look, _ in keys] == painted[::-1] and len(set(painted)) == 7


def test_without_observations_there_is_no_area():
    assert areas(last_seconds([], now=0.0, seconds=60)) == {}


def test_where_a_face_was_gone_there_is_a_gap():
    rows = with_gaps([observation(0.0), observation(0.1), observation(5.0)])
    assert [round(sum(row)) for _, row in rows] == [1, 1, 0, 0, 1]
    assert [time for time, _ in rows] == sorted(time for time, _ in rows)


def test_many_points_are_thinned_and_the_newest_stays():
    many = [observation(number / 10) for number in range(1000)]
    few = thinned(many)
    assert len(few) <= POINTS
    assert few[-1] is many[-1]
    assert thinned(many[:3]) == many[:3]


def test_of_a_whole_minute_the_page_gets_little():
    minute = [observation(number / 10) for number in range(600)]
    assert len(last_seconds(minute, now=60.0, seconds=60)) < 20_000
