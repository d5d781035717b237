"""What can be taken away: tables, subtitles, a file for ELAN, a report and a copy with everything drawn in."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

import streamlit as st

from emotion_core.csv_tables import write_table
from emotion_core.jobs import write_annotated_elsewhere
from emotion_core.video import (
    PersonTimeline,
    SegmentCsv,
    VideoError,
    VideoResult,
    smoothed_result,
    video_as_json,
    write_csv,
    write_eaf,
    write_srt,
    write_vtt,
)
from ui.shared.downloads import csv_file, download, json_file
from ui.shared.words import said
from ui.video.source import Video

COPY = "video_copy"


def downloads(video: Video, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    """Buttons for all files."""
    stem = Path(video.name).stem[:80] or "video"
    st.header("Download", anchor=False)
    with st.container(horizontal=True):
        download("Every frame (CSV)", lambda: csv_file(lambda file: write_csv(result, file)), f"{stem}.csv", "text/csv")
        download("Segments (CSV)", lambda: csv_file(lambda file: _segments(video, lines, file)), f"{stem}-segments.csv")
        download(
            "Subtitles (WebVTT)", lambda: json_file(lambda file: write_vtt(lines, file)), f"{stem}.vtt", "text/vtt"
        )
        download("Subtitles (SRT)", lambda: json_file(lambda file: write_srt(lines, file)), f"{stem}.srt")
        download("ELAN (EAF)", lambda: _elan(video, lines), f"{stem}.eaf")
        download("JSON", lambda: json_file(lambda file: json.dump(video_as_json(result, lines), file)), f"{stem}.json")
        download("Report (HTML)", lambda: _report(result, lines), f"{stem}.html", "text/html")
        if markers := st.session_state.get("video_markers"):
            download("Markers (CSV)", lambda: csv_file(lambda file: _markers(markers, file)), f"{stem}-markers.csv")
        _annotated(video, result, lines, stem)


def _segments(video: Video, lines: Sequence[PersonTimeline], file: TextIO) -> None:
    SegmentCsv(file).add(video.name, lines)


def _markers(markers: list[dict], file: TextIO) -> None:
    write_table(file, ["seconds", "text"], markers)


def _elan(video: Video, lines: Sequence[PersonTimeline]) -> bytes:
    file = io.BytesIO()
    write_eaf(lines, Path(video.name), file)
    return file.getvalue()


def _report(result: VideoResult, lines: Sequence[PersonTimeline]) -> bytes:
    from emotion_core.visuals import video_as_html

    return video_as_html(result, lines).encode()


def _annotated(video: Video, result: VideoResult, lines: Sequence[PersonTimeline], stem: str) -> None:
    """The copy with everything drawn in is made on demand: that takes a while."""
    copy: Path | None = st.session_state.get(COPY)
    if copy is not None:
        download("Annotated copy (MP4)", copy.read_bytes, f"{stem}-annotated.mp4", "video/mp4")
        return
    if not st.button("Make an annotated copy", icon=":material/movie:"):
        return
    from emotion_core.visuals import annotate_live

    target = video.scratch() / "annotated.mp4"
    smoothed = smoothed_result(result, lines)
    try:
        with st.spinner("Writing the annotated copy …", show_time=True):
            write_annotated_elsewhere(smoothed, target, partial(annotate_live, names=result.names))
    except (VideoError, OSError) as error:
        st.error(f"The copy could not be written: {said(error)}.", icon=":material/error:")
        return
    st.session_state[COPY] = target
    st.rerun()
