"""What was seen is forgotten when its page is left, unless it is to be kept."""

from __future__ import annotations

import streamlit as st

KEEP, FORGOTTEN = "keep what was seen", "what was seen is forgotten"
#: In the session, of a face at rest: what is recording it, its crops, what came of them, and whether it is used.
REST_RECORDER, REST_CROPS, REST_PERSON, REST_ON = "rest_recorder", "rest_crops", "rest_person", "rest_on"


def forget_unless_kept() -> None:
    """Forget what was seen; called by every page but the one that shows it."""
    if st.session_state.get(KEEP):
        return
    forget_face_at_rest()
    if st.session_state.get("live") is not None:
        st.session_state.update({"live_phase": "before", "live": None, "live_problem": "", FORGOTTEN: True})


def forget_face_at_rest() -> None:
    """Forget the visitor's face at rest, and what was learned from it."""
    for name in (REST_RECORDER, REST_CROPS, REST_PERSON, REST_ON):
        st.session_state.pop(name, None)


def keep_toggle() -> None:
    """The choice to keep what was seen."""
    st.toggle(
        "Keep it when I leave this page",
        key=KEEP,
        persist_state="session",
        help="Else leaving the page ends the stream and forgets what was seen. Closing the browser's tab always does.",
    )


def say_what_is_forgotten() -> None:
    """Say, once, that leaving the page has ended the stream."""
    if st.session_state.pop(FORGOTTEN, False):
        st.info("You left this page: the camera was ended, and what was seen is forgotten.", icon=":material/delete:")
