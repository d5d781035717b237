"""Evaluations of models as Plotly figures. They carry no theme, so that light and dark pages can lay theirs over them.

Several models are told apart by colour and by a second sign: the pattern of a bar, the symbol and dash of a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import plotly.graph_objects as go

from emotion_core.classes import colours_of
from emotion_core.emotions import COLOURS, EMOTIONS, display_name
from emotion_core.evaluation.figures import EmotionFigures, Figure
from emotion_core.evaluation.groups import group_in_words
from emotion_core.evaluation.report import Scores
from emotion_core.evaluation.tables import NOT_DETECTED
from emotion_core.inference.words import percent
from emotion_core.visuals.drawing import readable_on
from emotion_core.visuals.plotly_text import as_text

_Shown = TypeVar("_Shown")
#: One for each model, told apart by the colour-blind; a seventh begins anew with the first.
MODEL_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
PATTERNS = ("", "/", "x", ".", "-", "+")
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
FIGURES = {"recall": "Recall", "precision": "Precision", "f1": "F1"}
#: Of a confusion matrix's cells by their shares: the page shows through, so that none is glaring where it is dark.
#: Plotly writes on all of them in one colour, which dark pages replace by theirs: no cell is too near to either.
#: Outside the pages they want a light ground, which reports have.
CELL_COLOURS = ((0, "rgba(43, 127, 192, 0.05)"), (1, "rgba(43, 127, 192, 0.7)"))
CELL_INK = "#0b1218"
_GREY = COLOURS["uncertain"]
#: A bar of less is too short for its figure to be written on it.
_ROOM_FOR_TEXT = 0.12
#: Height of one bar with its gap, in pixels.
_BAR = 24


def emotion_figures(models: Mapping[str, Scores], figure: str, colours: Mapping[str, str] | None = None) -> go.Figure:
    """One of `FIGURES` of every emotion with its interval: a bar a model.

    Args:
        models: the scores by the models' names.
        colours: those that classes have been given, where there is one model; see `classes.colours_of`.
    """
    chart = go.Figure()
    for place, (model, scores) in enumerate(_as_texts(models)):
        found = [_of(one, figure) for one in scores.emotions]
        names = [one.emotion for one in scores.emotions]
        own = colours_of(names, colours)
        painted = [own[name] for name in names] if len(models) == 1 else _model_colour(place)
        chart.add_bar(
            name=model,
            orientation="h",
            y=[display_name(name) for name in names],
            x=[one.value if one else 0 for one in found],
            text=[percent(one.value) if one else "none" for one in found],
            textposition=[_place_of(one) for one in found] if len(models) == 1 else "none",
            insidetextanchor="start",
            insidetextfont={"color": [readable_on(own[name]) for name in names]},
            error_x=_errors(found),
            marker={
                "color": painted,
                "pattern": {"shape": PATTERNS[place % len(PATTERNS)], "fillmode": "overlay", "fgopacity": 0.4},
            },
            customdata=[[e.faces, e.predicted, *_ends(one)] for e, one in zip(scores.emotions, found, strict=True)],
            hovertemplate="%{y}: %{x:.1%} (%{customdata[2]:.1%} to %{customdata[3]:.1%})<br>"
            "%{customdata[0]:,} " + scores.counted + ", predicted %{customdata[1]:,} times<extra>" + model + "</extra>",
        )
    chart.update_yaxes(autorange="reversed", fixedrange=True, ticks="", showgrid=False, automargin=True)
    chart.update_xaxes(range=[0, 1.03], tickformat=".0%", fixedrange=True)
    classes = max((len(scores.emotions) for scores in models.values()), default=0)
    height = _BAR * classes * max(1, len(models)) + 90
    return _laid_out(chart, height, legend=len(models) > 1).update_layout(bargap=0.25)


def confusion_matrix(
    confusion: Sequence[Sequence[int]],
    shares: bool = True,
    missed: Sequence[int] = (),
    clickable: bool = False,
    classes: Sequence[str] = EMOTIONS,
    counted: str = "faces",
) -> go.Figure:
    """What faces of each label were predicted as: a row a label, as shares of the row or as counts.

    Args:
        confusion: (classes, classes) counts: rows are the labels, columns the predictions.
        missed: by class how many faces were not detected, as one more column; none where whole pictures were predicted.
        clickable: with a point in each cell that can be selected, its custom data (row, column): a heat map has none.
        classes: their names.
        counted: what the counts are of, "faces" or "clips".
    """
    names = [display_name(name) for name in classes]
    counts = np.column_stack([confusion, missed]) if missed else np.array(confusion)
    parts = _shares_of_rows(counts)
    chart = go.Figure(
        go.Heatmap(
            z=parts,
            x=[*names, NOT_DETECTED.capitalize()] if missed else names,
            y=[f"{name} ({total:,})" for name, total in zip(names, counts.sum(axis=1), strict=True)],
            text=_percentages(parts) if shares else counts,
            texttemplate="%{text}",
            textfont={"color": CELL_INK},
            customdata=counts,
            zmin=0,
            zmax=1,
            colorscale=CELL_COLOURS,
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{y} predicted as %{x}: %{customdata:,} " + counted + ", %{z:.1%}<extra></extra>",
        )
    )
    if clickable:
        _add_points(chart, counts, counted)
    else:
        chart.update_yaxes(autorange="reversed")
    chart.update_yaxes(fixedrange=True, title=f"Label ({counted})", automargin=True)
    chart.update_xaxes(side="top", fixedrange=True, title="Prediction", tickangle=-35, automargin=True)
    return _laid_out(chart, max(460, 110 + 34 * len(names)))


def _shares_of_rows(counts: np.ndarray) -> np.ndarray:
    """Counts as shares of their rows; zero where a row has none."""
    sums = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, sums, out=np.zeros(counts.shape), where=sums > 0)


def _percentages(shares: np.ndarray) -> list[list[str]]:
    """Shares in words; nothing in a row that has no faces."""
    return [[f"{share:.0%}" if row.any() else "" for share in row] for row in shares]


def _add_points(chart: go.Figure, counts: np.ndarray, counted: str) -> None:
    """Lay a point that is not seen over each cell of a heat map."""
    cells = [(row, column) for row in range(counts.shape[0]) for column in range(counts.shape[1])]
    cell = chart.data[0]
    chart.add_scatter(
        x=[cell.x[column] for _, column in cells],
        y=[cell.y[row] for row, _ in cells],
        mode="markers",
        marker={"size": 44, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=cells,
        text=[f"{counts[place]:,}" for place in cells],
        hovertemplate="%{y} predicted as %{x}: %{text} " + counted + ", click to see them<extra></extra>",
        showlegend=False,
    )
    # Else room is made for the points beside the cells.
    chart.update_xaxes(range=[-0.5, counts.shape[1] - 0.5])
    chart.update_yaxes(range=[counts.shape[0] - 0.5, -0.5])


def reliability_diagram(models: Mapping[str, Scores]) -> go.Figure:
    """Accuracy by confidence: on the diagonal, a probability means what it says."""
    chart = go.Figure()
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="perfect calibration",
        line={"color": _GREY, "dash": "dot"},
        hoverinfo="skip",
    )
    for place, (model, scores) in enumerate(_as_texts(models)):
        bins = scores.reliability
        chart.add_scatter(
            name=f"{model}, ECE {scores.expected_calibration_error.value:.3f}",
            x=[one.confidence for one in bins],
            y=[one.accuracy for one in bins],
            mode="lines+markers",
            line={"color": _model_colour(place), "dash": DASHES[place % len(DASHES)]},
            marker={
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": [6 + 16 * np.sqrt(one.faces / scores.faces) for one in bins],
            },
            customdata=[[one.faces, one.low, one.high] for one in bins],
            hovertemplate="%{customdata[0]:,} "
            + scores.counted
            + " with confidence %{customdata[1]:.0%} to %{customdata[2]:.0%}:<br>"
            "accuracy %{y:.1%}, mean confidence %{x:.1%}<extra>" + model + "</extra>",
        )
    chart.update_xaxes(title="Confidence", range=[0, 1.03], tickformat=".0%", fixedrange=True)
    chart.update_yaxes(title="Accuracy", range=[0, 1.03], tickformat=".0%", fixedrange=True, automargin=True)
    return _laid_out(chart, 400, legend=True)


def risk_coverage_curve(models: Mapping[str, Scores], thresholds: Mapping[str, float]) -> go.Figure:
    """What is gained by leaving faces "uncertain" where a model is not confident; its own threshold is marked.

    Args:
        models, thresholds: the scores and the abstain thresholds, by the models' names.
    """
    chart = go.Figure()
    for place, (name, scores) in enumerate(models.items()):
        model, threshold = as_text(name), thresholds[name]
        colour = _model_colour(place)
        chart.add_scatter(
            name=model,
            x=[point.coverage for point in scores.curve],
            y=[point.risk for point in scores.curve],
            mode="lines",
            line={"color": colour, "dash": DASHES[place % len(DASHES)]},
            customdata=[point.confidence for point in scores.curve],
            hovertemplate="coverage %{x:.1%}, confidence at least %{customdata:.0%}:<br>"
            "%{y:.1%} wrong<extra>" + model + "</extra>",
        )
        if scores.selective_accuracy is not None:
            chart.add_scatter(
                name=f'{model} with "uncertain" below {percent(threshold)}',
                x=[scores.coverage],
                y=[1 - scores.selective_accuracy],
                mode="markers",
                marker={"color": colour, "size": 13, "symbol": SYMBOLS[place % len(SYMBOLS)]},
                hovertemplate="coverage %{x:.1%}, %{y:.1%} of these wrong<extra>" + model + "</extra>",
            )
    chart.update_xaxes(title="Coverage", range=[0, 1.03], tickformat=".0%", fixedrange=True)
    chart.update_yaxes(
        title="Risk: wrong among these", rangemode="tozero", tickformat=".0%", fixedrange=True, automargin=True
    )
    return _laid_out(chart, 400, legend=True)


def group_figures(models: Mapping[str, Scores]) -> go.Figure:
    """Accuracy with its interval on each group of faces; a line marks the accuracy on all of them."""
    chart = go.Figure()
    for place, (model, scores) in enumerate(_as_texts(models)):
        groups = scores.groups
        chart.add_scatter(
            name=model,
            x=[one.accuracy.value for one in groups],
            y=[as_text(group_in_words(one.by, one.group)) for one in groups],
            mode="markers",
            error_x=_errors([one.accuracy for one in groups]),
            marker={"color": _model_colour(place), "symbol": SYMBOLS[place % len(SYMBOLS)], "size": 11},
            customdata=[[one.faces, one.accuracy.low, one.accuracy.high] for one in groups],
            hovertemplate="%{x:.1%} (%{customdata[1]:.1%} to %{customdata[2]:.1%}) of %{customdata[0]:,} "
            + scores.counted
            + "<extra>"
            + model
            + "</extra>",
        )
        chart.add_vline(scores.accuracy.value, line={"color": _model_colour(place), "dash": "dot", "width": 1})
    shown = max((len(scores.groups) for scores in models.values()), default=0)
    chart.update_xaxes(range=[0, 1.03], tickformat=".0%", fixedrange=True, title="Accuracy")
    chart.update_yaxes(autorange="reversed", fixedrange=True, ticks="", automargin=True)
    return _laid_out(chart, 34 * shown + 110, legend=len(models) > 1)


def model_accuracies(models: Mapping[str, Sequence[tuple[str, Figure]]]) -> go.Figure:
    """Accuracies with their intervals: a row a kind of label, a mark a model.

    Args:
        models: by the models' names, each kind of label in words with its accuracy.
    """
    chart = go.Figure()
    for place, (model, found) in enumerate(_as_texts(models)):
        chart.add_scatter(
            name=model,
            x=[figure.value for _, figure in found],
            y=[labels for labels, _ in found],
            mode="markers",
            error_x=_errors([figure for _, figure in found]),
            marker={"color": _model_colour(place), "symbol": SYMBOLS[place % len(SYMBOLS)], "size": 12},
            customdata=[_ends(figure) for _, figure in found],
            hovertemplate="%{x:.1%} (%{customdata[0]:.1%} to %{customdata[1]:.1%})<extra>" + model + "</extra>",
        )
    ways = max((len(found) for found in models.values()), default=0)
    chart.update_xaxes(tickformat=".0%", fixedrange=True, title="Accuracy")
    chart.update_yaxes(autorange="reversed", fixedrange=True, ticks="", automargin=True)
    return _laid_out(chart, 44 * ways + 110, legend=True)


def _as_texts(models: Mapping[str, _Shown]) -> list[tuple[str, _Shown]]:
    """What is shown of models, with their names as Plotly shows them as they are."""
    return [(as_text(name), shown) for name, shown in models.items()]


def _of(one: EmotionFigures, figure: str) -> Figure | None:
    return {"recall": one.recall, "precision": one.precision, "f1": one.f1}[figure]


def _place_of(figure: Figure | None) -> str:
    """Where the figure of a bar is written: on it, or beside it where it is short."""
    return "inside" if figure and figure.value >= _ROOM_FOR_TEXT else "outside"


def _errors(found: Sequence[Figure | None]) -> dict[str, object]:
    """The intervals as Plotly's error bars."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, one.high - one.value) if one else 0 for one in found],
        "arrayminus": [max(0.0, one.value - one.low) if one else 0 for one in found],
        "thickness": 1.5,
        "width": 4,
        "color": _GREY,
    }


def _ends(figure: Figure | None) -> list[float]:
    return [figure.low, figure.high] if figure else [0.0, 0.0]


def recalls_of_models(models: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """How many of each class's faces several models find, as bars beside each other.

    Args:
        models: each class's recall, 0 to 1, by the models' names.
    """
    chart = go.Figure()
    for place, (model, recall) in enumerate(_as_texts(models)):
        chart.add_bar(
            name=model,
            x=[display_name(name) for name in recall],
            y=list(recall.values()),
            marker={"color": _model_colour(place), "pattern": {"shape": PATTERNS[place % len(PATTERNS)]}},
            hovertemplate="%{x}: %{y:.1%}<extra>" + model + "</extra>",
        )
    chart.update_yaxes(title="Recall", tickformat=".0%", range=[0, 1])
    return chart.update_layout(height=300, margin={"l": 0, "r": 8, "t": 8, "b": 8}, legend={"orientation": "h"})


def _model_colour(place: int) -> str:
    return MODEL_COLOURS[place % len(MODEL_COLOURS)]


def _laid_out(chart: go.Figure, height: int, legend: bool = False) -> go.Figure:
    return chart.update_layout(
        height=height,
        showlegend=legend,
        margin={"l": 0, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
