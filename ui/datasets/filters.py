"""Which faces of a set are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import SPLITS
from emotion_core.emotions import display_name
from ui.datasets.view import PAGE, View

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Condition = Callable[[pd.DataFrame], pd.Series]

ALL = "all"
#: The widgets, by their keys, which stand in the address.
EMOTION, SPLIT, ISSUES, DUPLICATES, VOTES, STATE, ORDER = (
    "set_emotion", "set_split", "set_issues", "set_duplicates", "set_votes", "set_state", "set_order",
)  # fmt: skip

#: What the filters offer, and which rows of a view's table that means.
LABEL_ISSUE = "label issue"
ISSUE_KINDS: dict[str, Condition] = {
    LABEL_ISSUE: lambda table: table["label_issue"],
    "no label issue": lambda table: ~table["label_issue"],
}
EXACT, IN_TRAINING, CONTRADICTORY, NEAR, NEAR_IN_TRAINING, EMPTY = (
    "exact duplicates", "also in training", "contradictory labels", "near-duplicates", "near-duplicate in training",
    "empty images",
)  # fmt: skip
DUPLICATE_KINDS: dict[str, Condition] = {
    EXACT: lambda table: table["duplicates"] >= 0,
    IN_TRAINING: lambda table: table["in_training"],
    CONTRADICTORY: lambda table: table["contradictory"],
    NEAR: lambda table: table["near_duplicates"] >= 0,
    NEAR_IN_TRAINING: lambda table: table["near_in_training"],
    EMPTY: lambda table: table["empty"],
}
#: What is known only after every picture was examined.
AFTER_EXAMINATION = (NEAR, NEAR_IN_TRAINING, EMPTY)
AGAINST_MAJORITY = "label against the majority"
VOTE_KINDS: dict[str, Condition] = {
    AGAINST_MAJORITY: lambda table: (table["majority"] != "") & (table["majority"] != table["label"]),
    "label is the majority": lambda table: (table["majority"] != "") & (table["majority"] == table["label"]),
    "no clear majority": lambda table: table["majority"] == "",
    "at most 2 in 10 chose the label": lambda table: table["agreement"] <= 0.2,
}
STATES: dict[str, Condition] = {
    "kept": lambda table: ~table["excluded"],
    "excluded": lambda table: table["excluded"],
    "corrected": lambda table: (
        table["excluded"] | (table["label"] != table["given_label"]) | (table["split"] != table["given_split"])
    ),
}
AS_STORED, BY_ISSUE, BY_DUPLICATES, BY_DISAGREEMENT, BY_AGREEMENT = (
    "as in the set", "most likely label issues first", "duplicates side by side", "lowest agreement first",
    "highest agreement first",
)  # fmt: skip


#: What is best looked at in an order of its own.
NATURAL_ORDERS = {
    (ISSUES, LABEL_ISSUE): BY_ISSUE,
    (DUPLICATES, EXACT): BY_DUPLICATES,
    (DUPLICATES, CONTRADICTORY): BY_DUPLICATES,
    (DUPLICATES, NEAR): BY_DUPLICATES,
}


def first_page() -> None:
    """Go back to the first page; for callbacks of filters."""
    st.session_state[PAGE] = 1


def look_at(**filters: str) -> None:
    """Set filters, and all others to all; for callbacks. The names are those of the keys without "set_"."""
    for key in (EMOTION, SPLIT, ISSUES, DUPLICATES, VOTES, STATE):
        st.session_state[key] = filters.get(key.removeprefix("set_"), ALL)
    _order_naturally()


def _order_naturally() -> None:
    """Go to the first page, in the order in which what is filtered for is best looked at; for callbacks of filters."""
    state = st.session_state
    orders = [order for (key, kind), order in NATURAL_ORDERS.items() if state.get(key) == kind]
    state[ORDER] = orders[0] if orders else AS_STORED
    first_page()


def show_filters(shown: View) -> None:
    """The widgets that say which faces are shown and in which order."""
    table = shown.table
    voted = bool(table["agreement"].notna().any())
    labels = shown.labels(only_there=True)
    duplicates = [kind for kind in DUPLICATE_KINDS if shown.examined or kind not in AFTER_EXAMINATION]
    orders = [AS_STORED, BY_DUPLICATES, *[BY_ISSUE] * shown.predicted, *[BY_DISAGREEMENT, BY_AGREEMENT] * voted]
    with st.grid(min_column_width=150):
        _choice("Class" if shown.own_classes else "Emotion", [ALL, *labels], EMOTION, first_page)
        _choice("Split", [ALL, *SPLITS], SPLIT, first_page)
        _choice("Duplicates", [ALL, *duplicates], DUPLICATES, _order_naturally)
        if voted:
            _choice("Annotators' votes", [ALL, *VOTE_KINDS], VOTES, first_page)
        if shown.predicted:
            _choice("Label issues", [ALL, *ISSUE_KINDS], ISSUES, _order_naturally)
        if shown.description.base:
            _choice("Corrections", [ALL, *STATES], STATE, first_page)
        _choice("Order", orders, ORDER, first_page)


def _choice(label: str, options: Sequence[str], key: str, changed: Callable[[], None]) -> None:
    if st.session_state.get(key) not in (None, *options):  # of another set, which has votes or label issues
        del st.session_state[key]
    st.selectbox(label, options, key=key, bind="query-params", on_change=changed, format_func=display_name)


def chosen_rows(shown: View, among: Sequence[int] | None = None) -> np.ndarray:
    """The rows of the view's table that match the filters, in the chosen order.

    Args:
        among: only these rows, in this order where no other was chosen; else all.
    """
    import numpy as np

    table, chosen = shown.table, st.session_state
    keep = np.ones(len(table), dtype=bool)
    for key, column in ((EMOTION, "label"), (SPLIT, "split")):
        if chosen.get(key, ALL) != ALL:
            keep &= (table[column] == chosen[key]).to_numpy()
    for key, kinds in ((ISSUES, ISSUE_KINDS), (DUPLICATES, DUPLICATE_KINDS), (VOTES, VOTE_KINDS), (STATE, STATES)):
        kind = kinds.get(chosen.get(key, ALL))
        if kind is not None:
            keep &= kind(table).to_numpy()
    rows = np.flatnonzero(keep) if among is None else np.array([row for row in among if keep[row]], dtype=int)
    return _ordered(table, rows, chosen_order())


def chosen_order() -> str:
    """The order in which the faces are shown."""
    return st.session_state.get(ORDER, AS_STORED)


def _ordered(table: pd.DataFrame, rows: np.ndarray, order: str) -> np.ndarray:
    import numpy as np

    if order == BY_DUPLICATES:
        groups = table["near_duplicates"].to_numpy()[rows]
        return rows[np.lexsort((rows, groups, groups < 0))]
    keys = {
        BY_ISSUE: -table["label_issue_score"],
        BY_DISAGREEMENT: table["agreement"],
        BY_AGREEMENT: -table["agreement"],
    }
    if order not in keys:
        return rows
    return rows[np.argsort(keys[order].to_numpy()[rows], kind="stable")]  # what is unknown comes last
