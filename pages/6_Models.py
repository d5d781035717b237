"""Models: which there are, what their cards say, and which one is used where none is named."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from ui.models.manage import actions, bring_in
from ui.models.over_time import sequence_models
from ui.models.overview import choose_models, compare_cards
from ui.shared import access, layout, models
from ui.shared.card import show_card
from ui.shared.notifications import show_notifications
from ui.shared.words import said

layout.page_header(
    "Models",
    "The models that ship and your own: choose one to read its card and manage it, or several to compare them.",
    wide=True,
)
show_notifications()
if not access.model_names():
    st.error("There is no model. The ones that ship are missing: install the program again.", icon=":material/error:")
    bring_in()
    st.stop()

chosen = choose_models()
bring_in()
if len(chosen) > 1:
    st.header("Cards side by side", anchor=False)
    compare_cards(chosen)
else:
    st.header(layout.plain(chosen[0]), anchor=False)
    actions(chosen[0])
    try:
        card = models.read_card(chosen[0])
        models.say_cautions(card)
        show_card(card)
    except ec.ModelError as error:
        st.error(f"It cannot be used: {said(error)}.", icon=":material/error:")
sequence_models()
layout.not_for()
