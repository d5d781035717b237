"""People in the video: named, merged, split and left out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from emotion_core.inference import percent
from emotion_core.video import PersonTimeline, SimilarFaces, VideoResult, likely_same, seconds_of
from ui.shared.layout import count, plain
from ui.shared.notifications import report_error_after_rerun
from ui.shared.words import sentence

RESULT, ALIKE = "video_result", "video_alike"
#: So many persons have a card each; of more one is chosen.
MOST_CARDS = 12


def persons(result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    """A card a person, with what can be put right, and pairs that may be one person."""
    st.header("People in the video", anchor=False)
    for pair in _alike(result)[:5]:
        first, second = result.name_of(pair.first), result.name_of(pair.second)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(first)}** and **{plain(second)}** may be the same person.", width="content")
            st.button("Merge them", on_click=_merge, args=(pair.first, pair.second), key=f"merge {pair}")
    st.dataframe(_table(lines), hide_index=True)
    with st.expander("Shares, counts and durations", icon=":material/table_chart:"):
        st.dataframe(_expressions(lines), hide_index=True)
    for line in _with_cards(lines):
        with st.expander(f"Correct {plain(result.name_of(line.face))}", icon=":material/edit:"):
            _corrections(result, line)
    for number in sorted(result.left_out):
        st.button(f"Take {result.name_of(number)} in again", on_click=_include, args=(number,), key=f"in {number}")


def _alike(result: VideoResult) -> list[SimilarFaces]:
    """Pairs that may be one person; of many faces they take a while, so they are kept until the result changes."""
    kept: tuple[VideoResult, list[SimilarFaces]] | None = st.session_state.get(ALIKE)
    if kept is None or kept[0] is not result:
        kept = st.session_state[ALIKE] = (result, likely_same(result))
    return kept[1]


def _table(lines: Sequence[PersonTimeline]) -> pd.DataFrame:
    rows = []
    for line in lines:
        shares = sorted(line.shares.items(), key=lambda one: -one[1])
        rows.append({
            "Who": line.name,
            "Seen (s)": round(line.seconds_seen, 1),
            "Looks mostly": ", ".join(f"{label} {percent(share)}" for label, share in shares[:3] if share >= 0.01),
            "Expressions": len(line.segments),
            "Frames left out": line.left_out,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _expressions(lines: Sequence[PersonTimeline]) -> pd.DataFrame:
    rows = [
        {
            "Who": line.name,
            "Expression": one.emotion,
            "Share": percent(one.share),
            "Seconds": round(one.seconds, 1),
            "Times": one.times,
            "Median duration (s)": None if one.median is None else round(one.median, 2),
        }
        for line in lines
        for one in line.sums
    ]
    return pd.DataFrame(rows)


def _with_cards(lines: Sequence[PersonTimeline]) -> Sequence[PersonTimeline]:
    """Those who can be corrected: all or, of very many, the one who is chosen."""
    if len(lines) <= MOST_CARDS:
        return lines
    names = {line.face: line.name for line in lines}
    chosen = st.selectbox(
        "Correct",
        list(names),
        None,
        key="video_correct",
        persist_state="session",
        format_func=lambda face: names.get(face, ""),
        placeholder="Choose a person",
    )
    return [line for line in lines if line.face == chosen]


def _corrections(result: VideoResult, line: PersonTimeline) -> None:
    number = line.face
    left, right = st.columns([1, 4])
    if number in result.portraits:
        left.image(result.portraits[number], caption=plain(line.name))
    with right:
        st.text_input(
            "Name", result.names.get(number, ""), max_chars=60, key=f"name {number}", on_change=_name, args=(number,)
        )
        others = [other for other in result.persons if other != number]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if others:
                st.selectbox("The same person as", others, format_func=result.name_of, key=f"same {number}")
                st.button("Merge", on_click=_merge_chosen, args=(number,), key=f"merge {number}")
            st.text_input("Another person from", placeholder="0:12", key=f"split {number}")
            st.button("Split", on_click=_split, args=(number,), key=f"do split {number}")
            st.button("Leave out", on_click=_leave_out, args=(number,), key=f"out {number}")
        _at_rest(result, number)


def _at_rest(result: VideoResult, number: int) -> None:
    """Answers read against how the person looks at rest in a stretch of the video, switched on and off."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if person := result.at_rest.get(number):
            took = "" if person.changes else ", which reads as neutral: nothing is taken off"
            st.caption(f"Read against the face at rest, {count(person.faces, 'frame')}{took}.", width="content")
            st.button("Read as it is", on_click=_as_read, args=(number,), key=f"as read {number}")
            return
        st.text_input(
            "At rest from",
            placeholder="0:02",
            key=f"rest from {number}",
            help="Some faces look angry or sad while nothing is expressed. Name some seconds in which this person's "
            "face is at rest, and so much is taken off every answer.",
        )
        st.text_input("to", placeholder="0:05", key=f"rest to {number}")
        st.button("Read against it", on_click=_against_rest, args=(number,), key=f"rest {number}")


def _name(number: int) -> None:
    _change(lambda result: result.named(number, st.session_state[f"name {number}"]))


def _merge_chosen(number: int) -> None:
    _merge(number, st.session_state[f"same {number}"])


def _merge(first: int, second: int) -> None:
    _change(lambda result: result.merged(first, second))


def _split(number: int) -> None:
    _change(lambda result: result.split(number, seconds_of(st.session_state[f"split {number}"])))


def _against_rest(number: int) -> None:
    state = st.session_state
    _change(
        lambda result: result.against_rest(
            number, seconds_of(state[f"rest from {number}"]), seconds_of(state[f"rest to {number}"])
        )
    )


def _as_read(number: int) -> None:
    _change(lambda result: result.as_read(number))


def _leave_out(number: int) -> None:
    _change(lambda result: result.without(number))


def _include(number: int) -> None:
    _change(lambda result: result.including(number))


def _change(make: Callable[[VideoResult], VideoResult]) -> None:
    try:
        st.session_state[RESULT] = make(st.session_state[RESULT])
    except ValueError as error:
        report_error_after_rerun(sentence(str(error)))
