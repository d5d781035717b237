"""Faces of a stream that are one person, put together by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.shared.words import sentence

if TYPE_CHECKING:
    from emotion_core.streams import Observation
    from ui.webcam.stream import Stream

_KEPT, _OTHER, _PROBLEM = "live merge into", "live merge", "live merge problem"


def merge_form(stream: Stream, observations: list[Observation]) -> None:
    """Two faces to choose, and a button that makes them one."""
    from emotion_core.streams import by_face

    numbers = list(by_face(observations))
    if len(numbers) < 2:
        return
    with st.expander("Two faces are one person", icon=":material/merge:"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kept = st.selectbox("Face", numbers, key=_KEPT, width=120)
            others = [number for number in numbers if number != kept]
            other = st.selectbox("is also face", others, key=_OTHER, width=120)
            st.button("Merge", on_click=_merge, args=(stream, observations, kept, other))
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.error(problem, icon=":material/error:")


def _merge(stream: Stream, observations: list[Observation], kept: int, other: int) -> None:
    """Give one face the number of another; a callback."""
    from emotion_core.streams import merged

    try:
        merged(observations, {other: kept})
    except ValueError as error:
        st.session_state[_PROBLEM] = sentence(str(error))
        return
    stream.merged = {number: kept if now == other else now for number, now in stream.merged.items()} | {other: kept}
