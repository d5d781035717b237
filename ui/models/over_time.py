"""The sequence models of the workspace, which read videos: their cards, and what is done with them."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from emotion_core.models import SequenceCard, read_card, sequence_models_folder
from ui.models.manage import sequence_model_actions
from ui.shared import access
from ui.shared.card import show_card
from ui.shared.words import said

#: The widget with the sequence model that is looked at.
CHOSEN = "sequence_model_shown"


def sequence_models() -> None:
    """The sequence models by name, and the card of one; nothing where there is none."""
    names = access.sequence_model_names()
    if not names:
        return
    st.header("Sequence models", anchor=False)
    st.caption("They read faces in videos by what comes before and after; a single photo is not for them.")
    if st.session_state.get(CHOSEN) not in names:  # it was renamed or deleted
        st.session_state.pop(CHOSEN, None)
    name = st.selectbox("Sequence model", names, key=CHOSEN)
    sequence_model_actions(name)
    try:
        show_card(read_card(sequence_models_folder() / name, SequenceCard))
    except ec.ModelError as error:
        st.error(f"It cannot be used: {said(error)}.", icon=":material/error:")
