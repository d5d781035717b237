"""Results as Plotly figures. They carry no theme, so that light and dark pages can lay theirs over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import plotly.graph_objects as go

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.inference.results import FaceResult, PhotoResult
from emotion_core.inference.words import UNCERTAIN, percent

#: Height of one bar with its gap, in pixels.
BAR = 28


def ranked_probabilities(face: FaceResult) -> go.Figure:
    """The seven probabilities of one face as bars, the highest on top."""
    names, shares = zip(*face.ranking, strict=True)
    return _bars(names, shares, [percent(share) for share in shares], longest=1.0)


def expression_counts(results: Iterable[PhotoResult]) -> go.Figure:
    """How many faces look how, over any number of pictures, in the order of `EMOTIONS` with the uncertain ones last."""
    counts = count_expressions(results)
    return _bars(tuple(counts), tuple(counts.values()), [str(count) for count in counts.values()])


def count_expressions(results: Iterable[PhotoResult]) -> dict[str, int]:
    """Faces by emotion, each of the eight possible answers named even if it was never given."""
    counts = Counter(face.emotion for result in results for face in result.faces)
    return {name: counts[name] for name in (*EMOTIONS, UNCERTAIN)}


def _bars(names: tuple[str, ...], values: tuple[float, ...], texts: list[str], longest: float = 0.0) -> go.Figure:
    """Horizontal bars, the first on top, each with its value written behind it."""
    longest = max(longest, *values) or 1.0
    bars = go.Bar(
        x=values,
        y=[name.capitalize() for name in names],
        text=texts,
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": [COLOURS[name] for name in names],
            # A second sign besides the colour, as neutral is grey too.
            "pattern": {"shape": ["/" if name == UNCERTAIN else "" for name in names]},
        },
        hoverinfo="skip",
    )
    figure = go.Figure(bars)
    # The value behind the longest bar needs room.
    figure.update_xaxes(visible=False, range=[0, longest * 1.18], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, ticks="", showgrid=False, automargin=True)
    figure.update_layout(height=BAR * len(names) + 8, margin={"l": 0, "r": 0, "t": 4, "b": 4}, bargap=0.3)
    return figure
