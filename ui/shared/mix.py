"""A setting on several pages: the mix of expressions that is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.models import BALANCED, TRAINED, without_prior_in_words
from ui.shared import access
from ui.shared.layout import plain

if TYPE_CHECKING:
    from emotion_core.models import ModelCard, Prior

MIX, OWN = "expected mix", "own"
#: What each choice is called, and what it means.
CHOICES = {
    BALANCED: ("Every expression alike", "No expression is favoured: right for any photo, and rare ones are found."),
    TRAINED: (
        "As in the training data",
        "What was frequent in the model's training data is favoured: right for pictures that are like it.",
    ),
    OWN: ("My own shares", "You say how frequent each expression is where your pictures come from."),
}
#: The lowest and the highest share that a slider sets, and where it stands at first, in percent.
SHARES, SHARE = (1, 100), 14
_DATA = "shares of the data set"


def expected_mix(card: ModelCard) -> Prior:
    """Widgets that say which mix of expressions is expected of the pictures, or that the model does not know any."""
    if card.prior is None:
        st.caption(f"Expected mix of expressions: {plain(without_prior_in_words(card))}.")
        return TRAINED
    chosen = st.radio(
        "Expected mix of expressions",
        list(CHOICES),
        format_func=lambda choice: CHOICES[choice][0],
        captions=[sentence for _, sentence in CHOICES.values()],
        key=MIX,
        persist_state="session",
    )
    if chosen == OWN:
        _sliders(card)
    return chosen_mix(card)


def chosen_mix(card: ModelCard) -> Prior:
    """The mix that was chosen last, on whatever page; for pages without the widgets."""
    chosen: Prior = st.session_state.get(MIX, BALANCED)
    if card.prior is None:
        return TRAINED
    if chosen != OWN:
        return chosen
    shares = {name: st.session_state.get(_slider(name), SHARE) for name in card.class_order}
    return {name: share / sum(shares.values()) for name, share in shares.items()}


def _sliders(card: ModelCard) -> None:
    """One share for each expression, which are made to sum to 1; or all of them as in a data set."""
    columns = st.columns(2, gap="medium")
    for place, name in enumerate(card.class_order):
        with columns[place % 2]:
            st.slider(name.capitalize(), *SHARES, SHARE, format="%d %%", key=_slider(name), persist_state="session")
    st.caption("The shares need not sum to 100 %: only their ratios count.")
    names = access.dataset_names()
    if names:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox("Data set", names, key=_DATA)
            st.button("As in this data set", on_click=_as_in_the_data, args=(card.class_order,))


def _as_in_the_data(classes: tuple[str, ...]) -> None:
    """Set the sliders to the shares of a data set's labels."""
    from emotion_core.datasets import DatasetError, open_dataset
    from ui.shared.notifications import report_error_after_rerun

    try:
        counts = open_dataset(st.session_state[_DATA]).table["label"].value_counts()
    except DatasetError as error:
        report_error_after_rerun(f"The data set cannot be used: {error}")
        return
    known = {name: int(counts.get(name, 0)) for name in classes}
    if not sum(known.values()):
        report_error_after_rerun(f"No face of {st.session_state[_DATA]} is labelled {', '.join(classes)}")
        return
    for name, count in known.items():
        st.session_state[_slider(name)] = max(SHARES[0], round(100 * count / sum(known.values())))


def _slider(name: str) -> str:
    return f"share of {name}"
