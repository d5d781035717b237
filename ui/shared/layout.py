"""The layout of every page, and words that all pages use."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from ui.help.dialog import how_this_works
from ui.shared.access import unlock
from ui.shared.focus import keep_focus
from ui.shared.history import keep_history
from ui.shared.pages import WEBCAM
from ui.shared.top import keep_top
from ui.webcam.leaving import forget_unless_kept

NAME = "Emotion dashboard"
#: Streamlit writes what is chosen in the first colour of the theme, which is too near to the dark background.
#: Above a title it leaves twice the room of its own bar, and room between what is not seen. Text has one width on all
#: pages, that of Home.
#: Its charts have their axes' text in a grey of less than 4.5 : 1, and cells' text in the colour of a light page; code
#: in a caption is as pale. A table that had to be scrolled on a phone could not be by keyboard; what a long button
#: says was cut there.
_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.75rem; }
button[data-selected], button[data-selected] * { color: inherit !important; }
[data-testid="stLayoutWrapper"]:has(
  > :is(
    [class*="st-key-focus-keeper"], [class*="st-key-history-keeper"],
    [class*="st-key-held-keeper"], [class*="st-key-page-top"]
  )
) { display: none; }
[data-testid="stMarkdownContainer"] table { display: block; max-width: 100%; overflow-x: auto; }
[data-testid="stMarkdownContainer"] :is(p, ul, ol) { max-width: 46rem; }
@media (max-width: 40rem) {
  [data-testid="stMarkdownContainer"] :is(th, td) {
    padding: 0.25rem; font-size: 0.75rem; hyphens: auto; overflow-wrap: anywhere;
  }
  button [data-testid="stMarkdownContainer"], button [data-testid="stMarkdownContainer"] p { white-space: normal; }
}
[data-testid="stCaptionContainer"] code { color: inherit; }
.js-plotly-plot :is([class$="tick"] text, [class$="title"], .legendtext, .bartext-outside) {
  fill: currentColor !important; fill-opacity: 0.85 !important;
}
.js-plotly-plot .heatmap-label text { fill: currentColor !important; }
</style>"""
#: Characters that can be typed where a name is asked for: more than it may have, so that the page can say what is too
#: long. Of a text that is pasted and has no room a browser takes nothing, without a word.
NAME_ROOM = 200
#: A file of our own: of a Material symbol or an emoji the browser would ask a server outside.
FAVICON = Path(__file__).parent.parent.parent / ".streamlit" / "favicon.png"


def page_header(title: str, caption: str, wide: bool = False) -> None:
    """Title and one line of what the page is for. First on every page, which may be opened without Home."""
    st.set_page_config(page_title=f"{title} · {NAME}", page_icon=FAVICON, layout="wide" if wide else "centered")
    st.html(_STYLE)
    keep_focus()
    keep_history()
    keep_top()
    unlock()
    if title != WEBCAM.title:
        forget_unless_kept()
    st.title(title, anchor=False)
    st.markdown(caption)
    how_this_works(title)


def not_for() -> None:
    """What the answers are not for."""
    from emotion_core.evaluation import NOT_FOR

    st.caption(NOT_FOR)


def count(number: int, noun: str) -> str:
    """A number of things in words, such as "1 face" and "1,400 faces"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def plain(text: str) -> str:
    """Text such as a file's name, kept from being read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~:$<>-])", r"\\\1", text)


def choose(widget: str, value: str | list[str]) -> None:
    """Set a widget that stands in the address, by its key. To be called before it is shown."""
    if widget not in st.session_state:
        # A widget that is shown for the first time does not bring its value into the address.
        st.query_params[widget] = value
    st.session_state[widget] = value
