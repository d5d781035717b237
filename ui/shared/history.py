"""What the browser's Back and Forward lead to: pages, and what was chosen on them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

#: What of an address says what is looked at, not how: which set, part of Train, run, and set to evaluate with.
CHOICES = SET, TRAIN_PART, TRAIN_RUN, EVALUATE_DATA = "set", "train_part", "train_run", "evaluate_data"
#: What is no step of its own, and what its page puts back: the sample of a photo, and the chosen face.
DETAILS = PHOTO_SAMPLE, PHOTO_FACE = "photo_sample", "photo_face"

_KEY = "history keeper"
_keeper = st.components.v2.component("history_keeper", js=Path(__file__).with_name("history.js").read_text("utf-8"))


def keep_history() -> None:
    """Once on every page: it is not seen, and watches the address."""
    with st.container(key=_KEY):
        _keeper(key=f"{_KEY} itself", data={"choices": CHOICES, "details": DETAILS})
