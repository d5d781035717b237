"""A whole stream's faces as Plotly figures. They carry no theme, so that light and dark pages lay theirs over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from emotion_core.classes import colours_of
from emotion_core.emotions import display_name
from emotion_core.inference.words import UNCERTAIN, percent
from emotion_core.streams.observations import Observation, by_face, classes_of
from emotion_core.streams.segments import find_segments, shares
from emotion_core.visuals.drawing import readable_on
from emotion_core.visuals.patterns import patterns_of

#: Height of a face's row, and of the legend over all, in pixels.
ROW = 36
LEGEND = 36


def timeline(
    observations: Sequence[Observation], start: float = 0.0, colours: Mapping[str, str] | None = None
) -> go.Figure:
    """When each face had which label: a row a face, a coloured bar a segment.

    Args:
        observations: of all faces, the oldest first.
        start: where the chart begins, in seconds.
        colours: those that the model gives to its classes; see `classes.colours_of`.
    """
    figure = go.Figure()
    found = find_segments(observations)
    end = max((segment.end for segment in found), default=start)
    labels, coloured = _labels(observations, colours)
    shapes = patterns_of(labels)
    for name in labels:
        parts = [segment for segment in found if segment.emotion == name]
        if not parts:
            continue
        figure.add_bar(
            base=[part.start for part in parts],
            x=[part.end - part.start for part in parts],
            y=[f"Face {part.number}" for part in parts],
            name=display_name(name),
            orientation="h",
            marker=_marker(coloured[name], shapes[name]),
            customdata=[(part.start, part.end) for part in parts],
            hovertemplate=f"%{{y}}, {name}: %{{customdata[0]:.1f}} to %{{customdata[1]:.1f}} s<extra></extra>",
        )
    figure.update_xaxes(range=[start, end], ticksuffix=" s", showgrid=False)
    figure.update_layout(barmode="overlay")
    return _by_face(figure, observations, below=28)


def expression_shares(observations: Sequence[Observation], colours: Mapping[str, str] | None = None) -> go.Figure:
    """What part of its time each face had each label: a bar a face. `colours` as for `timeline`."""
    found = shares(observations)
    figure = go.Figure()
    labels, coloured = _labels(observations, colours)
    for name in labels:
        values = {number: share[name] for number, share in found.items() if name in share}
        if not values:
            continue
        figure.add_bar(
            x=list(values.values()),
            y=[f"Face {number}" for number in values],
            # Where a part is too narrow for its words they are left out; the table below has them all.
            text=[f"{display_name(name)} {percent(value)}" if value > 0.12 else "" for value in values.values()],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": readable_on(coloured[name])},
            name=display_name(name),
            orientation="h",
            # In words where there is room; a pattern would make these hard to read. Uncertain is grey, as neutral is.
            marker=_striped(coloured[name]) if name == UNCERTAIN else {"color": coloured[name], "line": {"width": 0}},
            hovertemplate=f"%{{y}}, {name}: %{{x:.0%}}<extra></extra>",
        )
    figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True)
    figure.update_layout(barmode="stack")
    return _by_face(figure, observations, below=4)


def _by_face(figure: go.Figure, observations: Sequence[Observation], below: int) -> go.Figure:
    """A row a face, the first on top, the legend over all, and so many pixels below for what stands there."""
    names = [f"Face {number}" for number in by_face(observations)]
    figure.update_yaxes(
        categoryorder="array", categoryarray=names[::-1], fixedrange=True, ticks="", showgrid=False, automargin=True
    )
    figure.update_layout(
        height=LEGEND + ROW * len(names) + below,
        margin={"l": 0, "r": 0, "t": LEGEND, "b": below},
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False},
    )
    return figure


def _labels(
    observations: Sequence[Observation], chosen: Mapping[str, str] | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """All that a face may be called, in order, and the colours of these."""
    classes = classes_of(observations)
    return (*classes, UNCERTAIN), colours_of(classes, chosen)


def _marker(colour: str, shape: str) -> dict[str, object]:
    return {"color": colour, "pattern": {"shape": shape, "size": 7, "solidity": 0.25}, "line": {"width": 0}}


def _striped(colour: str) -> dict[str, object]:
    """A colour with faint stripes that make what is written on it no harder to read: they are its opposite."""
    stripes = "#ffffff" if readable_on(colour) == "#000000" else "#000000"
    pattern = {"shape": "/", "size": 7, "solidity": 0.25, "fillmode": "overlay", "fgcolor": stripes, "fgopacity": 0.3}
    return {"color": colour, "pattern": pattern, "line": {"width": 0}}
