"""Where the keyboard goes on once a dialog has closed: where it was before."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_KEY = "focus keeper"
_keeper = st.components.v2.component("focus_keeper", js=Path(__file__).with_name("focus.js").read_text("utf-8"))


def keep_focus() -> None:
    """Once on every page: it is not seen, and watches dialogs and popovers."""
    with st.container(key=_KEY):
        _keeper(key=f"{_KEY} itself")
