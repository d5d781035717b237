"""Curves of training."""

from __future__ import annotations

import math

import pytest

from emotion_core.visuals.training_charts import MOST_POINTS, accuracy_curve, compared_curves, loss_curve


def epochs(count: int, start: float = 2.0) -> list[dict]:
    return [
        {
            "epoch": number,
            "loss": start / number,
            "accuracy": 1 - 1 / (number + 1),
            "val_loss": start / number + 0.1,
            "val_accuracy": 0.9 - 1 / (number + 1),
        }
        for number in range(1, count + 1)
    ]


def batches(count: int, each: int = 10) -> list[dict]:
    """Events of `count` batches, ten an epoch."""
    return [
        {"epoch": 1 + at // each, "batch": 1 + at % each, "batches": each, "loss": 2 - at / count, "accuracy": 0.5}
        for at in range(count)
    ]


def by_name(figure) -> dict:
    return {trace.name: trace for trace in figure.data}


def test_training_and_validation_differ_in_colour_dash_and_symbol():
    traces = by_name(loss_curve(epochs(3)))
    training, validation = traces["Training"], traces["Validation"]
    assert list(training.x) == [1, 2, 3] and list(training.y) == pytest.approx([2, 1, 2 / 3])
    assert list(validation.y) == pytest.approx([2.1, 1.1, 2 / 3 + 0.1])
    assert training.line.color != validation.line.color
    assert training.line.dash != validation.line.dash
    assert training.marker.symbol != validation.marker.symbol


def test_accuracy_is_in_percent():
    figure = accuracy_curve(epochs(3))
    assert figure.layout.yaxis.tickformat == ".0%"
    assert by_name(figure)["Training"].y[0] == pytest.approx(0.5)


def test_another_measure_of_validation_may_be_drawn():
    rows = [{**row, "val_accuracy_majority": 0.77} for row in epochs(2)]
    traces = by_name(accuracy_curve(rows, validation="val_accuracy_majority"))
    assert list(traces["Validation"].y) == [0.77, 0.77]


def test_batches_lie_between_the_epochs():
    line = by_name(loss_curve(epochs(1), batches(15)))["Training, batches"]
    assert line.x[0] == pytest.approx(0.1)
    assert line.x[9] == pytest.approx(1.0)
    assert line.x[14] == pytest.approx(1.5)
    assert line.line.width == 1


def test_before_the_first_epoch_the_batches_are_drawn_alone():
    traces = by_name(loss_curve([], batches(4)))
    assert len(traces["Training, batches"].x) == 4
    assert len(traces["Validation"].x) == 0


def test_the_best_epoch_is_marked_on_the_validation_curve():
    mark = by_name(accuracy_curve(epochs(5), best_epoch=3))["Best epoch (3)"]
    assert list(mark.x) == [3] and mark.y[0] == pytest.approx(0.65)
    assert len(accuracy_curve(epochs(5), best_epoch=9).data) == 2


def test_the_loss_may_be_logarithmic_an_accuracy_never():
    assert loss_curve(epochs(3), logarithmic=True).layout.yaxis.type == "log"
    assert compared_curves({"a": epochs(3)}, "val_loss", logarithmic=True).layout.yaxis.type == "log"
    assert compared_curves({"a": epochs(3)}, "accuracy", logarithmic=True).layout.yaxis.type == "linear"


def test_the_zoom_is_kept_while_curves_grow_but_not_from_one_kind_of_axis_to_the_other():
    short, longer = loss_curve(epochs(3)), loss_curve(epochs(4))
    assert short.layout.uirevision and short.layout.uirevision == longer.layout.uirevision
    assert loss_curve(epochs(3), logarithmic=True).layout.uirevision != short.layout.uirevision


@pytest.mark.parametrize("lost", [math.nan, math.inf, None])
def test_what_is_no_number_leaves_a_gap(lost):
    rows = epochs(4)
    rows[2]["loss"] = lost
    assert list(by_name(loss_curve(rows))["Training"].y)[2] is None


def test_thousands_of_points_are_thinned_and_the_ends_stay():
    traces = by_name(loss_curve(epochs(1000), batches(5000)))
    for name, last in (("Training", 1000), ("Validation", 1000), ("Training, batches", 500)):
        assert 400 < len(traces[name].x) <= MOST_POINTS
        assert traces[name].x[-1] == pytest.approx(last)
    assert traces["Training"].x[0] == 1


def test_runs_laid_over_each_other_differ_by_more_than_colour():
    runs = {f"run {number}": epochs(4, start=number) for number in range(1, 31)}
    figure = compared_curves(runs, "loss")
    assert [trace.name for trace in figure.data] == list(runs)
    assert list(figure.data[1].y) == pytest.approx([2, 1, 2 / 3, 0.5])
    looks = {(trace.line.color, trace.marker.symbol, trace.line.dash) for trace in figure.data}
    assert len(looks) == 30
    assert len({(trace.marker.symbol, trace.line.dash) for trace in figure.data}) == 30


def test_compared_curves_say_what_they_are():
    runs = {"a": epochs(2), "b": [{"epoch": 1, "val_accuracy": 0.5}, {"epoch": 2}]}
    figure = compared_curves(runs, "val_accuracy")
    assert figure.layout.yaxis.title.text == "Validation accuracy"
    assert figure.layout.yaxis.tickformat == ".0%"
    assert list(figure.data[1].y) == [0.5, None]
    assert compared_curves({}, "loss").layout.yaxis.title.text == "Training loss"
