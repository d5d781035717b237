"""Correcting a set: an import is never changed, a set derived from it is; every correction can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import unique_name
from ui.datasets import view
from ui.shared import access
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun

if TYPE_CHECKING:
    from emotion_core.datasets import Act, Edits


def correct(name: str, do: Callable[[Edits], None]) -> None:
    """Correct a set; for callbacks. An import stays as it is: a set derived from it is made, and looked at from now on.

    What goes wrong is shown on the page.
    """
    from emotion_core.datasets import DatasetError, derive, edits_of, stored_description

    st.session_state.set_turn = turn() + 1
    try:
        if stored_description(name).base is None or not access.may_change(access.DATA, name):
            derived = derive(name, unique_name(f"{name[:50]} corrected")).name
            access.claim(access.DATA, derived)
            notify_after_rerun(f"Your corrections go into the new set {derived}. The import {name} stays as it is.")
            view.choose(derived)
            name = derived
        do(edits_of(name))
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))


def turn() -> int:
    """How often something was corrected or undone in this session."""
    return st.session_state.get("set_turn", 0)


def in_words(act: Act) -> str:
    """A correction in a few words."""
    faces = f"face {act.rows[0]}" if len(act.rows) == 1 else f"{len(act.rows):,} faces"
    return {
        "relabel": f"{faces} labelled {act.to}",
        "move": f"{faces} moved to {act.to}",
        "exclude": f"{faces} excluded",
        "include": f"{faces} included again",
    }[act.act]


def _undo(name: str) -> None:
    """Take the last correction back; for callbacks."""
    correct(name, lambda edits: _notify_undone(edits.undo()))


def _notify_undone(act: Act | None) -> None:
    """Say which correction was taken back."""
    if act:
        notify_after_rerun(f"Undone: {in_words(act)}.")


def undo_button(shown: view.View, key: str) -> None:
    """A button that takes the last correction back, and says which that is."""
    label = f"Undo: {in_words(shown.acts[-1])}" if shown.acts else "Undo"
    st.button(label, on_click=_undo, args=(shown.name,), key=key, icon=":material/undo:", disabled=not shown.acts)
