"""Tables that are not in UTF-8: read where their labels or pictures tell in what they are written."""

from __future__ import annotations

import struct
import zipfile
import zlib

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.encodings import encoding_of
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from tests.pictures import png

COUNT = 6


@pytest.fixture
def written(write_folders, drawn):
    """A table of pictures in a folder, written in an encoding."""

    def write(encoding: str, labels=("happy", "sad"), name: str = "{n}.png", note: str = "", named: str = "l.csv"):
        names = [name.format(n=n) for n in range(COUNT)]
        rows = [f"{names[n]};{labels[n % 2]};{note}" for n in range(COUNT)]
        faces = {f"images/{name}": png(drawn.images[n]) for n, name in enumerate(names)}
        return write_folders({**faces, named: "\n".join(["image;label;note", *rows]).encode(encoding)})

    return write


@pytest.mark.parametrize(
    ("encoding", "called", "labels"),
    [
        ("latin-1", "Windows-1252", ("fröhlich", "traurig")),
        ("cp1252", "Windows-1252", ("joie", "colère")),
        ("shift_jis", "Shift-JIS", ("喜び", "怒り")),
        ("gbk", "GB 18030", ("高兴", "悲伤")),
        ("cp949", "Windows-949", ("행복", "슬픔")),
        ("cp1251", "Windows-1251", ("радость", "грусть")),
    ],
)
def test_the_words_of_emotions_tell_it(written, drawn, encoding, called, labels):
    folder = written(encoding, labels)
    dataset = load_dataset(folder)
    assert recognise(folder).form == f"a csv with paths and labels, in {called}"
    assert set(dataset.table["label"]) <= {"happy", "sad", "angry"}
    assert dataset.table["label"].nunique() == 2
    assert (dataset.images == drawn.images[:COUNT]).all()
    assert len(load_dataset(folder / "l.csv")) == COUNT


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Jürgen Größe {n}.png"), ("cp932", "田中_{n}.png")])
def test_the_names_of_pictures_tell_it(written, encoding, name):
    folder = written(encoding, name=name)
    for path in (folder, folder / "l.csv"):
        assert load_dataset(path).table["source"].tolist() == [f"images/{name.format(n=n)}" for n in range(COUNT)]


def test_else_it_is_asked_for_and_taken_from_the_user(written):
    folder = written("cp1252", note="mit Müh")
    with pytest.raises(DatasetError, match=r"l\.csv is not in UTF-8, .* give its encoding .*with encoding= in Python"):
        load_dataset(folder)
    assert len(load_dataset(folder, options=ReadOptions(encoding="cp1252"))) == COUNT
    assert recognise(folder, options=ReadOptions(encoding="cp1252")).form.endswith(", in Windows-1252")
    assert recognise(folder, options=ReadOptions(encoding="cp850")).form.endswith(", in code page 850")


def test_what_is_in_utf8_stays_so_whatever_is_said(written):
    folder = written("utf-8", ("fröhlich", "traurig"))
    assert set(load_dataset(folder, options=ReadOptions(encoding="cp1252")).table["label"]) == {"happy", "sad"}


@pytest.mark.parametrize("named", ["hex", "latin-77", "a\0b", "undefined"])
def test_an_encoding_that_there_is_not(written, named):
    with pytest.raises(DatasetError, match=r"there is no encoding .* allowed are such as cp1252"):
        load_dataset(written("cp1252"), options=ReadOptions(encoding=named))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_a_wide_one_that_is_said(written, encoding):
    table = load_dataset(written(encoding), options=ReadOptions(encoding=encoding)).table
    assert set(table["label"]) == {"happy", "sad"}


def test_one_in_which_it_is_not(written):
    with pytest.raises(DatasetError, match=r"l\.csv cannot be read in ascii"):
        load_dataset(written("cp1252", ("fröhlich", "traurig")), options=ReadOptions(encoding="ascii"))


