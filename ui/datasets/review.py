"""Faces looked at closely and corrected one after the other, with keys or clicks, in a dialog.

The browser has the next faces at hand and goes on at once; what was done comes here as a list of numbered acts, each of
which is done once. Nothing is lost where several come in while the page is still drawn anew for the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st
from pydantic import BaseModel, Field, ValidationError

from emotion_core.datasets import SPLITS, Act
from emotion_core.emotions import display_name
from ui.datasets import corrections, view
from ui.datasets.cards import cards
from ui.datasets.view import FACE, View
from ui.shared.notifications import new_errors_beside_toasts, show_errors

if TYPE_CHECKING:
    import numpy as np

TRAINED_ON = (
    "The shipped model was trained on FER-2013's training split: for those faces its predictions are no evidence."
)
KEY = "set_review"
#: So many faces behind and before the one that is shown are at hand in the browser.
BEHIND, AHEAD = 2, 8
_PLACE = "set_review_place"

_HTML = '<div class="review"></div>'
_review = st.components.v2.component(
    "face_review",
    html=_HTML,
    css=Path(__file__).with_name("review.css").read_text("utf-8"),
    js=Path(__file__).with_name("review.js").read_text("utf-8"),
)


@dataclass
class Place:
    """Where the review is, kept in the session. What was done last may come in when the dialog was closed already.

    Attributes:
        row: the face that is shown.
        place: where among the faces that are looked through it goes on from.
        done: the number of the last act that was done.
        turns: how often the browser was told to go elsewhere than it went by itself.
        opened: whether the dialog is open.
        errors: what went wrong with what was done last. The browser goes on to the next face by itself, and the page is
            drawn anew for that: they stay until something else is done.
    """

    row: int = 0
    place: int = 0
    done: int = 0
    turns: int = 0
    opened: bool = False
    errors: list[str] = field(default_factory=list)


class NumberedAct(BaseModel):
    """What was done to one face, numbered from 1 as it was done."""

    number: int
    act: Literal["relabel", "move", "exclude", "include", "undo", "open"]
    row: int = Field(ge=0)
    to: str = ""


class Sent(BaseModel):
    """What the browser sends: which face it shows, and what was done and not yet confirmed.

    Attributes:
        data: the import that the set is or comes from.
        row: the face.
        place: where among those that are looked through it is.
        turns: how often it was told to go elsewhere when it sent this.
    """

    data: str
    row: int = Field(ge=0)
    place: int = Field(ge=0)
    turns: int
    acts: list[NumberedAct]


def close() -> None:
    """Look at no face closely; for callbacks."""
    st.session_state[FACE] = None
    _place().opened = False


@st.dialog("Review", width="large", on_dismiss=close)
def review(shown: View, rows: np.ndarray) -> None:
    """The face that is looked at.

    Args:
        shown: the set.
        rows: the rows that are looked through; they stay these while the dialog is open, whatever is corrected.
    """
    shown = view.view_or_rerun(shown.name)
    if st.session_state.get(FACE) is None:
        st.rerun()
    place = _place()
    if not place.opened:
        place.opened, place.place, place.errors = True, 0, []
        _turn(place, int(st.session_state[FACE]), rows)
    place.errors += new_errors_beside_toasts()
    show_errors(place.errors)
    _review(key=KEY, data=_data(shown, rows, place), on_sent_change=lambda: _take_sent(shown, rows))
    st.caption(TRAINED_ON)


def _place() -> Place:
    return st.session_state.setdefault(_PLACE, Place())


def _place_of(row: int, rows: np.ndarray) -> int | None:
    places = (rows == row).nonzero()[0]
    return int(places[0]) if len(places) else None


def _data(shown: View, rows: np.ndarray, place: Place) -> dict[str, object]:
    first = max(0, place.place - BEHIND)
    order = [int(row) for row in rows[first : place.place + AHEAD + 1]]
    last = corrections.undone_next(shown)
    return {
        "data": view.import_of(shown),
        "cards": cards(shown, list(dict.fromkeys([place.row, *order]))),
        "order": order,
        "first": first,
        "total": len(rows),
        "row": place.row,
        "place": place.place,
        "done": place.done,
        "turns": place.turns,
        "labels": [{"name": name, "text": display_name(name)} for name in shown.labels()],
        "splits": list(SPLITS),
        "undo": corrections.in_words(last) if last else "",
        "note": "" if shown.description.base else "An import is never changed: corrections go into a set beside it.",
    }


def _take_sent(shown: View, rows: np.ndarray) -> None:
    """Do what the browser has sent, as far as it was not done before; a callback."""
    place = _place()
    try:
        sent = Sent.model_validate(st.session_state[KEY].sent)
    except ValidationError:
        return  # nothing of ours
    if sent.data != view.import_of(shown):
        return  # the set that it was is gone
    if sent.turns == place.turns:  # else it does not know yet where it was told to go
        place.row, place.place = min(sent.row, len(shown.table) - 1), min(sent.place, max(0, len(rows) - 1))
    for act in sent.acts:
        if act.number > place.done and act.row < len(shown.table):
            place.errors = []
            _do(shown, rows, act, place)
            place.done = act.number


def _do(shown: View, rows: np.ndarray, asked: NumberedAct, place: Place) -> None:
    if asked.act == "open":
        _turn(place, asked.row, rows)
    elif asked.act == "undo":
        now = view.view_if_there(shown.name)
        undone = corrections.undo(now) if now else None
        one = undone is not None and len(undone.rows) == 1
        _turn(place, undone.rows[0] if undone and one else place.row, rows)
    elif not corrections.correct(shown, Act(act=asked.act, rows=(asked.row,), to=asked.to)):
        _turn(place, asked.row, rows)


def _turn(place: Place, row: int, rows: np.ndarray) -> None:
    """Have the browser show this face."""
    found = _place_of(row, rows)
    place.row, place.turns = row, place.turns + 1
    place.place = place.place if found is None else found
