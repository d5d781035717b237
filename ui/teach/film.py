"""A part of a video whose faces are recorded for a class."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import streamlit as st

from emotion_core.emotions import display_name
from emotion_core.extras import missing
from emotion_core.files import temporary_folder
from ui.shared.layout import count, plain
from ui.shared.words import said, without_paths
from ui.teach.panel import NOTES
from ui.video.source import LARGEST
from ui.video.work import ANALYSES

if TYPE_CHECKING:
    from emotion_core.streams import Lesson
    from emotion_core.video import RecordedPart

#: Seconds that a part waits for other visits' videos.
PATIENCE = 30.0


def add_part_of_video(lesson: Lesson) -> None:
    """A form for a video, the part of it, and the class that it shows."""
    with st.expander("Add a part of a video", icon=":material/movie:"):
        if sentence := missing("av"):
            st.info(sentence, icon=":material/extension:")
            return
        with st.form("teach_video", clear_on_submit=True, border=False):
            name = st.selectbox(
                "Class that it shows", lesson.classes, format_func=display_name, key="teach_video_class"
            )
            label = "Video: the largest face is recorded, five times a second"
            file = st.file_uploader(label, key="teach_video_file", max_upload_size=LARGEST)
            left, right = st.columns(2)
            first = left.text_input("From", "0:00", key="teach_video_from", help="Minutes and seconds, or seconds.")
            last = right.text_input("To", key="teach_video_to", placeholder="the end")
            if st.form_submit_button("Add the part", type="primary") and file:
                _add(lesson, name, file, first, last)


def _add(lesson: Lesson, name: str, file: BinaryIO, first: str, last: str) -> None:
    from emotion_core.video import VideoError

    try:
        with st.spinner("Looking for faces …", show_time=True):
            found = _recorded(lesson, name, file, first, last)
    except (ValueError, VideoError, OSError) as error:
        st.error(f"{plain(file.name)}: {said(error)}.", icon=":material/error:")
    else:
        _say(found)


def _recorded(lesson: Lesson, name: str, file: BinaryIO, first: str, last: str) -> RecordedPart:
    """Have a part recorded; the video lies on the disk meanwhile, under a name of ours, as its own may be anything."""
    from emotion_core.video import VideoElsewhere, VideoError, record_part, seconds_of

    start, end = seconds_of(first or "0"), seconds_of(last) if last.strip() else None
    if not ANALYSES.take(PATIENCE):
        raise VideoError(f"{ANALYSES.most} other videos are being analysed on this machine; try again a little later")
    try:
        with temporary_folder("teach") as folder:
            path = Path(folder) / f"video{Path(file.name).suffix[:8].lower()}"
            with path.open("wb") as target:
                shutil.copyfileobj(file, target)
            with VideoElsewhere(path) as video:
                return record_part(lesson, name, video, start, end, person=file.name)
    finally:
        ANALYSES.give_back()


def _say(found: RecordedPart) -> None:
    """How many faces were recorded, and what was left out."""
    words = [f"{count(found.faces, 'face')} recorded."]
    if found.several:
        words.append(f"In {count(found.several, 'frame')} there were several faces: the largest was recorded.")
    words += [f"{count(number, 'frame')} left out: {NOTES[why]}" for why, number in found.left_out.items()]
    if found.damage:
        words.append(f"The video ends early: {without_paths(found.damage)}.")
    show = st.success if found.faces else st.warning
    show(plain(" ".join(words)), icon=":material/movie:")
