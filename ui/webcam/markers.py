"""Moments that the visitor marks while the camera runs: a key, a few words, and a picture if it is to be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ui.shared.downloads import csv_file, download
from ui.shared.layout import count, plain
from ui.webcam.readout import jpeg_of
from ui.webcam.stream import Marker, Stream

KEY = "e"
#: A picture with each is about 50 kB of memory: so many moments can be marked.
MOST = 200
COLUMNS = 4
_PICTURES, _WORDS = "live marker pictures", "live marker words"


def mark_moments(stream: Stream) -> None:
    """A button, and a key, that mark the moment; the words of the mark, and whether it keeps a picture."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Note for the next mark (optional)", key=_WORDS, max_chars=200, width=280)
        st.button(
            "Mark this moment",
            on_click=_mark,
            args=(stream,),
            icon=":material/flag:",
            shortcut=KEY,
            disabled=len(stream.markers) >= MOST,
        )
    st.toggle(
        "Keep a picture with each mark",
        key=_PICTURES,
        help="It stays in memory with the mark, until you discard the results or leave the page.",
    )
    if stream.markers:
        last = stream.markers[-1]
        st.caption(f"{count(len(stream.markers), 'moment')} marked, the last at {last.clock}.")


def clock_of(moment: float) -> str:
    """A moment, in seconds since 1970, by the clock of the visitor's browser, or else of this machine."""
    try:
        zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return datetime.fromtimestamp(moment, zone).strftime("%H:%M:%S")


def markers(stream: Stream) -> None:
    """The moments that were marked, their words to be changed, their pictures, and all as a file."""
    if not stream.markers:
        return
    import pandas as pd

    st.markdown("**Marked moments**")
    table = pd.DataFrame(
        {"Time": one.clock, "Second": round(one.seconds, 1), "Words": one.text} for one in stream.markers
    )
    edited = st.data_editor(
        table, hide_index=True, disabled=["Time", "Second"], key=f"live markers {len(stream.markers)}"
    )
    stream.markers[:] = [
        replace(one, text=str(text or "")) for one, text in zip(stream.markers, edited["Words"], strict=True)
    ]
    _pictures(stream.markers)
    download("Marks (CSV)", lambda: csv_file(lambda file: write_markers(stream, file)), "webcam-marks.csv", "text/csv")


def _pictures(marked: list[Marker]) -> None:
    """The pictures that were kept, in rows."""
    kept = [(one.picture, f"{one.clock} {one.text}".strip()) for one in marked if one.picture]
    for start in range(0, len(kept), COLUMNS):
        for column, (picture, words) in zip(st.columns(COLUMNS), kept[start : start + COLUMNS], strict=False):
            column.image(picture, caption=plain(words))


def write_markers(stream: Stream, file: TextIO) -> None:
    """Write a row a moment."""
    from emotion_core.csv_tables import write_table

    rows = [{"seconds": round(one.seconds, 2), "clock": one.clock, "text": one.text} for one in stream.markers]
    write_table(file, ("seconds", "clock", "text"), rows)


def _mark(stream: Stream) -> None:
    """Mark what is seen now; a callback."""
    seconds = stream.session.snapshot().seconds
    picture = jpeg_of(stream.session) if st.session_state.get(_PICTURES) else None
    stream.markers.append(Marker(seconds, clock_of(stream.began + seconds), st.session_state.get(_WORDS, ""), picture))
    st.session_state[_WORDS] = ""
