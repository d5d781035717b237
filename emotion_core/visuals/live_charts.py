"""A stream's faces over time as Plotly figures. They carry no theme, so that light and dark pages lay theirs over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.inference.history import GAP, STEP, Moment, by_face, shares, stretches
from emotion_core.inference.results import UNCERTAIN, FaceResult, percent
from emotion_core.visuals.charts import BAR

#: No more points a line: more are not seen, and cost the browser time that its video needs.
POINTS = 150
ROW = 36
ANSWERS = (*EMOTIONS, UNCERTAIN)


def current_probabilities(face: FaceResult, figure: go.Figure | None = None) -> go.Figure:
    """The seven probabilities of one face as bars, always in the same places so that they can grow and shrink.

    Args:
        face: whose they are.
        figure: one that this has made before, to be given the new numbers: plotly takes milliseconds for that, and a
            hundredth of a second, in which no other thread gets on, to make one.
    """
    figure = _empty_bars() if figure is None else figure
    values = [face.probabilities[name] for name in EMOTIONS]
    figure.data[0].x = values
    figure.data[0].text = [percent(value) for value in values]
    return figure


def _empty_bars() -> go.Figure:
    bars = go.Bar(
        y=[name.capitalize() for name in EMOTIONS],
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        marker={"color": [COLOURS[name] for name in EMOTIONS]},
        hoverinfo="skip",
    )
    figure = go.Figure(bars)
    figure.update_xaxes(visible=False, range=[0, 1.18], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, ticks="", showgrid=False, automargin=True)
    figure.update_layout(height=BAR * len(EMOTIONS) + 8, margin={"l": 0, "r": 0, "t": 4, "b": 4}, bargap=0.3)
    return figure


def last_seconds(moments: Sequence[Moment], now: float, seconds: float, figure: go.Figure | None = None) -> go.Figure:
    """One face's probabilities over the last seconds as areas on one another; empty where the face was gone.

    Args:
        moments: of one face, the oldest first.
        now: where the chart ends, in seconds.
        seconds: how far it goes back.
        figure: one that this has made before for as many seconds, see `current_probabilities`.
    """
    figure = _empty_seconds(seconds) if figure is None else figure
    rows = with_gaps(thinned(moments))
    times = np.array([time - now for time, _ in rows])  # arrays, which plotly does not look through number by number
    parts = np.array([row for _, row in rows]).reshape(-1, len(EMOTIONS))
    for area, heights in zip(figure.data, parts.T, strict=True):
        area.x, area.y = times, heights
    return figure


def _empty_seconds(seconds: float) -> go.Figure:
    figure = go.Figure()
    for name in EMOTIONS:
        figure.add_scatter(
            name=name.capitalize(),
            stackgroup="all",
            mode="lines",
            line={"width": 0},
            fillcolor=COLOURS[name],
            hoverinfo="skip",
        )
    figure.update_xaxes(
        range=[-seconds, 0],
        fixedrange=True,
        tickvals=[-seconds, -seconds / 2, 0],
        ticktext=[f"{seconds:.0f} s ago", f"{seconds / 2:.0f} s ago", "now"],
        showgrid=False,
    )
    figure.update_yaxes(visible=False, range=[0, 1], fixedrange=True)
    # The bars beside it carry the words to the colours.
    figure.update_layout(height=140, margin={"l": 32, "r": 20, "t": 4, "b": 28}, showlegend=False, uirevision="live")
    return figure


def thinned(moments: Sequence[Moment]) -> list[Moment]:
    """At most `POINTS` moments, evenly chosen, the last one among them."""
    step = -(-len(moments) // POINTS) or 1
    return list(moments[::-1][::step])[::-1]


def with_gaps(moments: Sequence[Moment]) -> list[tuple[float, tuple[float, ...]]]:
    """Times and probabilities; where a face was gone these fall to nothing and rise again."""
    nothing = (0.0,) * len(EMOTIONS)
    rows: list[tuple[float, tuple[float, ...]]] = []
    for moment in moments:
        if rows and moment.time - rows[-1][0] > GAP:
            rows += [(rows[-1][0] + STEP / 10, nothing), (moment.time - STEP / 10, nothing)]
        rows.append((moment.time, moment.probabilities))
    return rows


def time_line(moments: Sequence[Moment], start: float = 0.0) -> go.Figure:
    """When each face had which label: a row a face, a coloured stretch a label.

    Args:
        moments: of all faces, the oldest first.
        start: where the chart begins, in seconds.
    """
    figure = go.Figure()
    found = stretches(moments)
    end = max((stretch.end for stretch in found), default=start)
    for name in ANSWERS:
        parts = [stretch for stretch in found if stretch.emotion == name]
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
    figure.update_xaxes(title="Seconds", range=[start, end], showgrid=False)
    return _by_face(figure, moments, room=88)


def expression_shares(moments: Sequence[Moment]) -> go.Figure:
    """What part of its time each face had each label: a bar a face."""
    found = shares(moments)
    figure = go.Figure()
    for name in ANSWERS:
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
    return _by_face(figure, moments, room=44)


def _by_face(figure: go.Figure, moments: Sequence[Moment], room: int) -> go.Figure:
    """A row a face, the first on top, and the legend over all."""
    names = [f"Face {number}" for number in by_face(moments)]
    figure.update_yaxes(
        categoryorder="array", categoryarray=names[::-1], fixedrange=True, ticks="", showgrid=False, automargin=True
    )
    figure.update_layout(
        barmode="overlay" if room > 44 else "stack",
        height=ROW * len(names) + room,
        margin={"l": 0, "r": 0, "t": 36, "b": 4},
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False},
    )
    return figure


def _marker(name: str) -> dict[str, object]:
    # A second sign besides the colour, as neutral is grey too.
    return {"color": COLOURS[name], "pattern": {"shape": "/" if name == UNCERTAIN else ""}, "line": {"width": 0}}
