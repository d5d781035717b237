"""Many faces selected, and corrected at once: undone as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from pydantic import BaseModel, ValidationError

from emotion_core.datasets import SPLITS
from emotion_core.emotions import display_name
from ui.datasets import corrections, view
from ui.datasets.view import View
from ui.shared.layout import count
from ui.shared.notifications import notify_after_rerun

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

#: In the session: the rows that are selected, of which import, and how often buttons have changed that.
_ROWS, _DATA, _TURNS = "set_selected", "set_selected_of", "set_selected_turns"
_LABEL, _SPLIT = "set_selected_label", "set_selected_split"


class Chosen(BaseModel):
    """What the browser sends: the rows of the page that it shows, and which of all are selected there."""

    page: list[int]
    chosen: list[int]


def selected(shown: View) -> set[int]:
    """The rows that are selected; none after another import was chosen."""
    if st.session_state.get(_DATA) != view.import_of(shown):
        _select(shown, ())
    return st.session_state[_ROWS]


def turns() -> int:
    """How often the selection was changed by other means than clicks on faces."""
    return st.session_state.get(_TURNS, 0)


def take(shown: View, sent: object) -> None:
    """Take what the browser has selected on its page; for callbacks."""
    try:
        chosen = Chosen.model_validate(sent)
    except ValidationError:
        return  # nothing of ours
    page = {row for row in chosen.page if 0 <= row < len(shown.table)}
    st.session_state[_ROWS] = (selected(shown) - page) | (page & set(chosen.chosen))


def bar(shown: View, rows: np.ndarray, here: np.ndarray) -> None:
    """What is selected, and what can be done with it.

    Args:
        rows: the faces that match the filters.
        here: those of them that are on this page.
    """
    chosen = selected(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        _button(f"All on this page ({len(here):,})", shown, here, ":material/select_all:", bool(len(here)))
        _button(f"All that match ({len(rows):,})", shown, rows, ":material/done_all:", bool(len(rows)))
        _button("Clear selection", shown, (), ":material/deselect:", bool(chosen))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_in_words(chosen, rows), width="content")
        none = not chosen
        st.menu_button(
            "Label as", shown.labels(), key=_LABEL, on_click=_relabel, args=(shown,), format_func=display_name,
            icon=":material/label:", disabled=none,
        )  # fmt: skip
        st.menu_button(
            "Move to", SPLITS, key=_SPLIT, on_click=_move, args=(shown,), format_func=str.capitalize,
            icon=":material/drive_file_move:", disabled=none,
        )  # fmt: skip
        for label, act, icon in (("Exclude", "exclude", "block"), ("Include again", "include", "add_circle")):
            st.button(
                label, key=f"set_selected_{act}", on_click=_correct, args=(shown, act), icon=f":material/{icon}:",
                disabled=none,
            )  # fmt: skip


def _button(label: str, shown: View, rows: Iterable[int], icon: str, enabled: bool) -> None:
    st.button(label, on_click=_select, args=(shown, rows), icon=icon, disabled=not enabled, type="tertiary")


def _select(shown: View, rows: Iterable[int]) -> None:
    st.session_state[_ROWS] = set(map(int, rows))
    st.session_state[_DATA] = view.import_of(shown)
    st.session_state[_TURNS] = turns() + 1


def _in_words(chosen: set[int], rows: np.ndarray) -> str:
    if not chosen:
        return "Select faces by their boxes; Shift selects up to there."
    outside = len(chosen.difference(rows.tolist()))
    more = f", {outside:,} of them not among those shown" if outside else ""
    return f"**{count(len(chosen), 'face')}** selected{more}"


def _relabel(shown: View) -> None:
    _correct(shown, "relabel", st.session_state[_LABEL])


def _move(shown: View) -> None:
    _correct(shown, "move", st.session_state[_SPLIT])


def _correct(shown: View, kind: str, to: str = "") -> None:
    """Correct those of the selected faces that are not so already, in one act; for callbacks."""
    from emotion_core.datasets import Act

    rows = sorted(selected(shown))
    column, wanted = {
        "relabel": ("label", to), "move": ("split", to), "exclude": ("excluded", True), "include": ("excluded", False),
    }[kind]  # fmt: skip
    same = (shown.table[column].to_numpy()[rows] == wanted).tolist()
    changed = tuple(row for row, already in zip(rows, same, strict=True) if not already)
    if not changed:
        notify_after_rerun("The selected faces are like that already.")
    elif corrections.correct(shown, Act.model_validate({"act": kind, "rows": changed, "to": to})):
        _select(shown, ())
