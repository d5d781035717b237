"""Curves of training one above the other over the same epochs, so that one line shows what belongs together.

A pointer over any panel marks its epoch in all of them, and zooming into one zooms them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from emotion_core.visuals.training_charts import (
    TRAINING,
    accuracy_curve,
    compared_curves,
    loss_curve,
)

#: Of a single panel among several, in pixels: one that is read closely, and one at a glance.
TALL, LOW, GAP = 220, 80, 34
#: Below and above the panels.
EDGES = 70
#: So many epochs are marked one by one.
FEW_EPOCHS = 12
_SHORT = {"learning_rate": ("Rate", ".2e"), "seconds": ("Seconds", ".1f")}


def training_panels(
    epochs: Sequence[Mapping[str, Any]],
    batches: Sequence[Mapping[str, Any]] = (),
    best_epoch: int | None = None,
    validation: str = "val_accuracy",
    logarithmic: bool = False,
    smoothing: float = 0.0,
) -> go.Figure:
    """Loss, accuracy, learning rate and seconds of one run by epoch.

    Args:
        epochs, batches, best_epoch, logarithmic: as in `loss_curve`, the epochs with "learning_rate" and "seconds" too.
        validation: as in `accuracy_curve`.
        smoothing: see `smoothed`; the lines as they are stay, faintly.
    """
    panels = [
        ("Loss", loss_curve(epochs, batches, best_epoch), TALL),
        ("Accuracy", accuracy_curve(epochs, batches, best_epoch, validation), TALL),
        *(
            (title, _small(epochs, key, form), LOW)
            for key, (title, form) in _SHORT.items()
            if any(row.get(key) is not None for row in epochs)
        ),
    ]
    return _stacked(panels, logarithmic, smoothing)


def compared_panels(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    prefix: str = "val_",
    logarithmic: bool = False,
    smoothing: float = 0,
) -> go.Figure:
    """Loss and accuracy of several runs, laid over each other.

    Args:
        runs: each run's epochs as in `loss_curve`, by its name.
        prefix: "val_" for the curves of validation, "" for those of training.
        logarithmic, smoothing: as in `training_panels`.
    """
    panels = [
        ("Loss", compared_curves(runs, f"{prefix}loss"), TALL),
        ("Accuracy", compared_curves(runs, f"{prefix}accuracy"), TALL),
    ]
    return _stacked(panels, logarithmic, smoothing)


def smoothed(values: Sequence[float | None], weight: float) -> list[float | None]:
    """The exponential moving average of values, without the pull of its beginning; gaps stay gaps.

    Args:
        values: one an epoch.
        weight: of what was before, from 0, which changes nothing, to below 1.
    """
    mean, total = 0.0, 0.0
    found: list[float | None] = []
    for value in values:
        if value is None:
            found.append(None)
            continue
        mean, total = weight * mean + (1 - weight) * value, weight * total + (1 - weight)
        found.append(mean / total)
    return found


def log_ticks(values: Sequence[float]) -> list[float]:
    """Places for a logarithmic axis that holds values: 1, 2 and 5 times the powers of ten, few enough to be read."""
    low, high = min(values), max(values)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(powers) < 4 else (1,)
    return [step * 10.0**power for power in powers for step in steps]


def _small(epochs: Sequence[Mapping[str, Any]], key: str, form: str) -> go.Figure:
    shown = [row for row in epochs if row.get(key) is not None]
    line = go.Scatter(
        x=[row["epoch"] for row in shown],
        y=[row[key] for row in shown],
        name=_SHORT[key][0],
        mode="lines+markers",
        line={"color": TRAINING, "width": 1},
        marker={"size": 4},
        hovertemplate=f"%{{y:{form}}}<extra>{_SHORT[key][0]}</extra>",
        showlegend=False,
    )
    return go.Figure(line)


def _stacked(panels: Sequence[tuple[str, go.Figure, int]], logarithmic: bool, smoothing: float) -> go.Figure:
    """Figures one above the other: their titles, the figures, and the pixels of each."""
    figure = go.Figure()
    whole = sum(height + GAP for *_, height in panels)
    top = 1.0
    for number, (title, panel, height) in enumerate(panels, start=1):
        for trace in panel.data:
            _add(figure, trace, title, number, smoothing if height == TALL else 0.0)
        values = [y for trace in panel.data for y in trace.y if y is not None and y > 0]
        axis = _axis(title, height, logarithmic and title == "Loss", values)
        figure.layout[f"yaxis{number}"] = {**axis, "domain": [max(0.0, top - height / whole), top]}
        top -= (height + GAP) / whole
    figure.update_xaxes(title="Epoch", rangemode="tozero", automargin=True, anchor=f"y{len(panels)}")
    if max((x for trace in figure.data for x in trace.x), default=0) <= FEW_EPOCHS:
        figure.update_xaxes(dtick=1)  # else there would be ticks at halves of an epoch
    return figure.update_layout(
        height=whole + EDGES,
        margin={"l": 0, "r": 8, "t": 36, "b": 8},
        # Above it is the toolbar of the chart.
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        hoversubplots="axis",
        # What was zoomed to stays while the curves grow; on the other kind of axis it would be another range.
        uirevision=f"panels {logarithmic}",
    )


def _add(figure: go.Figure, trace: go.Scatter, title: str, number: int, smoothing: float) -> None:
    name = trace.name
    trace.update(xaxis="x", yaxis=f"y{number}", legendgroup=name)
    if number > 1:
        trace.showlegend = False
    if trace.mode == "lines" and len(trace.x) == 1:  # the first batch of a run at work: a line has two ends
        trace.mode = "lines+markers"
    if "batches" in name:
        trace.hoverinfo, trace.hovertemplate = "skip", None
    elif number <= 2:
        form = trace.hovertemplate.split("%{y:")[1].split("}")[0]
        trace.hovertemplate = f"%{{y:{form}}}<extra>{title}: {name}</extra>"
    if smoothing and trace.mode != "markers" and "batches" not in name:
        faint = go.Scatter(trace)
        figure.add_trace(faint.update(opacity=0.25, hoverinfo="skip", hovertemplate=None, showlegend=False))
        trace.y = smoothed(trace.y, smoothing)
    figure.add_trace(trace)


def _axis(title: str, height: int, logarithmic: bool, values: Sequence[float]) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": title, "automargin": True, "nticks": 6 if height == TALL else 3}
    if title == "Accuracy":
        axis |= {"tickformat": ".0%", "autorangeoptions": {"clipmin": 0, "clipmax": 1}}
    if title == "Rate":
        axis["tickformat"] = "~g"
    if not values:
        axis["range"] = [0, 1]
    if logarithmic and values:
        ticks = log_ticks(values)
        axis |= {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    return axis
