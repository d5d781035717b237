"""Faces that another part of the dashboard has picked out, to be looked at in the gallery and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from ui.datasets import filters, view
from ui.datasets.view import FACE, View
from ui.shared.pages import DATASETS

_ONLY, _GO = "set_only", "set_only_go"


@dataclass(frozen=True)
class Only:
    """Faces that are picked out.

    Attributes:
        data: the import that they are of.
        rows: its rows.
        words: which these are, as the end of "These are the faces ...".
    """

    data: str
    rows: tuple[int, ...]
    words: str


def show_only(data: str, rows: Iterable[int], words: str, opened: int | None = None) -> None:
    """Have the gallery show these faces of a set; for callbacks.

    Args:
        data: the set, derived or not.
        rows: of the import that it is or comes from.
        words: which these are, as the end of "These are the faces ...".
        opened: the face that is opened at once.
    """
    from emotion_core.datasets import stored_description

    filters.look_at()
    base = stored_description(data).base or data
    st.session_state.update({_ONLY: Only(base, tuple(map(int, rows)), words), view.NEXT: data, FACE: opened, _GO: data})


def open_gallery() -> None:
    """Go to the gallery, if `show_only` was just called on another page."""
    if data := st.session_state.pop(_GO, None):
        st.switch_page(DATASETS.path, query_params={view.SET: data})  # some, else those of widgets here are in the way


def only(shown: View) -> Only | None:
    """The faces of this set that were picked out, if any were."""
    st.session_state.pop(_GO, None)  # here we are
    picked: Only | None = st.session_state.get(_ONLY)
    return picked if picked and picked.data == view.import_of(shown) else None


def show_all() -> None:
    """Look at all faces again; for callbacks."""
    st.session_state.pop(_ONLY, None)
    filters.look_at()
