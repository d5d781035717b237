"""Curves of training as Plotly figures. They carry no theme, so that light and dark pages can lay theirs over them.

Training and validation are told apart by dash and symbol as well as by colour; so are runs laid over each other. What
was zoomed to stays while a figure grows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import plotly.graph_objects as go

Row = TypeVar("Row")
#: More points than this are not told apart, and take long to draw once a second.
MOST_POINTS = 500
#: After Okabe and Ito's colours for all eyes ("Color Universal Design", 2008), the blue lighter: read on white and on
#: near-black alike.
TRAINING, VALIDATION = "#2182C4", "#D55E00"
RUNS = (TRAINING, VALIDATION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
HEIGHT = 340
#: With fewer epochs than this, each has its symbol; with more, symbols would hide the dashes.
FEW = 30


def loss_curve(
    epochs: Sequence[Mapping[str, Any]],
    batches: Sequence[Mapping[str, Any]] = (),
    best_epoch: int | None = None,
    logarithmic: bool = False,
) -> go.Figure:
    """The loss of one run, for training and validation.

    Args:
        epochs: one mapping an epoch, oldest first, with "epoch", "loss" and "val_loss"; a number that is missing, None
            or infinite leaves a gap.
        batches: a mapping now and then with "epoch", "batch", "batches" (how many an epoch has) and "loss": a thin line
            that leads to the next epoch. It may be empty.
        best_epoch: marked on the validation curve.
        logarithmic: whether the upright axis is.
    """
    figure = _curves(epochs, "loss", "val_loss", batches, best_epoch)
    return _laid_out(figure, "Loss", logarithmic=logarithmic)


def accuracy_curve(
    epochs: Sequence[Mapping[str, Any]],
    batches: Sequence[Mapping[str, Any]] = (),
    best_epoch: int | None = None,
    validation: str = "val_accuracy",
) -> go.Figure:
    """The accuracy of one run, for training and validation, as in `loss_curve`.

    Args:
        epochs, batches, best_epoch: as there, with "accuracy" and `validation`.
        validation: the validation accuracy that is measured as the training accuracy is.
    """
    return _laid_out(_curves(epochs, "accuracy", validation, batches, best_epoch), "Accuracy")


def compared_curves(
    runs: Mapping[str, Sequence[Mapping[str, Any]]], curve: str, logarithmic: bool = False
) -> go.Figure:
    """One curve of several runs, laid over each other.

    Args:
        runs: each run's epochs as in `loss_curve`, by its name.
        curve: what is drawn, as it is called in the epochs: "loss", "val_loss", "accuracy", "val_accuracy" or so.
        logarithmic: whether the upright axis of a loss is.
    """
    figure = go.Figure()
    for place, (name, epochs) in enumerate(runs.items()):
        look = (RUNS[place % len(RUNS)], DASHES[place % len(DASHES)], SYMBOLS[place % len(SYMBOLS)])
        figure.add_trace(_line(name, [row["epoch"] for row in epochs], _values(epochs, curve), _format(curve), *look))
    words = curve.removeprefix("val_").replace("_", " ")
    title = f"Validation {words}" if curve.startswith("val_") else f"Training {words}"
    figure.update_layout(showlegend=True)
    return _laid_out(figure, title, logarithmic=logarithmic and "loss" in curve)


def _curves(
    epochs: Sequence[Mapping[str, Any]],
    training: str,
    validation: str,
    batches: Sequence[Mapping[str, Any]],
    best_epoch: int | None,
) -> go.Figure:
    figure, form = go.Figure(), _format(training)
    if batches:
        figure.add_trace(_batch_line(batches, training))
    numbers, judged = [row["epoch"] for row in epochs], _values(epochs, validation)
    figure.add_trace(_line("Training", numbers, _values(epochs, training), form, TRAINING, "dash", "circle"))
    figure.add_trace(_line("Validation", numbers, judged, form, VALIDATION, "solid", "square"))
    if best_epoch is not None and best_epoch in numbers:
        figure.add_trace(_best(best_epoch, judged[numbers.index(best_epoch)], form))
    return figure


def _values(rows: Sequence[Mapping[str, Any]], key: str) -> list[float | None]:
    """A column of rows; None, which Plotly leaves out, where there is no number."""
    found = [row.get(key) for row in rows]
    return [float(value) if value is not None and math.isfinite(value) else None for value in found]


def _line(
    name: str, x: Sequence[float], y: Sequence[float | None], form: str, colour: str, dash: str, symbol: str
) -> go.Scatter:
    chosen = _chosen(len(x))
    return go.Scatter(
        x=[x[row] for row in chosen],
        y=[y[row] for row in chosen],
        name=name,
        mode="lines+markers" if len(x) < FEW else "lines",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"symbol": symbol, "size": 6},
        hovertemplate=f"epoch %{{x}}: %{{y:{form}}}<extra>{name}</extra>",
    )


def _batch_line(batches: Sequence[Mapping[str, Any]], curve: str) -> go.Scatter:
    rows = thinned(batches)
    return go.Scatter(
        x=[row["epoch"] - 1 + row["batch"] / row["batches"] for row in rows],
        y=_values(rows, curve),
        name="Training, batches",
        mode="lines",
        line={"color": TRAINING, "width": 1},
        opacity=0.5,
        customdata=[[row["epoch"], row["batch"]] for row in rows],
        hovertemplate="epoch %{customdata[0]}, batch %{customdata[1]}: "
        f"%{{y:{_format(curve)}}}<extra>Training, batches</extra>",
    )


def _best(epoch: int, value: float | None, form: str) -> go.Scatter:
    return go.Scatter(
        x=[epoch],
        y=[value],
        name=f"Best epoch ({epoch})",
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": "#E69F00", "line": {"color": VALIDATION, "width": 1}},
        hovertemplate=f"best epoch, %{{x}}: %{{y:{form}}}<extra></extra>",
    )


def thinned(rows: Sequence[Row]) -> list[Row]:
    """So many rows as are drawn: of a long run the others need not be prepared."""
    return [rows[row] for row in _chosen(len(rows))]


def _chosen(count: int) -> np.ndarray:
    """Which of so many points are drawn: the first, the last, and evenly what lies between, `MOST_POINTS` at most."""
    return np.unique(np.linspace(0, max(0, count - 1), min(count, MOST_POINTS)).round().astype(int))


def _format(curve: str) -> str:
    return ".1%" if "accuracy" in curve else ".3f"


def _laid_out(figure: go.Figure, title: str, logarithmic: bool = False) -> go.Figure:
    figure.update_xaxes(title="Epoch", rangemode="tozero", automargin=True)
    figure.update_yaxes(title=title, automargin=True, type="log" if logarithmic else "linear")
    if "accuracy" in title.lower():
        figure.update_yaxes(tickformat=".0%")
    return figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        # What was zoomed to stays while the curves grow; on the other kind of axis it would be another range.
        uirevision=f"{title} {logarithmic}",
    )
