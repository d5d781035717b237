"""Clips of every codec that can be written here, read frame by frame at their true times."""

from __future__ import annotations

import shutil
import struct

import numpy as np
import pytest

from emotion_core.video import reading
from emotion_core.video.errors import VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection
from tests.clips import grey_frames, turned, write_clip, write_tone
from tests.pictures import blank_png

#: Grey values that survive being compressed apart from each other.
VALUES = (20, 70, 120, 170, 220)


def read(path, **selection) -> list[tuple[float, int]]:
    """The frames' times in milliseconds and their mean values."""
    with VideoFile(path) as video:
        return [
            (round(1000 * frame.seconds), round(float(frame.picture.mean())))
            for frame in video.frames(Selection(**selection))
        ]


def milliseconds(found) -> list[int]:
    return [time for time, _ in found]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mp4", "libx265"),
        ("a.mov", "mpeg4"),
        ("a.mkv", "libvpx-vp9"),
        ("a.webm", "libvpx-vp9"),
        ("a.webm", "libvpx"),
        ("a.mkv", "libsvtav1"),
        ("a.mkv", "ffv1"),
        ("a.avi", "mjpeg"),
        ("a.avi", "mpeg4"),
        ("a.mpg", "mpeg2video"),
        ("a.ts", "libx264"),
        ("a.gif", "gif"),
    ],
)
def test_each_codec_gives_its_frames_at_their_times(tmp_path, name, codec):
    path = write_clip(tmp_path / name, grey_frames(*VALUES), codec=codec)
    found = read(path)
    assert milliseconds(found) == [0, 40, 80, 120, 160]
    assert [value for _, value in found] == pytest.approx(VALUES, abs=9)


def test_frames_of_a_rate_that_varies_come_when_they_are_shown(tmp_path):
    times = [0.0, 0.04, 0.5, 0.511, 2.0]
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES), times=times)
    assert milliseconds(read(path)) == [0, 40, 500, 511, 2000]


def test_a_picture_that_starts_after_the_sound_does_so(tmp_path):
    path = write_clip(tmp_path / "a.mkv", grey_frames(*VALUES), times=[0.5 + n / 25 for n in range(5)], sound=1.0)
    assert milliseconds(read(path)) == [500, 540, 580, 620, 660]


def test_a_file_whose_clock_does_not_begin_at_nothing_does_for_us(tmp_path):
    path = write_clip(tmp_path / "a.ts", grey_frames(*VALUES), times=[7 + n / 25 for n in range(5)])
    assert milliseconds(read(path)) == [0, 40, 80, 120, 160]


def test_a_clock_that_is_set_back_goes_on_for_us(tmp_path):
    parts = [write_clip(tmp_path / f"{start}.ts", grey_frames(*VALUES), times=[start + n / 25 for n in range(5)])
             for start in (7, 0)]  # fmt: skip
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert milliseconds(read(path)) == [40 * number for number in range(10)]


def test_a_file_that_holds_the_same_time_stamps_twice_is_read_from_its_first_frame_on(tmp_path):
    part = write_clip(tmp_path / "a.ts", grey_frames(*range(0, 200, 4)))  # as long as a clock set back is known by
    path = tmp_path / "twice.ts"
    path.write_bytes(2 * part.read_bytes())
    with VideoFile(path) as video:
        assert [round(1000 * frame.seconds) for frame in video.frames()] == [40 * number for number in range(100)]
        assert video.damage == ""


def test_a_stream_without_time_stamps_goes_by_its_rate(tmp_path):
    path = write_clip(tmp_path / "camera.h264", grey_frames(*VALUES))
    assert milliseconds(read(path)) == [0, 40, 80, 120, 160]


def test_what_an_edit_list_cuts_off_is_not_there(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES), bf="0")
    content = bytearray(path.read_bytes())
    place = content.index(b"elst") + 16  # where the media begins, in parts of a second of its own clock
    (clock,) = struct.unpack_from(">I", content, content.index(b"mdhd") + 16)
    struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + round(0.08 * clock))
    path.write_bytes(content)
    found = read(path)
    assert milliseconds(found) == [0, 40, 80]
    assert [value for _, value in found] == pytest.approx(VALUES[2:], abs=9)


