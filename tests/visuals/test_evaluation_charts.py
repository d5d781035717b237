"""Charts of evaluations show the figures that they are given, and tell models apart by more than colour."""

from __future__ import annotations

import tomllib

import pytest

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.visuals.evaluation_charts import (
    confusion_matrix,
    emotion_figures,
    group_figures,
    model_accuracies,
    reliability_diagram,
    risk_coverage_curve,
)
from tests.shell import ROOT
from tests.visuals.contrast import ENOUGH, contrast

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")


@pytest.fixture
def both(report) -> dict:
    return {one.model: one.scores[0] for one in report.evaluations}


@pytest.fixture
def alone(both) -> dict:
    return {"a": both["a"]}


def test_of_one_model_each_emotion_has_its_colour_and_its_share_in_words(alone):
    (bars,) = emotion_figures(alone, "recall").data
    assert bars.x[HAPPY] == 1 and bars.x[SAD] == 0
    assert (bars.text[HAPPY], bars.text[SAD], bars.text[0]) == ("100 %", "0 %", "none")
    assert list(bars.marker.color) == [COLOURS[name] for name in EMOTIONS]


def test_what_is_too_much_for_a_short_bar_stands_beside_it(alone):
    (bars,) = emotion_figures(alone, "recall").data
    assert (bars.textposition[HAPPY], bars.textposition[SAD], bars.textposition[0]) == ("inside", "outside", "outside")


def test_of_one_model_each_class_has_the_colour_that_it_was_given(alone, both):
    (bars,) = emotion_figures(alone, "recall", {"happy": "#123456"}).data
    assert bars.marker.color[HAPPY] == "#123456" and bars.marker.color[SAD] == COLOURS["sad"]
    assert all(bar.marker.color != "#123456" for bar in emotion_figures(both, "recall", {"happy": "#123456"}).data)


def test_what_is_written_on_a_bar_is_read_on_every_colour_in_both_themes(alone):
    (bars,) = emotion_figures(alone, "recall").data
    for ink, colour in zip(bars.insidetextfont.color, bars.marker.color, strict=True):
        assert contrast(ink, colour) >= ENOUGH, colour


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_written_in_a_cell_is_read_whatever_its_share(alone, theme):
    (cells,) = confusion_matrix(alone["a"].confusion).data
    page = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    assert theme == "dark" or cells.textfont.color == page["textColor"]
    for share in range(0, 101, 5):
        shown = seen(cells.colorscale, share / 100, page["backgroundColor"])
        assert contrast(page["textColor"], shown) >= ENOUGH, share


def test_no_cell_is_bright_on_a_dark_page(alone):
    (cells,) = confusion_matrix(alone["a"].confusion).data
    assert all(contrast("#ffffff", seen(cells.colorscale, share, "#12181d")) >= ENOUGH for share in (0, 0.5, 1))


def seen(scale: tuple[tuple[float, str], ...], share: float, ground: str) -> str:
    """The colour of a cell on a page of one colour, as "#12181d"."""
    low, high = ([float(part) for part in colour[5:-1].split(",")] for _, colour in scale)
    *channels, opacity = ((1 - share) * one + share * other for one, other in zip(low, high, strict=True))
    below = (int(ground[start : start + 2], 16) for start in (1, 3, 5))
    mixed = (opacity * one + (1 - opacity) * other for one, other in zip(channels, below, strict=True))
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def test_error_bars_end_where_the_interval_does(alone):
    (bars,) = emotion_figures(alone, "precision").data
    figure = alone["a"].emotions[HAPPY].precision
    assert figure.value == 0.75
    assert bars.x[HAPPY] + bars.error_x.array[HAPPY] == pytest.approx(figure.high)
    assert bars.x[HAPPY] - bars.error_x.arrayminus[HAPPY] == pytest.approx(figure.low)


def test_two_models_are_told_apart_by_colour_and_pattern(both):
    first, second = emotion_figures(both, "f1").data
    assert (first.name, second.name) == ("a", "b")
    assert first.marker.color != second.marker.color
    assert first.marker.pattern.shape != second.marker.pattern.shape


def test_a_confusion_matrix_that_can_be_clicked_has_a_point_in_each_cell(alone):
    cells, points = confusion_matrix(alone["a"].confusion, clickable=True).data
    assert list(map(tuple, points.customdata)) == [(row, column) for row in range(7) for column in range(7)]
    assert (points.x[8], points.y[8]) == (cells.x[1], cells.y[1])


def test_the_confusion_matrix_as_shares_and_as_counts(alone):
    (shares,) = confusion_matrix(alone["a"].confusion).data
    assert shares.z[SAD][HAPPY] == 1 and shares.z[HAPPY][HAPPY] == 1
    assert (shares.text[SAD][HAPPY], shares.text[0][0]) == ("100%", "")
    assert shares.y[HAPPY] == "Happy (3)"
    (counts,) = confusion_matrix(alone["a"].confusion, shares=False).data
    assert (counts.text[HAPPY][HAPPY], counts.text[SAD][HAPPY]) == (3, 1)


def test_faces_that_were_not_detected_are_a_column_more_of_the_confusion_matrix(alone):
    missed = [0] * 7
    missed[HAPPY] = 1
    (shares,) = confusion_matrix(alone["a"].confusion, missed=missed).data
    assert shares.x[-1] == "Not detected" and shares.y[HAPPY] == "Happy (4)"
    assert (shares.z[HAPPY][HAPPY], shares.z[HAPPY][-1]) == (0.75, 0.25)


def test_the_reliability_diagram_has_its_diagonal_and_a_point_for_every_bin(alone):
    diagonal, line = reliability_diagram(alone).data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert list(line.x) == pytest.approx([0.6, 0.7, 0.8, 0.9])
    assert list(line.y) == [0, 1, 1, 1]
    assert "ECE" in line.name


def test_the_risk_coverage_curve_marks_the_models_threshold(alone):
    line, mark = risk_coverage_curve(alone, {"a": 0.6}).data
    assert list(line.x) == [0.25, 0.5, 0.75, 1]
    assert list(line.y) == [0, 0, 0, 0.25]
    assert (mark.x[0], mark.y[0]) == (1.0, 0.25)
    assert mark.name == 'a with "uncertain" below 60 %'


def test_groups_with_the_accuracy_on_all_as_a_line(alone):
    figure = group_figures(alone)
    assert dict(zip(figure.data[0].y, figure.data[0].x, strict=True)) == {"group: m": 1.0, "group: n": 0.5}
    assert figure.layout.shapes[0].x0 == 0.75


def test_accuracies_of_models_side_by_side(both):
    figure = model_accuracies({name: [("own labels", one.accuracy)] for name, one in both.items()})
    assert [(trace.name, trace.x[0]) for trace in figure.data] == [("a", 0.75), ("b", 0.25)]


def test_no_link_comes_of_the_name_of_a_model_or_of_a_group(alone):
    link = "<a href='http://evil.example'>x</a>"
    scores = alone["a"].model_copy(update={"groups": [g.model_copy(update={"group": link}) for g in alone["a"].groups]})
    assert scores.groups
    evil = {link: scores}
    charts = [emotion_figures(evil, "recall"), group_figures(evil), reliability_diagram(evil)]
    charts += [risk_coverage_curve(evil, {link: 0.5}), model_accuracies({link: [("labels", scores.accuracy)]})]
    assert all("<a href" not in chart.to_json() and "\\u003ca href" not in chart.to_json() for chart in charts)
