"""`emotion analyze` with videos, as a shell sees it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotion_core.cli.main import main
from emotion_core.video import VideoFile
from tests.clips import grey_frames, write_clip, write_tone
from tests.shell import ROOT, emotion


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
    assert done.stdout == f"{clip}: face 1, seen for 2.0 s: happy 100 %; 1 expression\n"
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
        (["missing.mp4", "--subtitles", "a.txt"], "subtitles are written as .vtt or .srt"),
        (["missing.mp4", "other.mp4", "--subtitles", "a.vtt"], "a.vtt is for one video, and there are 2"),
        (["missing.mp4", "other.mp4", "--segments", "a.eaf"], "a.eaf is for one video"),
        (["missing.mp4", "--segments", "a.csv", "--csv", "a.csv"], "name the same file"),
        (["missing.mp4", "--segments", "-", "--csv", "-"], "only one report"),
        (["missing.mp4", "--csv", "no/such/folder.csv"], "cannot write"),
    ],
)
def test_a_wrong_call_or_unusable_input_is_said_in_one_line(arguments, reason, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["emotion", "analyze", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert reason in line


def test_all_that_can_be_taken_away_comes_from_one_run(clip, tmp_path):
    done = emotion(
        *("analyze", clip, "--every", "0.2", "--to", "2.5"),
        *("--csv", tmp_path / "faces.csv", "--json", tmp_path / "all.json", "--segments", tmp_path / "segments.csv"),
        *("--subtitles", tmp_path / "a.vtt", "--annotate", tmp_path / "marked", "--report", tmp_path / "a.html"),
    )
    assert done.returncode == 0 and done.stderr == ""
    (video,) = json.loads((tmp_path / "all.json").read_text())
    assert len(video["faces"]) == len(rows_of((tmp_path / "faces.csv").read_text("utf-8-sig"))) == 10
    (segment,) = rows_of((tmp_path / "segments.csv").read_text("utf-8-sig"))
    assert (segment["emotion"], segment["onset"]) == ("happy", "0.0")
    assert "Face 1 looks happy" in (tmp_path / "a.vtt").read_text()
    assert "happy 100 %" in (tmp_path / "a.html").read_text("utf-8")
    with VideoFile(tmp_path / "marked" / "clip-annotated.mp4") as copy:
        frames = list(copy.frames())
    with VideoFile(clip) as video_file:
        before = next(video_file.frames()).picture
    assert len(frames) == 63  # every frame of the part
    assert np.abs(frames[0].picture[:60].astype(int) - before[:60]).mean() > 2  # the label above the face


def test_an_elan_file_is_written_where_the_name_asks_for_it(clip, tmp_path):
    assert emotion("analyze", clip, "--every", "0.5", "--segments", tmp_path / "a.eaf").returncode == 0
    assert "<ANNOTATION_VALUE>happy</ANNOTATION_VALUE>" in (tmp_path / "a.eaf").read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_words(clip):
    done = emotion("analyze", clip, "--csv", "/dev/full")
    assert done.returncode == 1
    assert "the disk is full" in done.stderr and len(done.stderr.splitlines()) == 1


def test_ctrl_c_keeps_what_was_analysed(tmp_path, astronaut):
    long = write_clip(tmp_path / "long.mp4", [astronaut] * 25, times=[0.04 * n for n in range(25)])
    code = (
        "import sys; from emotion_core.cli import videos; from emotion_core.cli.main import main\n"
        "def interrupt(name, moment):\n    if moment.seconds > 0.3: raise KeyboardInterrupt\n"
        "original = videos._sinks\n"
        "def sinks(*given):\n    moments, results = original(*given); return [*moments, interrupt], results\n"
        "videos._sinks = sinks; main()"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "analyze",
        long,
        "--csv",
        tmp_path / "faces.csv",
        "--subtitles",
        tmp_path / "a.srt",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "stopped at 0.3 s; what was analysed until then is kept" in done.stderr
    assert done.stderr.splitlines()[-1] == "Error: stopped"
    assert len(rows_of((tmp_path / "faces.csv").read_text("utf-8-sig"))) == 9
    assert "looks happy" in (tmp_path / "a.srt").read_text()


def test_a_video_is_never_written_over(clip, tmp_path):
    shutil.copy(clip, tmp_path / "a.mp4")
    done = emotion("analyze", tmp_path / "a.mp4", "--csv", tmp_path / "a.mp4")
    assert done.returncode == 2 and "is one of the files to be analysed" in done.stderr
    assert (tmp_path / "a.mp4").read_bytes() == clip.read_bytes()
