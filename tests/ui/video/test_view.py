"""The page Video while it analyses and afterwards, without a browser."""

from __future__ import annotations

import tempfile

import av
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.video.elsewhere import VideoElsewhere
from emotion_core.video.errors import VideoError
from tests.clips import grey_frames, write_clip
from tests.page import button
from tests.waiting import PATIENCE, wait_until
from ui.video import playable, view
from ui.video.source import ANNOTATED, PLAYABLE
from ui.video.work import ANALYSES, CopyJob


def _page() -> None:
    from pathlib import Path

    import streamlit as st

    from emotion_core.video import TimelineSettings, VideoSettings
    from ui.video.source import Video
    from ui.video.view import show

    video = Video("mine.mp4", Path(st.session_state.path), st.session_state.folder)
    show(video, VideoSettings(), TimelineSettings())


def is_done(page: AppTest) -> bool:
    """Whether the video of a page is analysed, and the copy written that the browser is given."""
    state = page.session_state
    return not state.video_job[1].running and not (PLAYABLE in state and state[PLAYABLE].job.running)


@pytest.fixture
def shown(monkeypatch):
    """Call it with a clip for the page once that is analysed. Nothing is decoded in this process."""
    folder = tempfile.TemporaryDirectory()

    def show(path) -> AppTest:
        monkeypatch.setattr(av, "open", lambda *_, **__: pytest.fail("it was decoded in the page's process"))
        page = AppTest.from_function(_page, default_timeout=PATIENCE)
        page.session_state.path, page.session_state.folder = str(path), folder
        page.run()
        if "video_job" in page.session_state:
            wait_until(lambda: is_done(page))
            page.run()
        assert not page.exception
        return page

    yield show
    folder.cleanup()


def test_a_video_is_decoded_in_a_process_of_its_own(shown, tmp_path, astronaut):
    page = shown(write_clip(tmp_path / "clip.mp4", [astronaut] * 5))
    assert not page.error and "People in the video" in [one.value for one in page.header]


def test_so_is_one_that_browsers_do_not_play(shown, tmp_path):
    page = shown(write_clip(tmp_path / "clip.avi", grey_frames(80, 120, 160), codec="mpeg4"))
    assert not page.error and page.info[0].value == "No face was found in this video."


def test_each_of_them_is_shown_as_its_own_copy(shown, tmp_path, monkeypatch):
    copied = []
    monkeypatch.setattr(
        playable, "write_playable_elsewhere", lambda path, target, progress: copied.append(target.write_bytes(b""))
    )
    one, other = (write_clip(tmp_path / name, grey_frames(80, 120), codec="mpeg4") for name in ("1.avi", "2.avi"))
    page = shown(one)
    assert len(copied) == 1
    page.session_state.path = str(other)
    page.run()
    wait_until(lambda: is_done(page))
    assert len(copied) == 2 and not page.exception


def test_a_copy_that_was_stopped_is_no_error_and_may_be_made_after_all(shown, tmp_path, astronaut, monkeypatch):
    copied, asked = [], []
    whole = view.Job.result.fget
    monkeypatch.setattr(view.Job, "result", property(lambda job: asked.append(job) or whole(job)))
    monkeypatch.setattr(
        playable, "write_playable_elsewhere", lambda path, target, progress: copied.append(target.write_bytes(b""))
    )
    page = shown(write_clip(tmp_path / "clip.avi", [astronaut] * 5, codec="mpeg4"))
    asked.clear()
    stopped = CopyJob(lambda progress: [progress(1.0) for _ in iter(int, 1)], None)
    stopped.stop()
    wait_until(lambda: not stopped.running)
    for name in (PLAYABLE, ANNOTATED):
        page.session_state[name] = playable.Copy(tmp_path / "clip.avi", tmp_path / "no.mp4", stopped)
    page.run()
    assert not page.error and not page.warning
    assert button(page, "Make an annotated copy")
    button(page, "Make the copy").click().run()
    wait_until(lambda: is_done(page))
    assert len(copied) == 2 and not page.run().info and not page.exception
    assert not asked  # of a long video it takes a while


def test_what_is_no_video_is_named(shown, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"no video at all")
    assert r"mine\.mp4 cannot be analysed: this is not a video" in shown(tmp_path / "clip.mp4").error[0].value


def test_where_the_process_dies_what_was_analysed_is_shown_also_without_a_copy(shown, tmp_path, astronaut, monkeypatch):
    tried = []

    def copied(path, target, progress):
        tried.append(path)
        raise VideoError("the process that read it ended")

    class Dying(VideoElsewhere):
        def frames(self, selection=None):
            for number, frame in enumerate(super().frames(selection), start=1):
                if number == 12:
                    self._process.kill()
                yield frame

    monkeypatch.setattr(view, "VideoElsewhere", Dying)
    monkeypatch.setattr(playable, "write_playable_elsewhere", copied)
    frames = [np.roll(astronaut, 3 * step, axis=1) for step in range(25)]
    page = shown(write_clip(tmp_path / "clip.avi", frames, codec="mpeg4"))
    assert page.warning[0].value == "The video cannot be played here: the process that read it ended."
    assert tried == [tmp_path / "clip.avi"]
    assert "The analysis ended early: the process that decoded it ended" in page.error[0].value
    assert "People in the video" in [one.value for one in page.header]


def test_one_that_comes_while_two_others_are_analysed_waits_for_its_turn(shown, tmp_path, astronaut):
    for _ in range(ANALYSES.most):
        assert ANALYSES.take(PATIENCE)  # another test's may be about to end
    try:
        page = shown(write_clip(tmp_path / "clip.mp4", [astronaut] * 5))
        assert page.info[0].value.startswith("2 other videos are being analysed on this machine.")
    finally:
        for _ in range(ANALYSES.most):
            ANALYSES.give_back()
    page.run()
    wait_until(lambda: is_done(page))
    assert "People in the video" in [one.value for one in page.run().header]
    assert ANALYSES.are_free


def test_a_turn_is_given_back_where_a_video_cannot_be_opened(shown, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"no video at all")
    for _ in range(ANALYSES.most + 1):
        assert shown(tmp_path / "clip.mp4").error
