"""The video that is looked at: uploaded, given by its path, or the sample. It lies on the disk as long as the visit."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from emotion_core.files import temporary_folder
from ui.shared import access
from ui.video.sample import write_sample

#: Megabytes of an upload.
LARGEST = 1000
#: Where the visit keeps the copy that the browser is given of a video, and the one with everything drawn in.
PLAYABLE, ANNOTATED = "video_playable", "video_annotated"
#: And all else that goes with a video.
OF_A_VIDEO = (
    *("video", "video_job", "video_result", "video_lines", "video_alike", "video_lanes", "video_markers"),
    *("video_correct", "video_problem"),
)


@dataclass(frozen=True)
class Video:
    """A video file.

    Attributes:
        name: what it is called.
        path: where it lies.
        folder: that of an upload or the sample, which is gone from the disk when nothing refers to it any more.
    """

    name: str
    path: Path
    folder: tempfile.TemporaryDirectory | None = None

    def scratch(self) -> Path:
        """A folder for what is made of the video, kept as long as the visit."""
        if self.folder is not None:
            return Path(self.folder.name)
        return Path(st.session_state.setdefault("video_scratch", _folder()).name)


def given_video() -> Video | None:
    """Widgets for a video; the one that was given last, on an earlier visit to the page too."""
    st.session_state.setdefault("video_uploader", 0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try a sample", icon=":material/person:", on_click=_use_sample)
        if access.may_give_paths():
            _path_form()
        if "video" in st.session_state:
            st.button("Clear", icon=":material/delete:", on_click=_clear)
    file = st.file_uploader(
        "Your video: MP4, MOV, WebM, MKV, AVI or GIF",
        type=None,  # whatever a file is called, what is wrong with it is said beside it
        key=_uploader_key(),
        on_change=_use_upload,
        max_upload_size=LARGEST,
    )
    if file is None and "video" not in st.session_state:
        st.caption("It is analysed on the machine that this page runs on, and removed from it when you close the page.")
    return st.session_state.get("video")


def _uploader_key() -> str:
    return f"video uploader {st.session_state.video_uploader}"


def _path_form() -> None:
    with st.popover("Open a path on this machine", icon=":material/folder_open:"), st.form("video_path", border=False):
        st.text_input("Path of the video", key="video_path_given", placeholder="/home/me/clips/interview.mp4")
        st.form_submit_button("Open", on_click=_use_path, type="primary")


def _use_upload() -> None:
    file = st.session_state.get(_uploader_key())
    if file is not None:
        _store(file.name, file)


def _store(name: str, content: BinaryIO) -> None:
    """Keep a video under a name of ours, as its own may be anything."""
    try:
        folder = _folder()
        path = Path(folder.name) / f"video{Path(name).suffix[:8].lower()}"
        with path.open("wb") as target:
            shutil.copyfileobj(content, target)
    except OSError as error:  # the disk is full, say
        _say_not_kept(error)
    else:
        _use(Video(name, path, folder))


def _use_sample() -> None:
    try:
        folder = _folder()
        path = write_sample(Path(folder.name) / "sample.mp4")
    except OSError as error:
        _say_not_kept(error)
    else:
        _use(Video("sample.mp4", path, folder))


def _say_not_kept(error: OSError) -> None:
    _clear(uploader=False)
    st.session_state.video_problem = f"it could not be kept on the disk ({error.strerror or error})"


def _use_path() -> None:
    given = Path(os.path.expanduser(str(st.session_state.video_path_given).strip()))  # Path's own may raise
    try:
        access.check_path(given)
    except ValueError as error:
        st.session_state.video_problem = str(error)
        return
    if not given.is_file():
        st.session_state.video_problem = f"there is no file {given}"
        return
    _use(Video(given.name, given))


def _use(video: Video) -> None:
    _clear(uploader=False)
    st.session_state.video = video


def _clear(uploader: bool = True) -> None:
    for key in (*OF_A_VIDEO, PLAYABLE, ANNOTATED):
        st.session_state.pop(key, None)
    if uploader:
        st.session_state.video_uploader += 1


def _folder() -> tempfile.TemporaryDirectory:
    return temporary_folder("video")
