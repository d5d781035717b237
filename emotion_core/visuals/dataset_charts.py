"""Data sets as Plotly figures and pictures. The figures carry no theme, so that any page lays its own over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import plotly.graph_objects as go

from emotion_core.classes import colours_of
from emotion_core.emotions import COLOURS, EMOTIONS, OTHERS, display_name
from emotion_core.visuals.charts import BAR

#: Splits in their order with the pattern that tells them apart on bars of one colour.
SPLIT_PATTERNS = {"train": "", "validation": "/", "test": "x"}
_GREY = COLOURS["uncertain"]
#: Of groups that have no colour of their own, told apart by the colour-blind.
GROUP_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#66717A")


def label_counts(
    counts: Mapping[str, Mapping[str, int]], classes: Sequence[str] = EMOTIONS, chosen: Mapping[str, str] | None = None
) -> go.Figure:
    """How many faces of each label and split: a bar a label in the order of the classes, a part of it a split.

    Args:
        counts: how many by split and label.
        classes, chosen: the data set's, and the colours that it gives them; see `classes.colours_of`.
    """
    names = shown_labels(counts, classes)
    colours = colours_of(classes, chosen)
    figure = go.Figure()
    for split, pattern in SPLIT_PATTERNS.items():
        if split not in counts:
            continue
        figure.add_bar(
            x=[counts[split].get(name, 0) for name in names],
            y=[display_name(name) for name in names],
            orientation="h",
            showlegend=False,
            marker={
                "color": [colours.get(name, _GREY) for name in names],
                "pattern": {"shape": pattern, "fgopacity": 0.6},
            },
            hovertemplate=f"%{{y}}, {split}: %{{x:,}}<extra></extra>",
        )
        figure.add_bar(  # no bar, but the split's grey entry in the legend
            x=[None], y=[display_name(names[0])], name=split, marker={"color": _GREY, "pattern": {"shape": pattern}}
        )
    totals = [sum(labels.get(name, 0) for labels in counts.values()) for name in names]
    for name, total in zip(names, totals, strict=True):
        figure.add_annotation(
            x=total, y=display_name(name), text=f"{total:,}", showarrow=False, xanchor="left", xshift=4
        )
    figure.update_xaxes(visible=False, range=[0, max(totals) * 1.14], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, ticks="", showgrid=False, automargin=True, title="")
    figure.update_layout(
        barmode="stack",
        height=BAR * len(names) + 44,
        margin={"l": 0, "r": 0, "t": 36, "b": 4},
        bargap=0.3,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False},
    )
    figure.update_layout(legend_traceorder="normal")
    return figure


def shown_labels(counts: Mapping[str, Mapping[str, int]], classes: Sequence[str] = EMOTIONS) -> list[str]:
    """The classes, and of the other labels those that occur."""
    there = {name for labels in counts.values() for name in labels}
    return [*classes, *(name for name in OTHERS if name in there and name not in classes)]


def face_map(
    places: np.ndarray, rows: np.ndarray, groups: Mapping[str, np.ndarray] | None, shade: np.ndarray | None = None
) -> go.Figure:
    """Faces as points, coloured by their group or shaded by a value; each carries its row as custom data.

    Args:
        places: (N, 2), where each face lies.
        rows: the faces that are shown.
        groups: which of these rows belong to each group, by its name: a label or a split.
        shade: instead, (N,) values from 0 to 1 or NaN, one a face.
    """
    figure = go.Figure()
    for number, (name, members) in enumerate((groups or {}).items()):
        colour = COLOURS.get(name, GROUP_COLOURS[number % len(GROUP_COLOURS)])
        _add_points(figure, places, members, display_name(name), {"color": colour})
    if shade is not None:
        marker = {
            "color": shade[rows],
            "colorscale": "Viridis",
            "cmin": 0,
            "cmax": 1,
            "colorbar": {"title": "Issue score"},
        }
        _add_points(figure, places, rows, "Faces", marker)
    axes = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**axes)
    figure.update_yaxes(**axes, scaleanchor="x")
    figure.update_layout(
        height=560,
        margin={"l": 0, "r": 0, "t": 32, "b": 0},
        dragmode="lasso",
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemsizing": "constant"},
        showlegend=shade is None,
        uirevision="places",
    )
    return figure


def _add_points(figure: go.Figure, places: np.ndarray, rows: np.ndarray, name: str, marker: dict) -> None:
    figure.add_scattergl(
        x=places[rows, 0],
        y=places[rows, 1],
        customdata=rows.astype(np.int32),
        mode="markers",
        name=name,
        marker={"size": 4 if len(places) > 2000 else 8, "opacity": 0.7, **marker},
        hovertemplate=f"face %{{customdata}}, {name.lower()}<extra></extra>",
    )


def mean_face(images: np.ndarray) -> np.ndarray:
    """The mean of (N, h, w) or (N, h, w, 3) uint8 images, as uint8 of one image's shape; N is at least 1."""
    total = np.zeros(images.shape[1:], dtype=np.int64)
    for start in range(0, len(images), 1024):
        total += np.asarray(images[start : start + 1024]).sum(axis=0, dtype=np.int64)
    return np.rint(total / len(images)).astype(np.uint8)


def sprite(images: Sequence[np.ndarray], columns: int, largest: int) -> np.ndarray:
    """Images of one shape in rows of so many, as one image; the last row is filled up with white.

    Args:
        images: (h, h) grey or (h, h, 3) colour, uint8; at least one.
        columns: how many there are in a row.
        largest: larger ones are reduced to this side.
    """
    side = min(largest, images[0].shape[0])
    tiles = [
        np.asarray(image)
        if image.shape[0] == side
        else cv2.resize(np.asarray(image), (side, side), interpolation=cv2.INTER_AREA)
        for image in images
    ]
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % columns)
    rows = [np.concatenate(tiles[start : start + columns], axis=1) for start in range(0, len(tiles), columns)]
    return np.concatenate(rows, axis=0)
