"""Folders and zips: files in them are found by name; nothing leads out of them or unpacks to more than it should."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import time
import warnings
import zipfile

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers import archives
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.fer2013_files import fer2013_text
from tests.pictures import png


class TestZip:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("../happy/a.png", "leads out of it"),
            ("happy/../../a.png", "leads out of it"),
            ("..\\happy\\a.png", "leads out of it"),
            ("/happy/a.png", "absolute name"),
            ("C:\\happy\\a.png", "absolute name"),
        ],
    )
    def test_names_that_lead_out(self, write_zip, name, reason, drawn):
        with pytest.raises(DatasetError, match=reason):
            load_dataset(write_zip({"sad/b.png": png(drawn.images[0]), name: png(drawn.images[0])}))

    def test_a_link(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
            link = zipfile.ZipInfo("happy/a.png")
            link.external_attr = 0o120777 << 16
            out.writestr(link, "/etc/passwd")
        with pytest.raises(DatasetError, match=r"holds the link 'happy/a\.png'"):
            load_dataset(tmp_path / "a.zip")

    def test_an_archive_within(self, write_zip, drawn):
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w:gz"):
            pass
        path = write_zip({"fer2013.tar.gz": inner.getvalue()})
        with pytest.raises(DatasetError, match=r"holds no pictures, nor does fer2013\.tar\.gz in it; readable are"):
            load_dataset(path)
        beside = write_zip({"more.zip": inner.getvalue(), "happy/a.png": png(drawn.images[0])}, "b.zip")
        reading = in_memory(recognise(beside), ReadOptions())[1]
        assert (reading.ignored_archives, reading.ignored_files) == (1, 0)

    def test_an_archive_beside_a_table(self, write_folders, drawn):
        folder = write_folders({"fer2013.csv": fer2013_text(drawn).encode(), "more.zip": b""})
        said = in_memory(recognise(folder), ReadOptions())[1].in_rows()
        assert said[-1] == ("Archives inside", "1, not opened; unpack what belongs to the set")

    def test_a_bomb_by_its_word(self, tmp_path, write_zip):
        path = write_zip({"happy/a.png": b"0" * 1000})
        data = bytearray(path.read_bytes())
        place = data.index(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", 0xFFFF0000)
        path.write_bytes(data * 1)
        with pytest.raises(DatasetError, match="over 100 times its size"):
            load_dataset(path)

    def test_a_bomb_of_many(self, tmp_path, monkeypatch, write_zip):
        monkeypatch.setattr(archives, "MOST_UNPACKED", 10_000)
        with pytest.raises(DatasetError, match=r"would unpack to .* at most"):
            load_dataset(write_zip({f"happy/{n}.png": b"0" * 2000 for n in range(6)}))

    def test_a_bomb_that_says_it_is_small(self, write_zip):
        """What a member holds beyond what it says it does is never unpacked."""
        path = write_zip({"happy/a.png": b"0" * 50_000_000})
        data = path.read_bytes().replace(struct.pack("<I", 50_000_000), struct.pack("<I", 1000))
        path.write_bytes(data)
        with pytest.raises(BadRowsError, match=r"happy/a\.png \(.*(damaged|not a picture)"):
            load_dataset(path)

    def test_an_encrypted_one(self, write_zip, drawn):
        path = write_zip({"happy/a.png": png(drawn.images[0])})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        with pytest.raises(DatasetError, match="encrypted; unpack it"):
            load_dataset(path)

    @pytest.mark.parametrize("keep", [30, -30])
    def test_a_truncated_one(self, write_zip, pictures, keep):
        path = write_zip(pictures)
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(DatasetError, match="damaged or incomplete"):
            load_dataset(path)

    def test_a_damaged_member_is_a_bad_row(self, write_zip, pictures):
        path = write_zip(pictures)
        data = bytearray(path.read_bytes())
        data[60:100] = bytes(40)
        path.write_bytes(data)
        with pytest.raises(BadRowsError, match=r"1 bad row: .*is damaged"):
            load_dataset(path)


class NoPhotos:
    """A cropper that looks at the pictures and finds crops of faces."""

    def __init__(self):
        self.seen = 0

    def shows_photos(self, pictures):
        self.seen = len(list(pictures))
        return False

    def crop(self, picture, side):
        raise AssertionError("there are no photos")


class TestNotThere:
    """Files that are named and missing, lie outside, or are no files: bad rows, and never opened."""

    TEXT = b"path,label\n000.png,happy\nmissing.png,happy\n../out/secret.png,sad\n"

    def _look(self, path):
        cropper = NoPhotos()
        found = load_dataset(path, options=ReadOptions(skip_bad_rows=True, cropper=cropper, side=64))
        assert (len(found), cropper.seen) == (1, 1)

    def test_in_a_folder(self, write_folders, drawn):
        face = png(drawn.images[0])
        write_folders({"secret.png": face}, "out")
        folder = write_folders({"list.csv": self.TEXT, "000.png": face})
        self._look(folder / "list.csv")
        with pytest.raises(BadRowsError, match=r"2 bad rows.*there is no picture 'missing.png'"):
            load_dataset(folder / "list.csv", options=ReadOptions(cropper=NoPhotos()))

    def test_in_a_zip(self, write_zip, drawn):
        path = write_zip({"list.csv": self.TEXT, "000.png": png(drawn.images[0])})
        self._look(path)
        tree = archives.Zip(path)
        for ask in (tree.open, tree.size):
            with pytest.raises(DatasetError, match=r"there is no file 'missing\.png'"):
                ask("missing.png")

    @pytest.mark.timeout(20)
    def test_no_regular_files(self, write_folders, pictures):
        folder = write_folders(pictures)
        os.mkfifo(folder / "train" / "a.png")
        (folder / "train" / "b.png").symlink_to("nowhere.png")
        (folder / "train" / "c.png").symlink_to("c.png")
        os.mkfifo(folder / "d.csv")
        for name in ("a.png", "b.png", "c.png"):
            (folder / "train" / name).rename(folder / "train" / "happy" / name)
        assert len(load_dataset(folder, options=ReadOptions(skip_bad_rows=True, cropper=NoPhotos()))) == len(pictures)
        with pytest.raises(BadRowsError, match=r"3 bad rows: train/happy/a\.png .*is no regular file"):
            load_dataset(folder)

    def test_a_path_longer_than_the_system_allows(self, write_folders, drawn):
        text = b"path,label\n000.png,happy\n" + b"a" * 5000 + b".png,happy\n"
        folder = write_folders({"list.csv": text, "000.png": png(drawn.images[0])})
        assert len(load_dataset(folder, options=ReadOptions(skip_bad_rows=True))) == 1

    def test_a_folder_as_votes(self, fer2013_file, tmp_path):
        with pytest.raises(DatasetError, match="is no regular file"):
            load_dataset(fer2013_file, tmp_path)


@pytest.fixture(params=["folder", "zip"])
def tree(request, write_folders, write_zip):
    """The same three files in a folder and in a zip, beside hidden ones."""
    files = {"a/1.txt": b"one", "b.zip": b"two", "c.TAR": b"", ".hidden": b"x", "__MACOSX/a": b"x", "a/Thumbs.db": b"x"}
    return archives.Folder(write_folders(files)) if request.param == "folder" else archives.Zip(write_zip(files))


class TestTree:
    """A folder and a zip are read alike."""

    def test_names_are_sorted_and_hidden_files_are_none(self, tree):
        assert tree.names() == ["a/1.txt", "b.zip", "c.TAR"]

    def test_a_file_is_read_and_has_its_size(self, tree):
        assert (archives.read_whole(tree, "a/1.txt"), tree.size("a/1.txt")) == (b"one", 3)
        with archives.seekable(tree, "a/1.txt") as file:
            file.seek(1)
            assert file.read() == b"ne"

    @pytest.mark.parametrize("name", ["a/2.txt", "a", "../a/1.txt", "a/../a/1.txt", "/a/1.txt", "a\0", "x" * 5000])
    def test_what_is_not_there_or_lies_outside_is_not_had(self, tree, name):
        assert tree.has("a/1.txt")
        assert not tree.has(name)

    def test_archives_within_are_named(self, tree):
        assert archives.nested_archives(tree) == ["b.zip", "c.TAR"]

    def test_a_file_larger_than_allowed_is_refused_before_it_is_read(self, tree):
        with pytest.raises(DatasetError, match=r"a/1\.txt is larger than 0 MB"):
            archives.read_whole(tree, "a/1.txt", most=2)


@pytest.mark.parametrize(("kind", "faces"), [("zip", 4), ("tar", 3)])
def test_members_of_one_name_are_read_and_said(tmp_path, drawn, kind, faces):
    members = [(f"{label}/{n % 2}.png", png(drawn.images[n])) for n, label in enumerate(["happy"] * 3 + ["sad"])]
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
            for name, data in members:
                archive.writestr(name, data)
    else:
        with tarfile.open(path, "w") as archive:
            for name, data in members:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    dataset, reading = in_memory(recognise(path), ReadOptions())
    assert len(dataset) == faces
    assert "it holds 1 name again, the first happy/0.png: of a zip all are read, of a tar the last" in reading.form


def test_many_members_of_one_name_take_no_longer_than_others(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(10_000):
            archive.writestr("happy/a.png", b"")
    before = time.process_time()
    assert len(archives.Zip(tmp_path / "a.zip").names()) == 10_000
    assert time.process_time() - before < 10  # they took minutes
