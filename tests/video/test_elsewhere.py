"""A video decoded in another process is the same one, and what takes too much ends that process alone."""

from __future__ import annotations

import io
import struct
import sys

import numpy as np
import psutil
import pytest

from emotion_core.decoding import read_message
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.limits import OUT_OF_TIME, TOO_LATE
from emotion_core.models.card import ModelError
from emotion_core.video import decoding_process, elsewhere
from emotion_core.video.analysis import VideoAnalysis
from emotion_core.video.decoding_process import _Answers, _LimitedVideo, _Limits
from emotion_core.video.elsewhere import VideoElsewhere
from emotion_core.video.errors import VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection
from emotion_core.video.settings import VideoSettings
from tests.clips import turned, write_clip, write_tone


@pytest.fixture(scope="module")
def clip(tmp_path_factory, astronaut):
    """A second of the portrait, moving, on its side."""
    frames = [np.roll(astronaut, 3 * step, axis=1) for step in range(25)]
    return turned(write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames), 90)


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "video.decoding_process" in " ".join(one.cmdline())]


def test_its_frames_are_the_same(clip):
    part = Selection(start=0.2, end=0.8, step=2)
    with VideoFile(clip) as here, VideoElsewhere(clip) as there:
        assert there.info == here.info and there.picture_bytes == here.picture_bytes
        for frame, same in zip(there.frames(part), here.frames(part), strict=True):
            assert (frame.seconds, frame.scale) == (same.seconds, same.scale)
            assert (frame.picture == same.picture).all()
        assert there.damage == here.damage == ""
    assert not children()


def test_what_is_found_is_the_same(clip):
    found, expected = VideoAnalysis(VideoElsewhere(clip)).run(), VideoAnalysis(clip).run()
    assert found.complete and len(found) == len(expected) == 25
    assert (found.probabilities == expected.probabilities).all() and (found.boxes == expected.boxes).all()


def test_what_is_wrong_with_a_video_is_said_as_ever(clip, tmp_path):
    (tmp_path / "text.mp4").write_bytes(b"no video at all")
    (tmp_path / "cut.mp4").write_bytes(clip.read_bytes()[:-3000])
    write_tone(tmp_path / "tone.mp4")
    for path in (tmp_path / "text.mp4", tmp_path / "cut.mp4", tmp_path / "tone.mp4", tmp_path / "none", tmp_path):
        said = []
        for kind in (VideoFile, VideoElsewhere):
            with pytest.raises(VideoError) as error:
                kind(path)
            said.append(str(error.value))
        assert said[0] == said[1]
    with VideoElsewhere(clip) as video, pytest.raises(VideoError, match="before the start at 9 s"):
        list(video.frames(Selection(start=9)))
    assert not children()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_where_it_takes_too_much_that_is_said(clip, monkeypatch):
    monkeypatch.setattr(elsewhere, "MEMORY_BYTES", 0)
    with pytest.raises(VideoError, match="memory"):
        VideoElsewhere(clip)
    assert not children()
    assert "one frame took more than 10 seconds of processor time;" in elsewhere._why_ended(OUT_OF_TIME)
    assert "one frame took more than 60 seconds;" in elsewhere._why_ended(TOO_LATE)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the limits of other processes")
def test_the_process_has_limits(clip):
    with VideoElsewhere(clip):
        (process,) = children()
        used = sum(process.cpu_times()[:2])
        assert 0 < process.rlimit(psutil.RLIMIT_CPU)[0] <= used + elsewhere.PROCESSOR_SECONDS + 1
        assert 0 < process.rlimit(psutil.RLIMIT_DATA)[0] <= elsewhere.MEMORY_BYTES + process.memory_info().vms


class Dying(VideoElsewhere):
    """A video whose process is killed at the twelfth frame."""

    def frames(self, selection=None):
        for number, frame in enumerate(super().frames(selection), start=1):
            if number == 12:
                self._process.kill()
            yield frame


def test_where_the_process_dies_what_was_decoded_is_analysed_and_stays(clip):
    analysis = VideoAnalysis(Dying(clip))
    with pytest.raises(VideoError, match="the process that decoded it ended"):
        analysis.run()
    assert len(analysis.result.moments) == len(analysis.result) == 12
    assert not analysis.result.complete and "is kept" in analysis.result.note


def test_who_stops_or_forgets_it_leaves_no_process(clip):
    analysis = VideoAnalysis(VideoElsewhere(clip))
    next(analysis)
    analysis.cancel()
    assert len(list(analysis)) <= 1 and "stopped at" in analysis.result.note
    with VideoElsewhere(clip) as video:
        pass
    del video
    assert not children()


def test_a_model_that_is_not_there_leaves_no_process(clip):
    with pytest.raises(ModelError, match="nothing-like-it") as kept:
        VideoAnalysis(VideoElsewhere(clip), VideoSettings(AnalysisSettings(model="nothing-like-it")))
    assert kept and not children()


def test_what_is_closed_has_no_process_at_once(clip):
    video = VideoElsewhere(clip)
    video.close()
    assert not children() and video._channel._own.fileno() == -1
    assert list(video.frames()) == []


def test_frames_that_nobody_fetches_take_no_time(clip, monkeypatch):
    left = []
    monkeypatch.setattr(decoding_process, "CAN_LIMIT", True)
    monkeypatch.setattr(decoding_process, "limit_processor_time", lambda seconds: None)
    monkeypatch.setattr(decoding_process, "limit_time", left.append)
    with _LimitedVideo(clip, _Limits(10, 60), lambda: None) as video:
        for _ in video.frames():
            assert left[-2:] == [60, 0]


def test_a_process_that_passes_frames_over_says_that_it_goes_on(clip, monkeypatch):
    monkeypatch.setattr(elsewhere, "WORD_SECONDS", -1)
    with VideoElsewhere(clip) as video:
        assert len(list(video.frames(Selection(step=5)))) == 5
    said = io.BytesIO()
    _Answers(said, -1).go_on()
    said.seek(0)
    assert read_message(said)[0] == {"goes_on": True}


def length(head: int, content: int) -> str:
    return f"os.write(1, {struct.pack('<QQ', head, content)!r})"


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("time.sleep(1000)", "said nothing for 1 seconds"),
        ("os.close(0), os.close(1), time.sleep(1000)", "said nothing that can be used"),
        (f"{length(2, 2**40)}, os.write(1, b'{{}}'), time.sleep(1000)", "said nothing that can be used"),
        (f"{length(2, 0)}, os.write(1, b'{{}}'), time.sleep(1000)", "said nothing that can be used"),
        (f"{length(2, 0)}, os.write(1, b'17'), time.sleep(1000)", "said nothing that can be used"),
        (f"{length(2, 0)}, os.write(1, b'no'), time.sleep(1000)", "said nothing that can be used"),
    ],
)
def test_a_process_that_says_nothing_of_use_is_ended(monkeypatch, does, said):
    monkeypatch.setattr(elsewhere, "SILENT_SECONDS", 1 if "nothing for" in said else 180)
    monkeypatch.setattr(elsewhere, "ENDING_SECONDS", 0.1)
    command = {"args": [sys.executable, "-c", f"import os, time; {does}"]}
    monkeypatch.setattr(elsewhere, "own_command", lambda module: command)
    before = set(psutil.Process().children())
    with pytest.raises(VideoError, match=said):
        VideoElsewhere("any.mp4")
    assert set(psutil.Process().children()) <= before
