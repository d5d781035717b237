"""Back to the top of the page, where what it shows becomes something else."""

from __future__ import annotations

import streamlit as st

_KEY = "page top"
_JS = """
// The first time, the page is only just opened.
export default function ({ data }) {
  const turned = window.pageTurns !== undefined && window.pageTurns !== data.turns
  window.pageTurns = data.turns
  if (turned) document.querySelector("[data-testid=stMain]").scrollTo(0, 0)
}
"""
_top = st.components.v2.component("page_top", js=_JS)


def keep_top() -> None:
    """Once on every page: it is not seen."""
    with st.container(key=_KEY):
        _top(key=f"{_KEY} itself", data={"turns": st.session_state.get(_KEY, 0)})


def to_the_top() -> None:
    """Have the page scrolled up when it runs next: who clicked further down would not see where it begins."""
    st.session_state[_KEY] = st.session_state.get(_KEY, 0) + 1
