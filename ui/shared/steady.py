"""A chart that changes again and again while it is looked at, and is there all the time.

Streamlit takes a chart off the page when its figure changes, and draws the new one only then: on a busy machine there
is none for up to a second. So there are two in one place: one is seen until the other one is drawn.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Seconds from one figure to the next: before the newest is drawn, the other one must not change.
BETWEEN = 3.0
#: The newest is drawn once its axis has ticks; what was there before Streamlit may retain beside it, not shown.
#: Neither fades while the page runs, which it does all the time.
_STYLE = """<style>
.st-key-{name} {{ position: relative; }}
.st-key-{name} [data-testid=stElementContainer] {{ opacity: 1 !important; }}
.st-key-{name}:has({drawn}) .st-key-{name}-{older},
.st-key-{name}:not(:has({drawn})) .st-key-{name}-{newest} {{
  position: absolute; inset: 0 0 auto 0; visibility: hidden;
}}
</style>"""
_DRAWN = ".st-key-{name}-{newest}:not([data-retained]) .xtick"


@dataclass
class _Two:
    """Two figures with their alternative texts, which of them is the newest, since when, by a clock, and of what."""

    figures: list[tuple[go.Figure, str]]
    newest: int
    since: float
    of: Hashable


def steady_chart(key: str, figure: go.Figure, alt: str, config: dict[str, Any], of: Hashable) -> None:
    """Show a figure that changes, from a fragment that runs again and again.

    Args:
        key: tells this chart from others: letters and blanks.
        figure, alt, config: as of `st.plotly_chart`.
        of: what is shown and how, such as a run's name and the scale; where that differs, the chart begins anew.
    """
    now = time.monotonic()
    kept: _Two | None = st.session_state.get(key)
    if kept is None or kept.of != of:
        kept = st.session_state[key] = _Two([(figure, alt)] * 2, 0, now, of)
    if now - kept.since >= BETWEEN and kept.figures[kept.newest] != (figure, alt):
        kept.newest, kept.since = 1 - kept.newest, now
        kept.figures[kept.newest] = figure, alt
    name = key.replace(" ", "-")
    with st.container(key=name):
        for place, (one, words) in enumerate(kept.figures):
            st.plotly_chart(one, key=f"{name}-{place}", alt=words, config=config)
        # Last: until the newest is taken off to be drawn anew, it would be seen as it was before.
        places = {"name": name, "newest": kept.newest, "older": 1 - kept.newest}
        st.html(_STYLE.format(**places, drawn=_DRAWN.format(**places)))