def test_every_one_of_240_frames_a_second_has_its_time(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*range(24)), rate=240)
    assert milliseconds(read(path)) == [round(1000 * number / 240) for number in range(24)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_frames_stand_as_a_phone_held_them(tmp_path, degrees):
    frame = np.zeros((64, 96, 3), np.uint8)
    frame[:32, :48] = 255  # its upper left quarter
    path = turned(write_clip(tmp_path / "a.mp4", [frame] * 3), degrees)
    with VideoFile(path) as video:
        upright = next(video.frames()).picture
        assert (video.info.height, video.info.width) == upright.shape[:2]
        assert video.info.turned == degrees
    expected = np.rot90(frame, -degrees // 90)
    assert upright.shape == expected.shape
    assert np.abs(upright.astype(int) - expected).mean() < 5


def test_a_part_begins_where_it_is_asked_for(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*range(0, 250, 5)), g="10")
    assert milliseconds(read(path, start=1.0, end=1.1)) == [1000, 1040, 1080]
    assert read(path, start=1.0)[0][1] == pytest.approx(125, abs=6)


def test_a_start_after_the_end_is_said(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES))
    with pytest.raises(VideoError, match=r"the video ends at 0.2 s, before the start at 9 s"):
        read(path, start=9.0)


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "libx264", {"g": "10"}),
        ("a.mp4", "libx264", {"g": "20", "x264-params": "open-gop=1"}),
        ("a.mkv", "libx265", {"g": "15"}),
        ("a.webm", "libvpx-vp9", {"g": "10"}),
        ("a.avi", "mpeg4", {"g": "10"}),
        ("a.ts", "libx264", {"g": "10"}),
        ("a.mp4", "libx264", {"g": "999"}),
    ],
)
def test_frames_far_apart_are_those_of_a_file_that_is_read_throughout(tmp_path, monkeypatch, name, codec, options):
    path = write_clip(tmp_path / name, grey_frames(*range(40, 240)), codec=codec, **options)
    decoded = []
    monkeypatch.setattr(VideoFile, "_decoded", _counted(decoded))
    monkeypatch.setattr(reading, "LEAP_SECONDS", float("inf"))
    throughout = read(path, every=2.1, start=0.3)
    whole = len(decoded)
    monkeypatch.setattr(reading, "LEAP_SECONDS", 1.0)
    assert read(path, every=2.1, start=0.3) == throughout and len(throughout) == 4
    if (name, options) == ("a.mp4", {"g": "10"}):
        assert len(decoded) - whole < whole / 2


def test_a_file_that_cannot_be_opened_again_is_read_to_its_end(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*range(40, 240)), g="10")
    with VideoFile(path) as video:
        frames = video.frames(Selection(every=3.0))
        first = next(frames)
        path.unlink()
        assert [round(frame.seconds) for frame in (first, *frames)] == [0, 3, 6]


def test_where_no_frame_before_the_next_one_stands_by_itself_that_is_not_looked_for_at_each(tmp_path, monkeypatch):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*range(40, 240)), g="999")
    sought, leap = [], VideoFile._leap
    monkeypatch.setattr(VideoFile, "_leap", lambda self, now, due: sought.append(due) or leap(self, now, due))
    assert len(read(path, every=3.0)) == 3
    assert len(sought) <= 6  # of 200 frames


def _counted(decoded: list):
    before = VideoFile._decoded

    def frames(self):
        for frame in before(self):
            decoded.append(frame.time)
            yield frame

    return frames


def test_pixels_that_are_not_square_are_stretched(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES), aspect="2:1")
    with VideoFile(path) as video:
        assert video.info.width == 192


