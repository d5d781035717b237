"""Two people of a video beside each other, or one person in two parts of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from emotion_core.inference import percent
from emotion_core.video import Compared, Part, PersonTimeline, TimelineSettings, VideoResult, compare_parts, seconds_of
from ui.shared.layout import plain
from ui.shared.words import said


def compare(result: VideoResult, lines: Sequence[PersonTimeline], settings: TimelineSettings) -> None:
    """Widgets that choose two parts, and what they have of each expression."""
    if not lines:
        return
    names = {line.face: line.name for line in lines}
    with st.expander("Compare two people, or two parts", icon=":material/compare_arrows:"):
        left, right = st.columns(2, gap="medium")
        try:
            with left:
                first = _part("first", names, 0)
            with right:
                second = _part("second", names, 1 if len(names) > 1 else 0)
            found = compare_parts(result, first, second, settings)
        except ValueError as error:
            st.error(f"{said(error)}.", icon=":material/error:")
            return
        st.markdown(plain(found.in_words()))
        st.dataframe(_rows(found), hide_index=True, alt="Shares, durations and mean curves of both, by expression")


def _part(which: str, names: dict[int, str], place: int) -> Part:
    key = f"video_compare_{which}"
    if st.session_state.get(key) not in names:  # persons were merged or left out
        st.session_state.pop(key, None)
    face = st.selectbox(f"The {which} person", list(names), place, key=key, format_func=lambda face: names[face])
    start, end = st.columns(2)
    begin = start.text_input("From", "0:00", key=f"{key}_from", help="Minutes and seconds, as 1:15, or seconds.")
    until = end.text_input("To", "", key=f"{key}_to", placeholder="the end", help="Empty: to the end.")
    return Part(face, seconds_of(begin or "0"), seconds_of(until) if until.strip() else None)


def _rows(found: Compared) -> list[dict[str, str]]:
    rows = []
    for label, shares in found.shares.items():
        row = {"Expression": label}
        for number, share in enumerate(shares):
            which = ("first", "second")[number]
            duration, mean = found.median_durations[label][number], found.means.get(label)
            row |= {
                f"Share, {which}": percent(share),
                f"Median duration, {which}": "–" if duration is None else f"{duration:.1f} s",
                f"Mean curve, {which}": "–" if mean is None else percent(mean[number]),
            }
        rows.append(row)
    return rows
