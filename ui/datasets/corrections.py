"""Correcting a set: an import is never changed, a set derived from it is; every correction can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import display_name
from ui.datasets import view
from ui.shared import access
from ui.shared.layout import count
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emotion_core.datasets import Act

#: In the session: what was corrected in it, by the name of the set.
_OWN = "set_own_acts"


def correct(shown: view.View, act: Act) -> bool:
    """Correct a set as it was shown; for callbacks. An import stays as it is; its corrections go into another set.

    Returns:
        whether it was done. What went wrong, and what others have done meanwhile, is shown on the page.
    """
    from emotion_core.datasets import DatasetError, corrected_set, edits_of

    try:
        name = corrected_set(
            st.session_state.get(view.NEXT, shown.name), lambda other: access.may_change(access.DATA, other)
        )
        if name != shown.name:
            access.claim(access.DATA, name)
            _go_on_in(name, shown.name)
        before = edits_of(name).add(act)
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))
        return False
    _tell_of_others(shown, name, act, before)
    _own(name).append(act)
    return True


def undo(shown: view.View) -> Act | None:
    """Take back what was corrected last in this session, else what was corrected last; for callbacks.

    Returns:
        what was taken back, if there was anything.
    """
    from emotion_core.datasets import DatasetError, edits_of

    last = undone_next(shown)
    if last is None:
        return None
    try:
        undone = edits_of(shown.name).undo(last)
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))
        return None
    own = _own(shown.name)
    if own:
        own.pop()
    if undone:
        notify_after_rerun(f"Undone: {in_words(undone)}.")
    return undone


def undone_next(shown: view.View) -> Act | None:
    """What `undo` would take back; nothing of a set that somebody else corrects alone."""
    if not access.may_change(access.DATA, shown.name):
        return None
    own = _own(shown.name)
    return own[-1] if own else shown.acts[-1] if shown.acts else None


def in_words(act: Act) -> str:
    """A correction in a few words."""
    faces = f"face {act.rows[0]}" if len(act.rows) == 1 else f"{len(act.rows):,} faces"
    return {
        "relabel": f"{faces} labelled {display_name(act.to).lower()}",
        "move": f"{faces} moved to {act.to}",
        "exclude": f"{faces} excluded",
        "include": f"{faces} included again",
    }[act.act]


def undo_button(shown: view.View, key: str) -> None:
    """A button that takes the last correction back, and says which that is."""
    last = undone_next(shown)
    label = f"Undo: {in_words(last)}" if last else "Undo"
    st.button(label, on_click=_undo, args=(shown,), key=key, icon=":material/undo:", disabled=last is None)


def _undo(shown: view.View) -> None:
    undo(shown)


def tell_of_others(shown: view.View) -> None:
    """Say that somebody else corrects the set at the same time, once for what came in since the last look."""
    known: dict[str, int] = st.session_state.setdefault("set_acts_of_others", {})
    others = len(_by_others(shown.name, shown.acts))
    new = others - known.setdefault(shown.name, others)
    known[shown.name] = others
    if new > 0:
        st.toast(
            f"Somebody else is correcting this set, too: {count(new, 'correction')} came in. All are kept.",
            icon=":material/group:",
        )


def _tell_of_others(shown: view.View, name: str, act: Act, before: list[Act]) -> None:
    """Say so where the same faces were corrected in a way that was not seen when this correction was made."""
    seen, rows = set(shown.acts), set(act.rows)
    unseen = [other for other in _by_others(name, before) if other not in seen and rows.intersection(other.rows)]
    if unseen:
        who = "Somebody else did this in the meantime" if name == shown.name else f"This had been done in {name} before"
        notify_after_rerun(
            f"{who}: {in_words(unseen[-1])}. Your correction came later and counts; undo it, and the one before does."
        )


def _by_others(name: str, acts: Iterable[Act]) -> list[Act]:
    """The acts that were not done in this session."""
    own = set(_own(name))
    return [act for act in acts if act not in own]


def _own(name: str) -> list[Act]:
    """What was corrected in this session and not undone, the last one last."""
    return st.session_state.setdefault(_OWN, {}).setdefault(name, [])


def _go_on_in(name: str, imported: str) -> None:
    """Look at the set that corrections of an import go into from now on."""
    st.session_state[view.NEXT] = name
    notify_after_rerun(f"Your corrections go into the set {name}. The import {imported} stays as it is.")
