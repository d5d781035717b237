"""How expressions go through a video, as Plotly figures without a theme: pages lay theirs over them, light or dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from emotion_core.classes import colours_of
from emotion_core.emotions import EMOTIONS, display_name
from emotion_core.inference.words import UNCERTAIN, percent
from emotion_core.video.result import VideoResult
from emotion_core.video.timelines import PersonTimeline, Span
from emotion_core.visuals.patterns import patterns_of
from emotion_core.visuals.plotly_text import as_text

#: Heights in pixels: of a person's lane, of the legend over all, of what stands below, and of curves.
LANE, LEGEND, BELOW, CURVES = 36, 36, 28, 280
#: Curves are drawn with so many points at the most; of more, the highest and the lowest of each part.
MOST_POINTS = 2000


def video_lanes(
    lines: Sequence[PersonTimeline], classes: Sequence[str] = EMOTIONS, colours: Mapping[str, str] | None = None
) -> go.Figure:
    """When each person looked how: a lane a person, a coloured bar a time with one expression.

    Args:
        classes, colours: those of the model that read them; see `classes.colours_of`.
    """
    figure = go.Figure()
    coloured, shapes = colours_of(classes, colours), patterns_of(classes)
    for label in (*classes, UNCERTAIN):
        spans = [(as_text(line.name), span) for line in lines for span in line.spans if span.label == label]
        if spans:
            figure.add_bar(**_bars(label, spans, coloured[label], shapes[label]))
    figure.update_xaxes(ticksuffix=" s", showgrid=False)
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[as_text(line.name) for line in reversed(lines)],
        fixedrange=True,
        ticks="",
        showgrid=False,
        automargin=True,
    )
    figure.update_layout(
        height=LEGEND + LANE * len(lines) + BELOW,
        margin={"l": 0, "r": 0, "t": LEGEND, "b": BELOW},
        barmode="overlay",
        bargap=0.25,
        showlegend=True,
        legend=_LEGEND,
    )
    return figure


def video_curves(line: PersonTimeline, result: VideoResult, points: int = MOST_POINTS) -> go.Figure:
    """One person's probabilities, smoothed, and how well the face can be read; with gaps where it is not seen.

    Args:
        line: the person's.
        result: that it is made from.
        points: so many are drawn of each curve at the most.
    """
    figure, coloured = go.Figure(), colours_of(result.classes, result.colours)
    for column, name in enumerate(result.classes):
        times, values = _with_gaps(line, line.curves[:, column], points)
        figure.add_scatter(
            x=times,
            y=values,
            name=display_name(name),
            line={"color": coloured[name], "width": 2},
            hovertemplate=f"%{{x:.2f}} s, {name}: %{{y:.0%}}<extra></extra>",
        )
    times, values = _with_gaps(line, result.quality[line.rows].astype(float), points)
    figure.add_scatter(
        x=times,
        y=values,
        name="Quality",
        line={"color": coloured[UNCERTAIN], "width": 1, "dash": "dot"},
        hovertemplate="%{x:.2f} s, quality: %{y:.0%}<extra></extra>",
    )
    figure.update_xaxes(ticksuffix=" s", showgrid=False)
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%", fixedrange=True)
    figure.update_layout(
        height=CURVES, margin={"l": 0, "r": 0, "t": LEGEND, "b": BELOW}, showlegend=True, legend=_LEGEND
    )
    return figure


def thinned_course(times: np.ndarray, values: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """At most so many points of a curve, with all its peaks: the lowest and the highest of each part, in order."""
    if len(times) <= points:
        return times, values
    kept: list[int] = []
    for part in np.array_split(np.arange(len(times)), max(points // 2, 1)):
        kept += sorted({int(part[values[part].argmin()]), int(part[values[part].argmax()])})
    return times[kept], values[kept]


_LEGEND = {
    "orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False,
}  # fmt: skip


def _bars(label: str, spans: Sequence[tuple[str, Span]], colour: str, shape: str) -> dict[str, object]:
    return {
        "base": [span.start for _, span in spans],
        "x": [span.end - span.start for _, span in spans],
        "y": [name for name, _ in spans],
        "name": display_name(label),
        "orientation": "h",
        "marker": {
            "color": colour,
            "pattern": {"shape": shape, "size": 7, "solidity": 0.25},
            "line": {"width": 0},
        },
        "customdata": [(span.start, span.end) for _, span in spans],
        "hovertemplate": f"%{{y}}, {label}: %{{customdata[0]:.2f}} to %{{customdata[1]:.2f}} s<extra></extra>",
    }


def _with_gaps(line: PersonTimeline, values: np.ndarray, points: int) -> tuple[list[float], list[float | None]]:
    """A curve as lists, with a hole between two times in which the face was seen."""
    times: list[float] = []
    shown: list[float | None] = []
    for first, end in line.pieces:
        share = max(2, round(points * (end - first) / max(len(values), 1)))
        part_times, part_values = thinned_course(line.seconds[first:end], values[first:end], share)
        times += [*map(float, part_times), float(part_times[-1])]
        shown += [*(round(float(value), 4) for value in part_values), None]
    return times, shown


def shares_in_words(line: PersonTimeline) -> str:
    """What part of the time a person looked how: "happy 62 %, neutral 38 %"."""
    return ", ".join(f"{label} {percent(share)}" for label, share in line.shares.items())
