"""Pictures that nobody has looked at for an hour are forgotten, as if they had been cleared."""

from __future__ import annotations

import time

import streamlit as st

#: Seconds without a sign of the visitor, and between two looks whether they are over.
LONGEST, BEAT = 3600.0, 60.0
#: In the session: when pictures were looked at last.
_USED = "photos used"


def used() -> None:
    """Note that the visitor is there."""
    st.session_state[_USED] = time.time()


def nothing_is_here() -> None:
    """Note that there is no picture: what comes next is not forgotten for having been waited for."""
    st.session_state.pop(_USED, None)


def is_over() -> bool:
    """Whether there are pictures, and the visitor has not been there for an hour."""
    return time.time() - st.session_state.get(_USED, time.time()) > LONGEST


@st.fragment(run_every=BEAT)
def watch() -> None:
    """On a page that shows pictures: have it run, and forget them, once the hour is over."""
    if is_over():
        st.rerun()
