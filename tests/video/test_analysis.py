"""Clips through the whole of it, with a network and a detector whose answers are known."""

from __future__ import annotations

import threading
from itertools import zip_longest

import numpy as np
import pytest

import emotion_core as ec
from emotion_core.video.analysis import VideoAnalysis, analyze_video
from emotion_core.video.errors import VideoError
from emotion_core.video.timelines import timelines
from tests.clips import grey_frames, write_clip


@pytest.fixture(scope="module")
def portrait_clip(tmp_path_factory, astronaut):
    """Two seconds of the portrait, whose expression stays as it is."""
    return write_clip(tmp_path_factory.mktemp("clips") / "portrait.mp4", [astronaut] * 50)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory, astronaut):
    """A second of the portrait, a second of it elsewhere after a cut, and a second without a face."""
    elsewhere = np.roll(astronaut[:, ::-1], 128, axis=1)
    frames = [astronaut] * 25 + [elsewhere] * 25 + grey_frames(*[90] * 25, size=(512, 512))
    return write_clip(tmp_path_factory.mktemp("clips") / "scenes.mp4", frames)


def test_every_frame_is_answered_and_its_face_keeps_its_number(portrait_clip):
    moments = list(ec.analyze_video(portrait_clip))
    assert [round(1000 * moment.seconds) for moment in moments] == list(range(0, 2000, 40))
    assert {tuple(face.number for face in moment.faces) for moment in moments} == {(1,)}
    assert {moment.faces[0].result.emotion for moment in moments} == {"happy"}
    x, y, width, height = (getattr(moments[-1].faces[0].result.box, name) for name in ("x", "y", "width", "height"))
    assert (x + width / 2, y + height / 2) == pytest.approx((224, 120), abs=8)


def test_the_result_holds_what_the_moments_said(portrait_clip):
    analysis = ec.analyze_video(portrait_clip, every=0.5)
    moments = list(analysis)
    result = analysis.result
    assert result.complete and result.note == ""
    assert result.seconds == pytest.approx([0.0, 0.52, 1.0, 1.52])
    table = result.to_frame()
    assert list(table["emotion"]) == [moment.faces[0].result.emotion for moment in moments]
    assert table["happy"].tolist() == pytest.approx(
        [moment.faces[0].result.probabilities["happy"] for moment in moments], abs=1e-4
    )
    assert result.portraits[1].shape == (96, 96, 3)


def test_a_cut_is_noticed_and_no_face_is_followed_across_it(scenes):
    result = analyze_video(scenes).run()
    assert result.cuts == pytest.approx((1.0, 2.0))
    before, after = result.faces[result.seconds < 1], result.faces[result.seconds >= 1]
    assert set(before) == {1} and set(after) == {2}
    assert len(result) == 50 and len(result.moments) == 75  # no row where there is no face


def test_a_part_and_a_frame_now_and_then(portrait_clip):
    result = analyze_video(portrait_clip, start=0.5, end=1.5, every=0.25).run()
    assert result.moments == pytest.approx([0.52, 0.76, 1.0, 1.28])


def test_a_face_keeps_its_number_though_frames_are_far_apart(tmp_path, astronaut):
    path = write_clip(tmp_path / "slow.mp4", [astronaut] * 6, times=[3.0 * n for n in range(6)])
    for every in (3.0, None):
        result = analyze_video(path, every=every).run()
        assert set(result.faces) == {1} and len(result) == 6


def test_what_was_analysed_is_kept_when_it_is_cancelled(portrait_clip):
    analysis = analyze_video(portrait_clip)
    for number, _ in enumerate(analysis):
        if number == 9:
            analysis.cancel()
    assert len(analysis.result) == 10
    assert not analysis.result.complete
    assert "stopped at 0.4 s; what was analysed until then is kept" in analysis.result.note


def test_it_may_be_cancelled_from_another_thread_and_leaves_no_thread(portrait_clip):
    before = threading.active_count()
    analysis = analyze_video(portrait_clip)
    next(analysis)
    thread = threading.Thread(target=analysis.cancel)
    thread.start()
    thread.join()
    assert len(list(analysis)) <= 1
    assert threading.active_count() <= before


def test_how_much_is_done_grows_to_all(portrait_clip):
    analysis = VideoAnalysis(portrait_clip)
    shares = [analysis.share for _ in analysis]
    assert shares == sorted(shares) and 0.4 < shares[25] < 0.6
    assert analysis.share == 1 and analysis.seconds_left == 0


def test_a_clip_of_crops_is_taken_as_one_face_a_frame(tmp_path, astronaut):
    crop = astronaut[70:170:2, 175:275:2]
    result = analyze_video(write_clip(tmp_path / "crops.mp4", [crop] * 3)).run()
    assert result.boxes.tolist() == [[0, 0, 50, 50]] * 3


def test_each_frame_may_be_taken_whole(scenes):
    result = analyze_video(scenes, whole=True, every=1.0).run()
    assert result.boxes.tolist() == [[0, 0, 512, 512]] * 3


def test_a_video_without_a_face_gives_no_row(tmp_path):
    result = analyze_video(write_clip(tmp_path / "a.mp4", grey_frames(*[120] * 5, size=(320, 240)))).run()
    assert len(result) == 0 and len(result.moments) == 5
    assert list(result.to_frame()["emotion"]) == []


def test_a_face_in_one_frame_is_one_row(tmp_path, astronaut):
    grey = grey_frames(120, size=(512, 512))
    path = write_clip(tmp_path / "a.mp4", [*grey, astronaut, *grey, *grey])
    result = analyze_video(path, detector_interval=0).run()
    assert result.seconds == pytest.approx([0.04]) and len(result.moments) == 4
    (line,) = timelines(result)
    assert line.seconds_seen == pytest.approx(0.04)


@pytest.mark.parametrize("wrong", [{"every": -1}, {"threshold": 70}, {"start": 3, "end": 2}, {"detector_interval": -1}])
def test_settings_that_make_no_sense_are_refused(portrait_clip, wrong):
    with pytest.raises(ValueError, match="must be"):
        analyze_video(portrait_clip, **wrong)


def test_a_file_that_is_no_video_is_refused_at_once(tmp_path):
    with pytest.raises(VideoError, match="no such file"):
        analyze_video(tmp_path / "nothing.mp4")


def test_frames_of_one_pixel_hold_no_face(tmp_path):
    result = analyze_video(write_clip(tmp_path / "a.gif", grey_frames(100, 200, size=(1, 1)), codec="gif")).run()
    assert (len(result), len(result.moments)) == (0, 2)


def test_what_could_be_read_of_a_damaged_file_is_kept(tmp_path, astronaut):
    path = write_clip(tmp_path / "a.mkv", [astronaut] * 50, g="2")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    result = analyze_video(path, every=0.2).run()
    assert len(result) > 0 and not result.complete
    assert result.note.endswith("what could be read is kept")


def test_two_analyses_at_once_give_what_each_gives_alone(portrait_clip, scenes):
    first, second = analyze_video(portrait_clip, every=0.4), analyze_video(scenes, every=0.4)
    for one, other in zip_longest(first, second):  # moment by moment in turn
        assert one is not None or other is not None
    assert len(first.result) == 5 and len(second.result) == 5 and len(second.result.moments) == 8
