"""A model's card on a page: what it is and how good it is first, everything else at a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import figure_in_percent
from ui.shared.layout import plain

if TYPE_CHECKING:
    from emotion_core.models import ModelCard


def show_card(card: ModelCard) -> None:
    """A card below a heading of its own; what it is not for stands at the end of every page."""
    from emotion_core.evaluation import card_parts

    known = card_parts(card)
    st.markdown(known.summary)
    st.subheader("How good it is", anchor=False)
    _how_good(card)
    folded = (
        ("Where it is weak", ":material/trending_down:", known.weaknesses),
        ("All figures", ":material/table:", known.figures),
        ("What it is, and how it was made", ":material/description:", known.facts),
        ("Terms", ":material/gavel:", known.terms),
    )
    for title, icon, words in folded:
        with st.expander(title, icon=icon):
            st.markdown(words)


def _how_good(card: ModelCard) -> None:
    """The figures that its other ones are compared with, and how good it is on faces from elsewhere."""
    from emotion_core.evaluation import faces_in_words, labels_in_words, main_measurement

    one = main_measurement(card)
    if one is None:
        st.markdown("It was not measured: evaluate it on faces whose labels are known.")
        return
    with st.container(horizontal=True):
        st.metric("Accuracy", figure_in_percent(one.accuracy), width="content")
        recall, told = figure_in_percent(one.macro_recall), "The mean over the classes."
        st.metric("Mean recall", recall, width="content", help=told)
    words = f"{plain(one.data)}, {plain(one.split)}, against {labels_in_words(one.labels)}"
    st.caption(f"On {faces_in_words(one.faces)} of {words}.")
    elsewhere_line(card)


def elsewhere_line(card: ModelCard) -> None:
    """How good the model is on faces from elsewhere, and what that means, where it was measured."""
    from emotion_core.evaluation import elsewhere_in_words

    if words := elsewhere_in_words(card):
        st.caption(words)
