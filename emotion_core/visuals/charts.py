"""Results as Plotly figures. They carry no theme, so that light and dark pages can lay theirs over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import plotly.graph_objects as go

from emotion_core.classes import colours_of
from emotion_core.emotions import EMOTIONS, display_name
from emotion_core.inference.results import FaceResult, PhotoResult
from emotion_core.inference.words import UNCERTAIN, percent

#: Height of one bar with its gap, in pixels.
BAR = 28


def ranked_probabilities(face: FaceResult) -> go.Figure:
    """The probabilities of one face as bars, the highest on top."""
    names, shares = zip(*face.ranking, strict=True)
    colours = colours_of(list(face.probabilities), face.colours)
    return _bars(names, shares, [percent(share) for share in shares], colours, 1.0)


def expression_counts(results: Iterable[PhotoResult]) -> go.Figure:
    """How many faces look how, over any number of pictures, in the order of the classes, the uncertain ones last."""
    results = list(results)
    counts = count_expressions(results)
    chosen = next((face.colours for result in results for face in result.faces), {})
    colours = colours_of([name for name in counts if name != UNCERTAIN], chosen)
    return _bars(tuple(counts), tuple(counts.values()), [str(count) for count in counts.values()], colours)


def count_expressions(results: Iterable[PhotoResult]) -> dict[str, int]:
    """Faces by emotion, each possible answer named even if it was never given."""
    faces = [face for result in results for face in result.faces]
    counts = Counter(face.emotion for face in faces)
    classes = dict.fromkeys(name for face in faces for name in face.probabilities) or EMOTIONS
    return {name: counts[name] for name in (*classes, UNCERTAIN)}


def _bars(
    names: tuple[str, ...],
    values: tuple[float, ...],
    texts: list[str],
    colours: Mapping[str, str],
    longest: float = 0.0,
) -> go.Figure:
    """Horizontal bars, the first on top, each with its value written behind it."""
    longest = max(longest, *values) or 1.0
    bars = go.Bar(
        x=values,
        y=[display_name(name) for name in names],
        text=texts,
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": [colours[name] for name in names],
            # A second sign besides the colour, as neutral is grey too.
            "pattern": {"shape": ["/" if name == UNCERTAIN else "" for name in names]},
        },
        hoverinfo="skip",
    )
    figure = go.Figure(bars)
    # The value behind the longest bar needs room.
    figure.update_xaxes(visible=False, range=[0, longest * 1.3], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, ticks="", showgrid=False, automargin=True)
    figure.update_layout(height=BAR * len(names) + 8, margin={"l": 0, "r": 0, "t": 4, "b": 4}, bargap=0.3)
    return figure
