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
from ui.video.playable import Copy, wait_for
from ui.video.source import ANNOTATED, Video
from ui.video.work import CopyJob


def downloads(video: Video, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    """Buttons for all files."""
    stem = Path(video.name).stem[:80] or "video"
    markers: list[dict] = st.session_state.get("video_markers", [])
    st.header("Download", anchor=False)
    with st.container(horizontal=True):
        download("Every frame (CSV)", lambda: csv_file(lambda file: write_csv(result, file)), f"{stem}.csv", "text/csv")
        download("Segments (CSV)", lambda: csv_file(lambda file: _segments(video, lines, file)), f"{stem}-segments.csv")
        download(
            "Subtitles (WebVTT)", lambda: json_file(lambda file: write_vtt(lines, file)), f"{stem}.vtt", "text/vtt"
        )
        download("Subtitles (SRT)", lambda: json_file(lambda file: write_srt(lines, file)), f"{stem}.srt")
        download("ELAN (EAF)", lambda: _elan(video, lines, markers), f"{stem}.eaf")
        download("JSON", lambda: json_file(lambda file: _json(result, lines, markers, file)), f"{stem}.json")
        download("Report (HTML)", lambda: _report(result, lines), f"{stem}.html", "text/html")
        if markers:
            download("Markers (CSV)", lambda: csv_file(lambda file: _markers(markers, file)), f"{stem}-markers.csv")
        _annotated(video, result, lines, stem)


def _segments(video: Video, lines: Sequence[PersonTimeline], file: TextIO) -> None:
    SegmentCsv(file).add(video.name, lines)


def _markers(markers: list[dict], file: TextIO) -> None:
    write_table(file, ["seconds", "text"], markers)


def _elan(video: Video, lines: Sequence[PersonTimeline], markers: list[dict]) -> bytes:
    file = io.BytesIO()
    write_eaf(lines, Path(video.name), file, [(marker["seconds"], marker["text"]) for marker in markers])
    return file.getvalue()


def _json(result: VideoResult, lines: Sequence[PersonTimeline], markers: list[dict], file: TextIO) -> None:
    json.dump({**video_as_json(result, lines), "markers": markers}, file)


def _report(result: VideoResult, lines: Sequence[PersonTimeline]) -> bytes:
    from emotion_core.visuals import video_as_html

    return video_as_html(result, lines).encode()


def _annotated(video: Video, result: VideoResult, lines: Sequence[PersonTimeline], stem: str) -> None:
    """The copy with everything drawn in is made on demand: that takes a while, and the page goes on meanwhile."""
    copy: Copy | None = st.session_state.get(ANNOTATED)
    if copy is None or copy.job.was_stopped:
        st.button("Make an annotated copy", on_click=_begin, args=(video, result, lines), icon=":material/movie:")
    elif copy.job.running:
        wait_for(copy.job, "Writing the annotated copy")
    elif copy.job.problem:
        st.error(f"The copy could not be written: {said(copy.job.problem)}.", icon=":material/error:")
        st.button("Try again", on_click=_begin, args=(video, result, lines), icon=":material/movie:")
    else:
        download("Annotated copy (MP4)", copy.path.read_bytes, f"{stem}-annotated.mp4", "video/mp4")


def _begin(video: Video, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    from emotion_core.visuals import annotate_live

    target = video.scratch() / "annotated.mp4"
    draw = partial(annotate_live, names=result.names)
    write = partial(write_annotated_elsewhere, smoothed_result(result, lines), target, draw)
    st.session_state[ANNOTATED] = Copy(video.path, target, CopyJob(write, result.info.duration))