@pytest.mark.parametrize("content", [b"", b"a;b", "é;ü\nß".encode(), "größe".encode()[:4]])
def test_a_text_in_utf8(content):
    assert encoding_of(content, "l.csv") == "utf-8-sig"


@pytest.fixture
def zipped(tmp_path, drawn):
    """A zip whose names are in an encoding and do not say so."""

    def write(encoding: str, labels=("fröhlich", "traurig"), name: str = "train/{label}/{n}.png"):
        class Info(zipfile.ZipInfo):
            def _encodeFilenameFlags(self):  # noqa: N802 (zipfile's name)
                return self.filename.encode(encoding), self.flag_bits

        path = tmp_path / "faces.zip"
        with zipfile.ZipFile(path, "w") as out:
            for n in range(COUNT):
                out.writestr(Info(name.format(n=n, label=labels[n % 2])), png(drawn.images[n]))
        return path

    return write


@pytest.mark.parametrize(
    ("encoding", "called", "labels"),
    [
        ("utf-8", "", ("fröhlich", "traurig")),
        ("cp437", "", ("fröhlich", "traurig")),
        ("cp1252", ", its names in Windows-1252", ("fröhlich", "traurig")),
        ("cp932", ", its names in Shift-JIS", ("喜び", "悲しみ")),
        ("gbk", ", its names in GB 18030", ("高兴", "悲伤")),
    ],
)
def test_names_in_a_zip(zipped, drawn, encoding, called, labels):
    path = zipped(encoding, labels)
    assert recognise(path).form == f"a folder per emotion{called}"
    dataset = load_dataset(path)
    assert dict(zip(dataset.table["source"].str.split("/").str[1], dataset.table["label"], strict=True)) == {
        labels[0]: "happy",
        labels[1]: "sad",
    }
    assert set(dataset.table["source"]) == {f"train/{labels[n % 2]}/{n}.png" for n in range(COUNT)}


def test_names_in_a_zip_are_else_taken_as_the_user_says(zipped):
    path = zipped("cp932", ("happy", "sad"), "田中/{label}/{n}.png")
    assert load_dataset(path, options=ReadOptions(encoding="utf-16")).table["source"][0].endswith("/happy/0.png")
    assert load_dataset(path, options=ReadOptions(encoding="cp932")).table["source"][0] == "田中/happy/0.png"
    assert set(load_dataset(path).table["label"]) == {"happy", "sad"}


@pytest.fixture
def with_unicode_path(tmp_path, drawn):
    """A zip of a picture whose name stands in UTF-8 beside another that is written, as Info-ZIP does it."""

    def write(written: str, name: str, named: str = ""):
        info = zipfile.ZipInfo(written)
        beside = name.encode()
        crc = zlib.crc32((named or written).encode("utf-8"))
        info.extra = struct.pack("<2HBL", 0x7075, 5 + len(beside), 1, crc) + beside
        with zipfile.ZipFile(tmp_path / "faces.zip", "w") as out:
            out.writestr(info, png(drawn.images[0]))
            out.writestr("sad/1.png", png(drawn.images[1]))
        return tmp_path / "faces.zip"

    return write


def test_a_name_in_utf8_beside_another_is_that_of_a_member(with_unicode_path):
    source = load_dataset(with_unicode_path("happy/__.png", "happy/田中.png")).table["source"]
    assert set(source) == {"happy/田中.png", "sad/1.png"}


def test_a_name_in_utf8_beside_one_that_was_changed_since_counts_for_nothing(with_unicode_path):
    source = load_dataset(with_unicode_path("happy/new.png", "happy/田中.png", "happy/old.png")).table["source"]
    assert set(source) == {"happy/new.png", "sad/1.png"}


@pytest.mark.parametrize("name", ["../happy/田中.png", "happy\\..\\..\\x.png", "happy/1.png\0"])
def test_a_name_in_utf8_beside_another_leads_out_as_little(with_unicode_path, name):
    with pytest.raises(DatasetError, match="which leads out of it"):
        load_dataset(with_unicode_path("happy/__.png", name))
