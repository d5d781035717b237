"""Which files are videos."""

from __future__ import annotations

from pathlib import Path

from emotion_core.video.files import is_video_name, videos_in


def test_folders_are_walked_in_order_of_name_and_named_files_are_passed_on(tmp_path):
    for name in ("b.MOV", "a.mp4", "deep/c.webm", "photo.jpg", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.mp4").mkdir()
    found = list(videos_in([tmp_path / "notes.txt", tmp_path, Path("missing.mp4")]))
    assert [path.name for path in found] == ["notes.txt", "a.mp4", "b.MOV", "c.webm", "missing.mp4"]


def test_a_gif_is_a_picture_by_its_name():
    assert is_video_name(Path("a.MP4")) and not is_video_name(Path("a.gif")) and not is_video_name(Path("mp4"))
