"""After the stream: what was seen, face by face, and its numbers as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import display_name
from emotion_core.inference import percent
from ui.shared.downloads import csv_file, download, json_file
from ui.shared.layout import count
from ui.webcam import markers, second
from ui.webcam.charts import MOST_FACES, charts, colours_by
from ui.webcam.merging import merge_form
from ui.webcam.readout import errors_in_words

if TYPE_CHECKING:
    from emotion_core.streams import Observation, Snapshot
    from ui.webcam.stream import Stream


def summary(stream: Stream) -> None:
    """What was seen, or that nothing was."""
    from emotion_core.streams import merged

    snapshot, observations = stream.session.snapshot(), merged(stream.session.history(), stream.merged)
    if not snapshot.frames_in:
        st.header("No video was received", anchor=False)
        return
    _how_much(snapshot, observations)
    began, ended = (markers.clock_of(stream.began + seconds) for seconds in (0, snapshot.seconds))
    st.caption(f"From {began} to {ended} by your clock.")
    if snapshot.errors:
        st.warning(errors_in_words(snapshot), icon=":material/error:")
    if not observations:
        st.markdown("No face was seen, so there is nothing to show.")
        markers.markers(stream)
        return
    _charts(stream, snapshot, observations)
    second.compared(stream.session, observations, snapshot)
    merge_form(stream, observations)
    markers.markers(stream)
    _downloads(observations)


def _how_much(snapshot: Snapshot, observations: list[Observation]) -> None:
    """How many faces were seen in what time, and what part of it is kept."""
    from emotion_core.streams import HISTORY_ROWS, by_face

    whole, kept = in_minutes(snapshot.seconds), in_minutes(snapshot.seconds - snapshot.kept_since)
    length = f"the last {kept}" if snapshot.kept_since else whole
    st.header(f"{count(len(by_face(observations)), 'face')} in {length}", anchor=False)
    if snapshot.kept_since:
        st.caption(
            f"The last {kept} of {whole} are kept, in the downloads too: there is room for {HISTORY_ROWS:,} rows, "
            "and each face takes ten a second."
        )


def _charts(stream: Stream, snapshot: Snapshot, observations: list[Observation]) -> None:
    """What the first model said of the faces that were seen longest, as charts and as a table."""
    from emotion_core.streams import by_face, longest_seen

    if len(by_face(observations)) > MOST_FACES:
        st.caption(f"The {MOST_FACES} faces that were seen longest; the downloads have all.")
    compared = any(one.second for one in observations)
    names = ", ".join(dict.fromkeys(one.model for one in observations))
    colours = colours_by(stream.session, observations[-1].model)
    charts(observations, snapshot.kept_since, colours, names if compared else "")
    with st.expander("As a table", icon=":material/table:"):
        _table(longest_seen(observations, MOST_FACES))


def _table(observations: list[Observation]) -> None:
    import pandas as pd

    from emotion_core.inference import UNCERTAIN
    from emotion_core.streams import classes_of, seconds_seen, shares

    seconds = seconds_seen(observations)
    rows = [
        {
            "Face": number,
            "Seconds seen": round(seconds[number], 1),
            **{display_name(name): percent(part.get(name, 0.0)) for name in (*classes_of(observations), UNCERTAIN)},
        }
        for number, part in shares(observations).items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Share of each expression by face")


def _downloads(observations: list[Observation]) -> None:
    from emotion_core.streams import write_csv, write_json

    with st.container(horizontal=True):
        download("CSV", lambda: csv_file(lambda file: write_csv(observations, file)), "webcam.csv", "text/csv")
        download(
            "JSON", lambda: json_file(lambda file: write_json(observations, file)), "webcam.json", "application/json"
        )


def in_minutes(seconds: float) -> str:
    """A length of time, such as "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
