"""What the page Video shows of a video: how far it is, the player, who is seen, and what can be taken away."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import streamlit as st

import emotion_core as ec
from emotion_core.jobs import write_playable_elsewhere
from emotion_core.video import (
    TimelineSettings,
    VideoAnalysis,
    VideoElsewhere,
    VideoError,
    VideoInfo,
    VideoResult,
    VideoSettings,
    plays_in_browsers,
    timelines,
)
from ui.shared.layout import plain
from ui.shared.words import said
from ui.video.compare import compare
from ui.video.downloads import COPY, downloads
from ui.video.persons import RESULT, persons
from ui.video.player import player
from ui.video.source import PLAYABLE, Video
from ui.video.work import Job

#: Seconds between two looks at work that goes on.
BEAT = 1.5


def show(video: Video, analysed: VideoSettings, line: TimelineSettings) -> None:
    """Analyse a video, or go on showing it."""
    try:
        job = _job(video, analysed)
    except (VideoError, ec.ModelError, OSError) as error:
        st.error(f"{plain(video.name)} cannot be analysed: {said(error)}.", icon=":material/error:")
        return
    playable = _playable(video, job.analysis.info)
    if job.running:
        _watch(job, playable, line)
        return
    result: VideoResult = st.session_state.setdefault(RESULT, job.result)
    _say_how_it_ended(job, result)
    lines = timelines(result, line)
    player(playable, _mime(playable), result, lines, st.session_state.get("video_markers", []))
    if not len(result):
        st.info("No face was found in this video.", icon=":material/face:")
        return
    persons(result, lines)
    compare(result, lines, line)
    downloads(video, result, lines)


def _job(video: Video, analysed: VideoSettings) -> Job:
    """The work on a video with these settings, begun if it is not yet."""
    asked = (video.path, analysed)
    kept = st.session_state.get("video_job")
    if kept is None or kept[0] != asked:
        if kept is not None:
            kept[1].stop()
        st.session_state.pop(RESULT, None)
        st.session_state.pop(COPY, None)
        kept = st.session_state.video_job = (asked, Job(VideoAnalysis(VideoElsewhere(video.path), analysed)))
    return kept[1]


@st.fragment(run_every=BEAT)
def _watch(job: Job, playable: Path, line: TimelineSettings) -> None:
    """What is there so far, again and again until all is."""
    if not job.running:
        st.rerun()
    left = job.analysis.seconds_left
    words = f"Analysing: {job.analysis.share:.0%}" + (f", some {max(1, round(left))} s left" if left else "")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.analysis.share, words, width="stretch")
        st.button("Stop", on_click=job.stop, icon=":material/stop:", help="What has been analysed by then is kept.")
    result = job.result
    player(playable, _mime(playable), result, timelines(result, line), st.session_state.get("video_markers", []))


def _say_how_it_ended(job: Job, result: VideoResult) -> None:
    if job.failure:
        st.error(f"The analysis ended early: {said(job.failure)}.", icon=":material/error:")
    elif result.note:
        st.warning(f"{said(result.note)[:1].upper()}{said(result.note)[1:]}.", icon=":material/info:")


def _playable(video: Video, info: VideoInfo) -> Path:
    """The file that the browser is given: the video itself, or a copy where browsers would not play it."""
    if plays_in_browsers(info):
        return video.path
    kept: tuple[Path, Path, str] | None = st.session_state.get(PLAYABLE)
    if kept is None or kept[0] != video.path:
        kept = st.session_state[PLAYABLE] = (video.path, *_copied(video))
    _, playable, problem = kept
    if problem:
        st.warning(f"The video cannot be played here: {problem}.", icon=":material/videocam_off:")
    return playable


def _copied(video: Video) -> tuple[Path, str]:
    """A copy that browsers play; the video itself and the reason where none can be made."""
    target = video.scratch() / "playable.mp4"
    try:
        with st.spinner("Browsers do not play this kind of video: making a copy that they do …", show_time=True):
            write_playable_elsewhere(video.path, target)
    except (VideoError, OSError) as error:
        return video.path, said(error)
    return target, ""


def _mime(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "video/mp4"
