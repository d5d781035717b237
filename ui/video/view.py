"""What the page Video shows of a video: how far it is, the player, who is seen, and what can be taken away."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import emotion_core as ec
from emotion_core.inference import percent
from emotion_core.video import (
    PersonTimeline,
    TimelineSettings,
    VideoAnalysis,
    VideoElsewhere,
    VideoError,
    VideoResult,
    VideoSettings,
    timelines,
)
from ui.shared.layout import plain
from ui.shared.words import said, sentence
from ui.video.compare import compare
from ui.video.downloads import downloads
from ui.video.persons import RESULT, persons
from ui.video.playable import playable_file
from ui.video.player import player
from ui.video.source import ANNOTATED, Video
from ui.video.work import ANALYSES, Job

#: Seconds between two looks at work that goes on; and that the first of them waits for something to be seen.
BEAT, FIRST_LOOK = 1.5, 0.8
#: The time line has a lane for so many persons, those seen longest, unless others are chosen.
LANES = 12


def show(video: Video, analysed: VideoSettings, line: TimelineSettings) -> None:
    """Analyse a video, or go on showing it."""
    try:
        job = _job(video, analysed)
    except (VideoError, ec.ModelError, OSError) as error:
        st.error(f"{plain(video.name)} cannot be analysed: {said(error)}.", icon=":material/error:")
        return
    if job is None:
        _wait_for_a_turn()
        return
    playable = playable_file(video, job.analysis.info)
    if job.running:
        _watch(job, playable, line)
        return
    if RESULT not in st.session_state:
        st.session_state[RESULT] = job.result
    result: VideoResult = st.session_state[RESULT]
    _say_how_it_ended(job, result)
    lines = _lines(result, line)
    _play(playable, result, _shown(lines))
    if not len(result):
        st.info("No face was found in this video.", icon=":material/face:")
        return
    persons(result, lines)
    compare(result, lines, line)
    downloads(video, result, lines)


def _job(video: Video, analysed: VideoSettings) -> Job | None:
    """The work on a video with these settings, begun if it is not yet; None where others must end before."""
    asked = (video.path, analysed)
    kept = st.session_state.get("video_job")
    if kept is None or kept[0] != asked:
        if kept is not None:
            kept[1].stop()
        st.session_state.pop(RESULT, None)
        job = Job.begun(lambda: VideoAnalysis(VideoElsewhere(video.path), analysed))
        if job is None:
            st.session_state.pop("video_job", None)
            return None
        kept = st.session_state.video_job = (asked, job)
    return kept[1]


@st.fragment(run_every=BEAT)
def _wait_for_a_turn() -> None:
    if ANALYSES.are_free:
        st.rerun()
    st.info(
        f"{ANALYSES.most} other videos are being analysed on this machine. Yours begins when one of them has ended.",
        icon=":material/hourglass_empty:",
    )


@st.fragment(run_every=BEAT)
def _watch(job: Job, playable: Path | None, line: TimelineSettings) -> None:
    """What is there so far, again and again until all is."""
    if not job.running:
        st.rerun()
    left = job.analysis.seconds_left
    words = f"Analysing: {percent(job.analysis.share)}" + (f", some {_rounded(left)} left" if left else "")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.analysis.share, words, width="stretch")
        st.button("Stop", on_click=job.stop, icon=":material/stop:", help="What has been analysed by then is kept.")
    job.wait_for_a_face(FIRST_LOOK)
    result, lines = job.so_far(line)
    _play(playable, result, lines[:LANES])


def _rounded(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _play(playable: Path | None, result: VideoResult, lines: list[PersonTimeline]) -> None:
    player(playable, result, lines, st.session_state.get("video_markers", []))


def _lines(result: VideoResult, settings: TimelineSettings) -> list[PersonTimeline]:
    """The persons of a result over time; those of a long video take a while, so they are kept until one changes."""
    kept = st.session_state.get("video_lines")
    if kept is None or kept[0] is not result or kept[1] != settings:
        kept = st.session_state.video_lines = (result, settings, timelines(result, settings))
        st.session_state.pop(ANNOTATED, None)  # it would show what was there before
    return kept[2]


def _shown(lines: list[PersonTimeline]) -> list[PersonTimeline]:
    """Those who have a lane: all, or where they are very many, those seen longest or who are chosen."""
    if len(lines) <= LANES:
        return lines
    names = {line.face: line.name for line in lines}
    st.session_state.video_lanes = [face for face in st.session_state.get("video_lanes", []) if face in names]
    chosen = st.multiselect(
        "On the time line",
        list(names),
        key="video_lanes",
        persist_state="session",
        format_func=lambda face: names[face],
        max_selections=LANES,
        placeholder=f"The {LANES} who are seen longest, of {len(names):,}",
    )
    return [line for line in lines if line.face in chosen] if chosen else lines[:LANES]


def _say_how_it_ended(job: Job, result: VideoResult) -> None:
    if job.failure:
        st.error(f"The analysis ended early: {said(job.failure)}.", icon=":material/error:")
    elif result.note:
        st.warning(sentence(said(result.note)), icon=":material/info:")
