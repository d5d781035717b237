"""`emotion analyze` with videos, as a shell sees it."""

from __future__ import annotations

import csv
import io
import shutil

import pytest

from tests.clips import grey_frames, write_clip, write_tone
from tests.shell import emotion


@pytest.fixture(scope="module")
def clip(tmp_path_factory, astronaut):
    """Two seconds of the portrait, and a second of nothing."""
    frames = [astronaut] * 50 + grey_frames(*[90] * 25, size=(512, 512))
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", frames)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_table_has_a_row_a_face_and_analysed_frame_and_none_without_a_face(clip, tmp_path):
    done = emotion("analyze", clip, "--csv", tmp_path / "faces.csv")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == f"{clip}: 1 face in 75 analysed frames\n"
    rows = rows_of((tmp_path / "faces.csv").read_text("utf-8-sig"))
    assert [float(row["seconds"]) for row in rows] == [n / 25 for n in range(50)]
    assert {(row["video"], row["face"], row["emotion"]) for row in rows} == {(str(clip), "1", "happy")}


def test_a_part_is_analysed_every_so_many_seconds(clip):
    done = emotion("analyze", clip, "--csv", "-", "--every", "0.5", "--from", "0:00.5", "--to", "1.6")
    assert [row["seconds"] for row in rows_of(done.stdout)] == ["0.52", "1.0", "1.52"]


def test_folders_of_clips_are_walked_and_what_is_none_is_named(clip, tmp_path):
    (tmp_path / "deep").mkdir()
    shutil.copy(clip, tmp_path / "deep" / "b.MP4")
    write_tone(tmp_path / "a.mp4")
    (tmp_path / "notes.txt").write_text("left alone")
    done = emotion("analyze", tmp_path, "--csv", "-", "--every", "1")
    assert done.returncode == 0
    assert {row["video"] for row in rows_of(done.stdout)} == {str(tmp_path / "deep" / "b.MP4")}
    assert "a.mp4: there is no picture in this file, only audio" in done.stderr
    assert "1 of 2 videos could not be read" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.mp4"], "missing.mp4: there is no such file"),
        (["missing.mp4", "--every", "0"], "more than 0"),
        (["missing.mp4", "--from", "soon"], "'soon' is no time"),
        (["missing.mp4", "--from", "2", "--to", "1"], "must be after"),
        (["missing.mp4", "photo.jpg"], "photos and videos are analysed one after the other"),
        ([".", "--every", "1"], "no videos in"),
    ],
)
def test_a_wrong_call_or_unusable_input_is_said_in_one_line(arguments, reason, tmp_path):
    done = emotion("analyze", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_a_video_is_never_written_over(clip, tmp_path):
    shutil.copy(clip, tmp_path / "a.mp4")
    done = emotion("analyze", tmp_path / "a.mp4", "--csv", tmp_path / "a.mp4")
    assert done.returncode == 2 and "is one of the files to be analysed" in done.stderr
    assert (tmp_path / "a.mp4").read_bytes() == clip.read_bytes()
