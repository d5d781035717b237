"""Copies of videos, read again."""

from __future__ import annotations

import gc
import resource
import threading
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from emotion_core.video.errors import VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection
from emotion_core.video.writing import plays_in_browsers, write_annotated, write_playable
from tests.clips import grey_frames, turned, write_clip
from tests.video_results import result_of

VALUES = (20, 70, 120, 170, 220)


def read(path: Path) -> list[tuple[int, int]]:
    with VideoFile(path) as video:
        return [(round(1000 * frame.seconds), round(float(frame.picture.mean()))) for frame in video.frames()]


def seconds_of_sound(path: Path) -> float:
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return float(frames[-1].time) + frames[-1].samples / frames[-1].sample_rate


def result_on(path: Path, **fields: object):
    """One face at 0.0 s, and one at 0.08 s."""
    with VideoFile(path) as video:
        rows = [(0.0, 1, "happy", 0.9), (0.08, 2, "sad", 0.9)]
        return result_of(rows, moments=[0.0, 0.04, 0.08, 0.12], info=video.info, **fields)


def brightened(picture: np.ndarray, faces) -> np.ndarray:
    """Brighter by 20 for each face."""
    return np.clip(picture + 20.0 * len(faces), 0, 255).astype(np.uint8)


def test_faces_are_drawn_in_the_frames_where_they_were_seen(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*[100] * 4))
    write_annotated(result_on(path), tmp_path / "b.mp4", brightened)
    assert [value for _, value in read(tmp_path / "b.mp4")] == pytest.approx([120, 100, 120, 100], abs=4)
    write_annotated(result_on(path, left_out=frozenset({2})), tmp_path / "c.mp4", brightened)
    assert [value for _, value in read(tmp_path / "c.mp4")] == pytest.approx([120, 100, 100, 100], abs=4)


def test_the_faces_of_the_last_analysed_frame_stay_until_the_next(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*[100] * 6))
    with VideoFile(path) as video:
        result = result_of([(0.0, 1, "happy", 0.9)], moments=[0.0, 0.12], info=video.info)
    write_annotated(result, tmp_path / "b.mp4", brightened)
    assert [value for _, value in read(tmp_path / "b.mp4")] == pytest.approx([120] * 3 + [100] * 3, abs=4)


def test_a_copy_keeps_the_times_of_frames_and_the_sound(tmp_path):
    times = [0.0, 0.04, 0.5, 0.51, 1.2]
    path = write_clip(tmp_path / "a.mkv", grey_frames(*VALUES), times=times, sound=1.2)
    write_playable(path, tmp_path / "b.mp4")
    found = read(tmp_path / "b.mp4")
    assert [time for time, _ in found] == [0, 40, 500, 510, 1200]
    assert [value for _, value in found] == pytest.approx(VALUES, abs=9)
    assert seconds_of_sound(tmp_path / "b.mp4") == pytest.approx(1.2, abs=0.1)
    with VideoFile(tmp_path / "b.mp4") as copy:
        assert plays_in_browsers(copy.info)


def test_a_part_begins_at_nothing_with_its_own_sound(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*range(0, 250, 5)), sound=2.0, g="10")
    result = result_on(path)
    write_annotated(result, tmp_path / "b.mp4", brightened, Selection(start=1.0, end=1.4))
    assert [time for time, _ in read(tmp_path / "b.mp4")] == [40 * number for number in range(11)]
    assert seconds_of_sound(tmp_path / "b.mp4") == pytest.approx(0.44, abs=0.1)


def test_a_turned_clip_stands_upright_in_its_copy(tmp_path):
    frame = np.zeros((64, 96, 3), np.uint8)
    frame[:32, :48] = 255
    write_playable(turned(write_clip(tmp_path / "a.mp4", [frame] * 3), 90), tmp_path / "b.mp4")
    with VideoFile(tmp_path / "b.mp4") as copy:
        assert (copy.info.width, copy.info.height, copy.info.turned) == (64, 96, 0)
        assert np.abs(next(copy.frames()).picture.astype(int) - np.rot90(frame, -1)).mean() < 6


def test_odd_sides_are_made_even(tmp_path):
    path = write_clip(tmp_path / "a.gif", grey_frames(100, 200, size=(33, 21)), codec="gif")
    write_playable(path, tmp_path / "b.mp4")
    with VideoFile(tmp_path / "b.mp4") as copy:
        assert (copy.info.width, copy.info.height) == (34, 22)


@pytest.mark.parametrize(
    ("name", "codec", "plays"),
    [
        ("a.mp4", "libx264", True),
        ("a.mp4", "libx265", False),
        ("a.avi", "mpeg4", False),
        ("a.mp4", "mpeg4", False),
        ("a.webm", "libvpx-vp9", True),
        ("a.mkv", "libx264", False),
    ],
)
def test_it_is_known_what_browsers_play(tmp_path, name, codec, plays):
    with VideoFile(write_clip(tmp_path / name, grey_frames(*VALUES), codec=codec)) as video:
        assert plays_in_browsers(video.info) == plays


def test_what_is_stopped_leaves_no_file(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES))
    stop = threading.Event()
    stop.set()
    with pytest.raises(VideoError, match="stopped"):
        write_playable(path, tmp_path / "b.mp4", stop)
    assert [one.name for one in tmp_path.iterdir()] == ["a.mp4"]


def test_what_a_killed_copy_left_goes_with_the_next_one(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES))
    (tmp_path / ".b.999999999-1.partial.mp4").write_bytes(b"half")
    write_playable(path, tmp_path / "b.mp4")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def test_what_is_stopped_lets_go_of_the_file_with_its_sound(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES), sound=1.0)
    stop = threading.Event()
    stop.set()
    gc.collect()
    with pytest.raises(VideoError, match="stopped") as stopped:
        write_playable(path, tmp_path / "b.mp4", stop)
    assert stopped and str(path) not in [one.path for one in psutil.Process().open_files()]


def test_a_folder_that_is_not_there_is_the_systems_error(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES))
    with pytest.raises(OSError, match=r"No such file"):
        write_playable(path, tmp_path / "nowhere" / "b.mp4")


def test_where_the_disk_takes_no_more_there_is_no_copy(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (40, 128, 160, 3), np.uint8)
    path = write_clip(tmp_path / "a.mp4", noise)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(OSError, match=r"b\.mp4"):
            write_playable(path, tmp_path / "b.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [one.name for one in tmp_path.iterdir()] == ["a.mp4"]
