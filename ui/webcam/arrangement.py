"""Where things stand while the camera runs: the answer beside the picture, on a phone right below it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

#: The container's key of what comes after the answer on a phone.
BELOW = "below the answer"
_LIVE = "live parts"
#: Streamlit stacks columns where there is little room, the whole first one above the second: the marks and settings
#: below the picture would stand between it and its answer.
_STYLE = """<style>
@media (max-width: 640px) {
  .st-key-live-parts > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {
    flex-direction: column; flex-wrap: nowrap;
  }
  .st-key-live-parts [data-testid="stColumn"]:first-child:has(.st-key-below-the-answer),
  [data-testid="stColumn"]:first-child > [data-testid="stVerticalBlock"]:has(.st-key-below-the-answer) {
    display: contents;
  }
  .st-key-live-parts [data-testid="stLayoutWrapper"]:has(> .st-key-below-the-answer) { order: 1; }
}
</style>"""


def parts() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The places for the picture with what belongs to it, and for the answer."""
    with st.container(key=_LIVE):
        st.html(_STYLE)
        left, right = st.columns([3, 2], gap="medium")
    return left, right
