"""Which files are pictures to be analysed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emotion_core.inference.photo_files import photos_in, skipped_in
from tests.pictures import blank_png


class TestPhotosIn:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in (
            "b.JPG",
            "a.png",
            "notes.txt",
            "no ending",
            "deep/deeper/写真.webp",
            "deep/z.jpeg",
            ".hidden/h.gif",
        ):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (tmp_path / "folder.jpg").mkdir()
        (tmp_path / "empty" / "emptier").mkdir(parents=True)
        return tmp_path

    def test_a_folder_is_walked_in_order_of_name(self, folder):
        names = [path.relative_to(folder).as_posix() for path in photos_in([folder])]
        assert names == [".hidden/h.gif", "a.png", "b.JPG", "deep/deeper/写真.webp", "deep/z.jpeg"]

    def test_a_folder_without_photos(self, folder):
        assert list(photos_in([folder / "empty"])) == []

    def test_what_is_named_itself_is_passed_on_whatever_it_is(self, folder):
        named = [folder / "notes.txt", folder / "missing.jpg", folder / "notes.txt"]
        assert list(photos_in(named)) == named

    def test_a_folder_that_holds_itself_is_walked_once(self, folder):
        (folder / "deep" / "round").symlink_to(folder)
        assert len(list(photos_in([folder]))) == 5

    def test_one_that_may_not_be_looked_at_is_named_beside_the_others(self, folder, monkeypatch):
        is_file = Path.is_file

        def refused(path: Path) -> bool:
            if path.name == "b.JPG":
                raise PermissionError(13, "Permission denied", str(path))
            return is_file(path)

        monkeypatch.setattr(Path, "is_file", refused)
        assert len(list(photos_in([folder]))) == 5
        assert [path.name for path in skipped_in([folder])] == ["no ending", "notes.txt"]

    def test_links_to_nothing_are_passed_over(self, folder):
        (folder / "a link.jpg").symlink_to(folder / "nothing")
        assert len(list(photos_in([folder]))) == 5

    @pytest.mark.timeout(20)
    def test_what_has_no_ending_and_begins_as_a_picture_is_one(self, folder):
        (folder / "IMG0001").write_bytes(blank_png())
        os.mkfifo(folder / "a pipe")
        assert folder / "IMG0001" in list(photos_in([folder]))

    def test_what_is_left_out_of_folders_is_counted(self, folder):
        assert skipped_in([folder, folder / "a.png"]) == [folder / "no ending", folder / "notes.txt"]
