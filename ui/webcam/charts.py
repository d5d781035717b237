"""How the faces of a stream that is over looked: charts of the share of each expression, and of when each was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import percent
from ui.shared.layout import plain

if TYPE_CHECKING:
    from emotion_core.streams import LiveSession, Observation

#: So many faces are shown.
MOST_FACES = 12


def charts(
    observations: list[Observation], start: float, colours: Mapping[str, str], model: str = "", key: str = "first"
) -> None:
    """Both charts, of the faces that were seen longest.

    Args:
        observations: what one model said, the oldest first.
        start: where the time line begins, in seconds.
        colours: those that the model gives to its classes.
        model: its name, where two were asked.
        key: tells these charts from others on the page.
    """
    from emotion_core.streams import longest_seen, shares
    from emotion_core.visuals import expression_shares, timeline

    shown = longest_seen(observations, MOST_FACES)
    by = f", by {model}" if model else ""
    in_words = "; ".join(
        f"face {number} " + ", ".join(f"{name} {percent(share)}" for name, share in part.items())
        for number, part in shares(shown).items()
    )
    bar = {"displayModeBar": False}
    st.markdown(f"**Share of each expression**{plain(by)}")
    figure = expression_shares(shown, colours)
    st.plotly_chart(figure, config=bar, key=f"live shares {key}", alt=f"Shares{by}: {in_words}")
    st.markdown(f"**Timeline**{plain(by)}")
    figure = timeline(shown, start, colours)
    words = f"When each face had which expression{by}: {in_words}"
    st.plotly_chart(figure, config=bar, key=f"live timeline {key}", alt=words)


def colours_by(session: LiveSession, model: str) -> Mapping[str, str]:
    """The colours that a model of a session gives to its classes; none where it has another one by now."""
    classifiers = (session.classifier, session.second_classifier)
    return next((one.card.colours for one in classifiers if one and one.named == model), {})
