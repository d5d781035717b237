"""Curves of training one above the other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emotion_core.visuals.training_panels import compared_panels, log_ticks, smoothed, training_panels


def rows(count: int) -> list[dict]:
    """Epochs whose training loss is two divided by their number."""
    return [
        {
            "epoch": number, "loss": 2 / number, "accuracy": 1 - 1 / (number + 1), "learning_rate": 0.001,
            "seconds": 2.0, "val_loss": 2 / number + 0.1, "val_accuracy": 0.9 - 1 / (number + 1),
        }
        for number in range(1, count + 1)
    ]  # fmt: skip


def batches(count: int) -> list[dict]:
    """Events of so many batches of the first epoch."""
    return [{"epoch": 1, "batch": at, "batches": count, "loss": 2.0, "accuracy": 0.5} for at in range(1, count + 1)]


def test_loss_accuracy_rate_and_seconds_share_their_epochs():
    figure = training_panels(rows(4), batches(20), best_epoch=3)
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3", "y4"}
    assert figure.layout.hoversubplots == "axis"
    domains = [figure.layout[f"yaxis{n}"].domain for n in (1, 2, 3, 4)]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "Training, batches", "Training", "Validation", "Best epoch (3)",
    ]  # fmt: skip


def test_few_epochs_are_marked_one_by_one_and_never_by_halves():
    assert training_panels(rows(4), batches(20)).layout.xaxis.dtick == 1
    assert training_panels(rows(40)).layout.xaxis.dtick is None
    assert training_panels([]).layout.xaxis.dtick == 1


def test_smoothing_leaves_the_lines_as_they_are_faintly():
    figure = training_panels(rows(4), smoothing=0.5)
    loss = [trace for trace in figure.data if trace.yaxis == "y" and trace.name == "Training"]
    assert [trace.opacity for trace in loss] == [0.25, None]
    assert list(loss[0].y) == pytest.approx([2, 1, 2 / 3, 1 / 2])
    assert list(loss[1].y)[:2] == pytest.approx([2, (2 / 4 + 1 / 2) / (3 / 4)])


def test_smoothing_by_hand():
    assert smoothed([1.0, None, 3.0], 0.0) == [1.0, None, 3.0]
    assert smoothed([1.0, None, 3.0], 0.5) == pytest.approx([1.0, None, (0.25 + 1.5) / 0.75])
    assert smoothed([2.0, 2.0, 2.0], 0.9) == pytest.approx([2.0, 2.0, 2.0])


def test_a_logarithmic_axis_has_ticks_that_are_read():
    assert log_ticks([0.3, 2.1]) == pytest.approx([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50])
    assert log_ticks([1e-5, 10]) == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10])
    axis = training_panels(rows(3), logarithmic=True).layout.yaxis
    assert axis.type == "log" and "0.5" in axis.ticktext
    assert training_panels(rows(3), logarithmic=True).layout.yaxis2.type is None


def test_without_epochs_there_is_no_fault():
    assert training_panels([], batches(3), logarithmic=True).data


def test_the_first_batch_of_a_run_is_seen_and_its_accuracy_lies_between_none_and_all():
    figure = training_panels([], batches(20)[:1])
    assert [trace.mode for trace in figure.data if trace.name == "Training, batches"] == ["lines+markers"] * 2
    assert figure.layout.yaxis2.autorangeoptions.to_plotly_json() == {"clipmin": 0, "clipmax": 1}


def test_runs_are_compared_by_loss_and_accuracy_at_once():
    figure = compared_panels({"one": rows(3), "two": rows(2)}, smoothing=0.3)
    assert {(trace.name, trace.yaxis) for trace in figure.data} == {
        (name, axis) for name in ("one", "two") for axis in ("y", "y2")
    }
