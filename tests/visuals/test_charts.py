"""Charts of one face and of many."""

from __future__ import annotations

from emotion_core import EMOTIONS, Box, FaceResult, PhotoResult
from emotion_core.classes import colours_of
from emotion_core.emotions import COLOURS
from emotion_core.visuals.charts import count_expressions, expression_counts, ranked_probabilities


def face(emotion: str, happy: float = 0.4) -> FaceResult:
    rest = (1 - happy) / 6
    probabilities = {name: happy if name == "happy" else rest for name in EMOTIONS}
    return FaceResult(Box(0, 0, 9, 9), 0.9, None, probabilities, emotion, happy, "model")


def test_every_answer_has_a_colour_of_its_own():
    assert set(COLOURS) == {*EMOTIONS, "uncertain"}
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_probabilities_are_ranked_from_the_top_in_words_and_colour():
    figure = ranked_probabilities(face("happy", 0.94))
    bars = figure.data[0]
    assert bars.orientation == "h"
    assert figure.layout.yaxis.autorange == "reversed"
    assert (bars.y[0], bars.text[0], bars.marker.color[0]) == ("Happy", "94 %", COLOURS["happy"])
    assert len(bars.y) == 7
    assert list(bars.x) == sorted(bars.x, reverse=True)


def test_a_class_has_one_colour_whatever_its_rank():
    """The one that boxes and all other charts give it."""
    shares = {"calm": 0.1, "wink": 0.9}
    bars = ranked_probabilities(FaceResult(Box(0, 0, 9, 9), 0.9, None, shares, "wink", 0.9, "model")).data[0]
    assert list(bars.y) == ["Wink", "Calm"]
    assert list(bars.marker.color) == [colours_of(list(shares))[name] for name in ("wink", "calm")]


def test_the_scale_is_the_same_for_a_sure_and_an_unsure_face():
    sure, unsure = ranked_probabilities(face("happy", 0.99)), ranked_probabilities(face("uncertain", 0.3))
    assert sure.layout.xaxis.range == unsure.layout.xaxis.range
    assert sure.layout.xaxis.range[1] > 1


RESULTS = [
    PhotoResult("a", [face("happy"), face("happy"), face("uncertain")]),
    PhotoResult("b", [face("sad")]),
    PhotoResult("c"),
    PhotoResult("d", error="the file is empty"),
]


def test_expressions_are_counted_over_all_photos_with_the_uncertain_ones():
    counts = count_expressions(RESULTS)
    assert list(counts) == [*EMOTIONS, "uncertain"]
    assert (counts["happy"], counts["sad"], counts["uncertain"], counts["angry"]) == (2, 1, 1, 0)


def test_the_chart_of_counts_shows_them_and_marks_the_uncertain_ones_by_more_than_colour():
    bars = expression_counts(RESULTS).data[0]
    assert list(bars.x) == [0, 0, 0, 2, 0, 1, 0, 1]
    assert list(bars.text) == ["0", "0", "0", "2", "0", "1", "0", "1"]
    assert [bool(shape) for shape in bars.marker.pattern.shape] == [False] * 7 + [True]


def test_without_a_face_the_chart_of_counts_is_empty():
    assert sum(expression_counts([]).data[0].x) == 0
