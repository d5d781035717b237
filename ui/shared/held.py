"""What a visit keeps in memory alone: who loads the page anew, which begins another visit, is told that it is gone."""

from __future__ import annotations

import secrets

import streamlit as st

_KEY, _VISIT, _LOST = "held keeper", "visit", "held was lost"
#: The browser's tab remembers in which visit something was held here. It is asked where nothing is: by the same visit
#: it was cleared, by another one lost.
_JS = """
export default function ({ data, setTriggerValue }) {
  const key = `held on ${data.page}`
  const visit = window.sessionStorage.getItem(key)
  if (data.held) window.sessionStorage.setItem(key, data.visit)
  else if (visit) {
    window.sessionStorage.removeItem(key)
    if (visit !== data.visit) setTriggerValue("lost", true)
  }
}
"""
_keeper = st.components.v2.component("held_keeper", js=_JS)


def say_if_lost(page: str, held: bool, what: str) -> None:
    """Once on a page that keeps something in memory alone; below, it says that this is gone.

    Args:
        page: the page's name.
        held: whether there is something now.
        what: what is gone, and the way on, as the end of a sentence.
    """
    visit = st.session_state.setdefault(_VISIT, secrets.token_hex(8))
    with st.container(key=_KEY):
        _keeper(key=f"{_KEY} itself", data={"page": page, "held": held, "visit": visit}, on_lost_change=_note)
    if st.session_state.pop(_LOST, False):
        st.info(
            f"The page was loaded anew, which ends a visit and what it kept in memory: {what}",
            icon=":material/refresh:",
        )


def _note() -> None:
    st.session_state[_LOST] = True
