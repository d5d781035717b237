"""What a stream shows now and of its last minute, as HTML, which takes its letters and their colour from the page.

Streamlit takes a Plotly chart away and makes it anew whenever its numbers change: one that changes every second would
be gone for a part of every second. HTML changes where it stands, and costs the browser next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from emotion_core.classes import colours_of
from emotion_core.emotions import display_name
from emotion_core.inference.html import described
from emotion_core.streams.observations import STEP, Observation, classes_of
from emotion_core.streams.segments import GAP
from emotion_core.visuals.patterns import patterned, patterns_of

#: No more points a line: more are not seen.
POINTS = 150

_MINUTE = "position: relative; height: 108px; background: rgba(128, 128, 128, 0.1)"
_AREA = "position: absolute; inset: 0"
_TICKS = "display: grid; grid-template-columns: repeat(3, 1fr); font-size: 0.75rem; opacity: 0.7"
_KEY = "display: flex; flex-wrap: wrap; gap: 4px 12px; margin-top: 4px; font-size: 0.75rem"
_SWATCH = "display: inline-block; width: 20px; height: 12px; margin-right: 4px; vertical-align: -1px"


def last_seconds(
    observations: Sequence[Observation],
    now: float,
    seconds: float,
    colours: Mapping[str, str] | None = None,
    model: str = "",
) -> str:
    """One face's probabilities over the last seconds as areas on one another; empty where the face was gone.

    Args:
        observations: of one face, the oldest first.
        now: where the chart ends, in seconds.
        seconds: how far it goes back.
        colours: those that the model gives to its classes; see `classes.colours_of`.
        model: its name, where several are shown.
    """
    rows, classes = with_gaps(thinned(observations)), classes_of(observations[-1:])
    coloured = colours_of(classes, colours)
    across = 100 * (1 + (np.array([time for time, _ in rows]) - now) / seconds)
    tops = 100 * (1 - np.cumsum(np.array([row for _, row in rows]).reshape(-1, len(classes)), axis=1))
    shapes = patterns_of(classes)
    looks = {name: patterned(shapes[name], coloured[name]) for name in classes}
    areas = [_area(looks[name], across, tops[:, place]) for place, name in enumerate(classes) if rows]
    ticks = _tick(f"{seconds:.0f} s ago", "left") + _tick(f"{seconds / 2:.0f} s ago", "center") + _tick("now", "right")
    # Each area reaches down to the ground, and those below are painted over it.
    chart = f'<div style="{_MINUTE}">{"".join(areas[::-1])}</div><div style="{_TICKS}">{ticks}</div>'
    chart += f'<div style="{_KEY}">{"".join(map(_key, looks, looks.values()))}</div>'
    by = f", by {model}" if model else ""
    return described(f"The probabilities over the last {seconds:.0f} seconds{by}", chart)


def _key(name: str, look: str) -> str:
    return f'<span><span style="{_SWATCH}; background: {look}"></span>{escape(display_name(name))}</span>'


def _area(look: str, across: np.ndarray, tops: np.ndarray) -> str:
    line = [(across[0], 100.0), *zip(across, tops, strict=True), (across[-1], 100.0)]
    corners = ", ".join(f"{x:.2f}% {y:.1f}%" for x, y in line)
    return f'<div style="{_AREA}; background: {look}; clip-path: polygon({corners})"></div>'


def _tick(words: str, place: str) -> str:
    return f'<span style="text-align: {place}">{words}</span>'


def thinned(observations: Sequence[Observation]) -> list[Observation]:
    """At most `POINTS` observations, evenly chosen, the last one among them."""
    step = -(-len(observations) // POINTS) or 1
    return list(observations[::-1][::step])[::-1]


def with_gaps(observations: Sequence[Observation]) -> list[tuple[float, tuple[float, ...]]]:
    """Times and probabilities of the last model; where a face was gone these fall to nothing and rise again."""
    classes = classes_of(observations[-1:])
    nothing = (0.0,) * len(classes)
    rows: list[tuple[float, tuple[float, ...]]] = []
    for observation in observations:
        if observation.classes != classes:  # of another model, before this one was chosen
            continue
        if rows and observation.time - rows[-1][0] > GAP:
            rows += [(rows[-1][0] + STEP / 10, nothing), (observation.time - STEP / 10, nothing)]
        rows.append((observation.time, observation.probabilities))
    return rows