def test_large_frames_come_reduced(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(100, size=(3840, 2160)), preset="ultrafast")
    with VideoFile(path) as video:
        frame = next(video.frames())
        assert (video.info.width, frame.picture.shape, frame.scale) == (3840, (1080, 1920, 3), 2.0)


def test_what_is_known_of_a_file_is_told(tmp_path):
    path = write_clip(tmp_path / "a.mp4", grey_frames(*VALUES), sound=0.5)
    with VideoFile(path) as video:
        assert (video.info.codec, video.info.rate, video.info.has_sound) == ("h264", 25, True)
        assert video.info.duration == pytest.approx(0.5, abs=0.1)


def test_a_truncated_file_gives_what_is_left_and_says_so(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (100, 64, 96, 3), np.uint8)
    path = write_clip(tmp_path / "a.mkv", noise)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with VideoFile(path) as video:
        found = list(video.frames())
        assert 10 < len(found) < 90
        assert video.damage


@pytest.mark.parametrize("name", ["a.ts", "a.mkv"])
def test_a_hole_is_said_though_all_around_it_is_read_and_without_the_path_of_the_file(tmp_path, name):
    noise = np.random.default_rng(1).integers(0, 255, (50, 64, 96, 3), np.uint8)
    path = write_clip(tmp_path / name, noise)
    content = path.read_bytes()
    first, end = len(content) // 5, len(content) // 2
    path.write_bytes(content[:first] + bytes(end - first) + content[end:])
    with VideoFile(path) as video:
        assert len(list(video.frames())) >= 10
        assert video.damage.startswith("a part of the video is damaged") and str(tmp_path) not in video.damage


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "this is a folder"),
        (lambda path: path.write_bytes(b""), "the file is empty"),
        (lambda path: path.write_bytes(blank_png()), "this is a picture, not a video"),
        (lambda path: path.write_text("not a video at all, but words"), "this is not a video that can be read"),
        (lambda path: path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(200)), "damaged or incomplete"),
        (lambda path: path.write_text("#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"), "not a video"),
        (write_tone, "there is no picture in this file, only audio"),
    ],
    ids=["missing", "folder", "empty", "picture", "words", "cut off", "playlist", "sound"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path, make, reason):
    make(tmp_path / "a.mp4")
    with pytest.raises(VideoError, match=reason):
        VideoFile(tmp_path / "a.mp4")


def test_a_video_is_read_whatever_it_is_called(tmp_path):
    shutil.move(write_clip(tmp_path / "a.mp4", grey_frames(*VALUES)), tmp_path / "http: a%d.jpg")
    assert len(read(tmp_path / "http: a%d.jpg")) == 5


def test_a_frame_size_that_changes_is_made_the_first_ones(tmp_path):
    one = write_clip(tmp_path / "one.ts", grey_frames(20, 70), codec="mpeg2video")
    two = write_clip(tmp_path / "two.ts", grey_frames(120, 170, size=(192, 128)), codec="mpeg2video")
    path = tmp_path / "both.ts"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    with VideoFile(path) as video:
        shapes = [frame.picture.shape for frame in video.frames()]
    assert len(shapes) >= 3 and set(shapes) == {(64, 96, 3)}


def test_a_file_of_one_pixel_is_read(tmp_path):
    path = write_clip(tmp_path / "a.gif", grey_frames(100, 200, size=(1, 1)), codec="gif")
    assert [frame.picture.shape for frame in VideoFile(path).frames()] == [(1, 1, 3)] * 2


def test_closing_ends_the_frames(tmp_path):
    video = VideoFile(write_clip(tmp_path / "a.mp4", grey_frames(*VALUES)))
    frames = video.frames()
    next(frames)
    video.close()
    assert list(frames) == []


def test_what_is_encrypted_or_scrambled_is_said(tmp_path):
    path = write_clip(tmp_path / "a.mp4", np.random.default_rng(1).integers(0, 255, (20, 64, 96, 3), np.uint8))
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 4
    end = content.index(b"moov") - 4
    content[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(content)
    with pytest.raises(VideoError, match="damaged, encrypted or of an unknown codec"):
        VideoFile(path)
