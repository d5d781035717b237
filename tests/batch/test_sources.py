"""The pictures of a batch: below a folder, or named by a manifest."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from emotion_core.batch.errors import BatchError
from emotion_core.batch.sources import file_of, read_source


def paths_of(place):
    return read_source(place).paths.to_pylist()


@pytest.mark.parametrize("name", ["m.csv", "m.txt", "m.parquet", "M.CSV"])
def test_a_manifest_names_pictures_in_its_order_each_once(tmp_path, name):
    paths = ["b.jpg", "deep/写真.png", "/elsewhere/a.jpg", "b.jpg", "a, b.jpg"]
    table = pd.DataFrame({"id": range(5), "path": paths})
    if name.endswith("txt"):
        (tmp_path / name).write_bytes("\ufeff".encode() + "\r\n".join([*paths, "", " "]).encode())
    elif name.endswith("parquet"):
        table.to_parquet(tmp_path / name)
    else:
        table.to_csv(tmp_path / name, encoding="utf-8-sig")
    source = read_source(tmp_path / name)
    assert source.paths.to_pylist() == ["b.jpg", "deep/写真.png", "/elsewhere/a.jpg", "a, b.jpg"]
    assert (source.place, source.root) == (tmp_path / name, tmp_path)


def test_paths_begin_at_the_manifest_unless_they_are_whole():
    assert file_of("a/b.jpg", Path("/data")) == Path("/data/a/b.jpg")
    assert file_of("/x/b.jpg", Path("/data")) == Path("/x/b.jpg")
    assert str(file_of("https://host/b.jpg", Path("/data"))).startswith("https:")


def test_a_folder_is_walked_and_names_that_are_no_utf8_are_found_again(tmp_path):
    odd = os.fsencode(tmp_path) + b"/\xff\xc3.png"
    with open(odd, "wb"):
        pass
    source = read_source(tmp_path)
    assert source.paths.to_pylist() == [f"{tmp_path}/\\udcff\\udcc3.png"]
    assert os.fsencode(file_of(source.paths[0].as_py(), source.root)) == odd


def test_a_manifest_whose_names_are_no_utf8(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"path\n\xff.png\n")
    assert paths_of(tmp_path / "m.csv") == ["\\udcff.png"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.csv", b"image,label\na.jpg,1\n", "has no column 'path' .*its columns are 'image', 'label'"),
        ("m.csv", b"", "has no column 'path' .*its columns are none"),
        ("m.csv", b"path\n", "no pictures in .*; readable are"),
        ("m.csv", b"path\n" + b"a" * 200_000, r"cannot be read as csv \(field larger"),
        ("m.txt", b"\n \n", "no pictures in"),
        ("m.parquet", b"PAR1 not really", "cannot be read as parquet"),
        ("m.json", b"[]", "neither a folder nor a manifest; a manifest's name ends in one of .csv, .txt, .parquet"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BatchError, match=words):
        read_source(tmp_path / name)


@pytest.mark.parametrize("name", ["nothing", "nothing.csv", "nothing.json"])
def test_what_is_not_there_is_named(tmp_path, name):
    with pytest.raises(BatchError, match="there is no folder or manifest"):
        read_source(tmp_path / name)


def test_a_parquet_without_the_column(tmp_path):
    pd.DataFrame({"photo": ["a"]}).to_parquet(tmp_path / "m.parquet")
    with pytest.raises(BatchError, match="has no column 'path'"):
        read_source(tmp_path / "m.parquet")


def test_an_empty_folder(tmp_path):
    with pytest.raises(BatchError, match="no pictures in"):
        read_source(tmp_path)


def test_a_folder_that_may_not_be_looked_into(tmp_path, monkeypatch):
    def refuse(folder):  # whoever is root may look into every folder
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(BatchError, match=f"no permission to read {tmp_path}"):
        read_source(tmp_path)
