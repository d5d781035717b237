"""How a page works, at a click."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.help.words import HELP

DOCS = Path(__file__).parent.parent.parent / "docs"


def how_this_works(title: str) -> None:
    """A button that opens what a page says of itself, if it says anything."""
    if title in HELP and st.button("How this works", icon=":material/menu_book:", type="tertiary", key="how"):
        _show(title)


@st.dialog("How this works", width="medium")
def _show(title: str) -> None:
    help = HELP[title]
    st.markdown("\n".join(f"{number}. {point}" for number, point in enumerate(help.points, start=1)))
    _picture(help.picture, help.caption)
    guide = DOCS / help.guide
    if guide.is_file():
        with st.expander("Read on: the guide", icon=":material/article:"):
            st.markdown(guide.read_text("utf-8").partition("\n")[2])


def _picture(name: str, caption: str) -> None:
    from emotion_core.models import ModelError
    from ui.help import pictures

    try:
        picture = getattr(pictures, name)()
    except (ModelError, OSError):  # the words are worth reading without it
        return
    if hasattr(picture, "data") and hasattr(picture, "layout"):
        st.plotly_chart(picture, config={"staticPlot": True}, alt=caption)
        st.caption(caption)
    else:
        st.image(picture, caption=caption, alt=caption)
