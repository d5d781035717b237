"""A chart that changes is there all the time: one is seen until the next one is drawn."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from ui.shared import steady


def chart_of_as_many_points() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    from ui.shared.steady import steady_chart

    points, of = st.session_state.get("points", 1), st.session_state.get("of", "a run")
    steady_chart("a chart", go.Figure(go.Scatter(y=[0.0] * points)), f"{of}: {points} points", {}, of=of)


@pytest.fixture
def page(monkeypatch) -> AppTest:
    monkeypatch.setattr(steady, "BETWEEN", 0.0)
    return AppTest.from_function(chart_of_as_many_points).run()


def charts(page: AppTest) -> list[int]:
    """How many points each of the two charts has."""
    return [len(json.loads(one.proto.spec)["data"][0]["y"]) for one in page.get("plotly_chart")]


def newest(page: AppTest) -> int:
    """The number of points of the one that is seen once it is drawn."""
    found = re.search(r"-(\d):not\(.*\) \.xtick", page.get("html")[0].proto.body)
    assert found
    return charts(page)[int(found[1])]


def test_a_new_figure_takes_the_place_of_the_older_one_and_the_one_that_is_seen_stays(page: AppTest):
    assert charts(page) == [1, 1]
    for points in (2, 3, 4):
        page.session_state["points"] = points
        page.run()
        assert sorted(charts(page)) == [points - 1, points] and newest(page) == points


def test_while_the_newest_may_not_be_drawn_yet_the_other_one_stays_as_it_is(page: AppTest, monkeypatch):
    monkeypatch.setattr(steady, "BETWEEN", 60.0)
    page.session_state["points"] = 2
    assert charts(page.run()) == [1, 1]


def test_where_nothing_has_changed_nothing_is_drawn_anew(page: AppTest):
    page.session_state["points"] = 2
    drawn = [one.proto.id for one in page.run().get("plotly_chart")]
    assert [one.proto.id for one in page.run().get("plotly_chart")] == drawn


def test_of_something_else_it_begins_anew_at_once(page: AppTest, monkeypatch):
    page.session_state["points"] = 2
    page.run()
    monkeypatch.setattr(steady, "BETWEEN", 60.0)
    page.session_state["points"], page.session_state["of"] = 3, "another run"
    assert charts(page.run()) == [3, 3]
    assert [one.proto.alt for one in page.get("plotly_chart")] == ["another run: 3 points"] * 2
