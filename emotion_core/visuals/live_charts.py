"""A whole stream's faces as Plotly figures. They carry no theme, so that light and dark pages lay theirs over them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.inference.words import UNCERTAIN, percent
from emotion_core.streams.observations import Observation, by_face
from emotion_core.streams.segments import find_segments, shares

#: Height of a face's row, and of the legend over all, in pixels.
ROW = 36
LEGEND = 36
LABELS = (*EMOTIONS, UNCERTAIN)


def timeline(observations: Sequence[Observation], start: float = 0.0) -> go.Figure:
    """When each face had which label: a row a face, a coloured bar a segment.

    Args:
        observations: of all faces, the oldest first.
        start: where the chart begins, in seconds.
    """
    figure = go.Figure()
    found = find_segments(observations)
    end = max((segment.end for segment in found), default=start)
    for name in LABELS:
        parts = [segment for segment in found if segment.emotion == name]
        if not parts:
            continue
        figure.add_bar(
            base=[part.start for part in parts],
            x=[part.end - part.start for part in parts],
            y=[f"Face {part.number}" for part in parts],
            name=name.capitalize(),
            orientation="h",
            marker=_marker(name),
            customdata=[(part.start, part.end) for part in parts],
            hovertemplate=f"%{{y}}, {name}: %{{customdata[0]:.1f}} to %{{customdata[1]:.1f}} s<extra></extra>",
        )
    figure.update_xaxes(range=[start, end], ticksuffix=" s", showgrid=False)
    figure.update_layout(barmode="overlay")
    return _by_face(figure, observations, below=28)


def expression_shares(observations: Sequence[Observation]) -> go.Figure:
    """What part of its time each face had each label: a bar a face."""
    found = shares(observations)
    figure = go.Figure()
    for name in LABELS:
        values = {number: share[name] for number, share in found.items() if name in share}
        if not values:
            continue
        figure.add_bar(
            x=list(values.values()),
            y=[f"Face {number}" for number in values],
            # Where a part is too narrow for its words they are left out; the table below has them all.
            text=[f"{name.capitalize()} {percent(value)}" if value > 0.12 else "" for value in values.values()],
            textposition="inside",
            insidetextanchor="middle",
            name=name.capitalize(),
            orientation="h",
            marker=_marker(name),
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


def _marker(name: str) -> dict[str, object]:
    # A second sign besides the colour, as neutral is grey too.
    return {"color": COLOURS[name], "pattern": {"shape": "/" if name == UNCERTAIN else ""}, "line": {"width": 0}}
