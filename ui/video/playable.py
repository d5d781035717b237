"""What the browser is given to play: the video itself, or a copy where browsers would not play that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from emotion_core.inference import percent
from emotion_core.jobs import write_playable_elsewhere
from emotion_core.video import VideoInfo, plays_in_browsers
from ui.shared.words import said
from ui.video.source import PLAYABLE, Video
from ui.video.work import CopyJob

#: Seconds between two looks at a copy that is being written.
BEAT = 1.5


@dataclass(frozen=True)
class Copy:
    """The copy of a video: where it will lie, and the work on it."""

    of: Path
    path: Path
    job: CopyJob


def playable_file(video: Video, info: VideoInfo) -> Path | None:
    """The file that the browser plays, with a word about it; None while it is being written, or where there is none."""
    if plays_in_browsers(info):
        return video.path
    copy: Copy | None = st.session_state.get(PLAYABLE)
    if copy is None or copy.of != video.path:
        target = video.scratch() / "playable.mp4"
        job = CopyJob(partial(write_playable_elsewhere, video.path, target), info.duration)
        copy = st.session_state[PLAYABLE] = Copy(video.path, target, job)
    if copy.job.running:
        wait_for(copy.job, "Browsers do not play this kind of video. Making a copy that they do")
        return None
    if copy.job.was_stopped:
        st.info("Without a copy the video cannot be played here.", icon=":material/videocam_off:")
        st.button("Make the copy", on_click=_forget, icon=":material/movie:")
        return None
    if copy.job.problem:
        st.warning(f"The video cannot be played here: {said(copy.job.problem)}.", icon=":material/videocam_off:")
        return None
    return copy.path


def _forget() -> None:
    del st.session_state[PLAYABLE]


@st.fragment(run_every=BEAT)
def wait_for(job: CopyJob, words: str) -> None:
    """Say how far a copy is, with a button that ends the work, until it is there; then the page is run again."""
    if not job.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        far = percent(job.share) if job.has_begun else "waiting for the copies of other videos"
        st.progress(job.share, f"{words}: {far}", width="stretch")
        st.button("Stop", on_click=job.stop, icon=":material/stop:", key=f"stop {words}")
