"""Small files that would fill the memory or take minutes are refused in words."""

from __future__ import annotations

import tracemalloc
import zipfile

import pandas as pd
import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers import archives, csv_files
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.patch_faces import patch_faces
from tests.pictures import png

HEADER = "emotion,pixels,Usage\n"


def refused(path, match: str, most_bytes: int = 100_000_000) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DatasetError, match=match):
            load_dataset(path)
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()


def test_a_row_of_millions_of_fields(tmp_path):
    (tmp_path / "faces.csv").write_text(HEADER + "," * 5_000_000)
    refused(tmp_path / "faces.csv", "line 2 has more than")


def test_the_same_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "faces.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fer2013.csv", HEADER + "," * 5_000_000)
    refused(tmp_path / "faces.zip", "line 2 has more than")


def test_millions_of_empty_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "MOST_EMPTY", 10_000)
    (tmp_path / "faces.csv").write_text(HEADER + "\n" * 100_000)
    refused(tmp_path / "faces.csv", "empty lines follow each other")


@pytest.mark.parametrize("header", [HEADER, "path,emotion,split\n"])
def test_millions_of_rows_that_are_not_as_long_as_the_header(tmp_path, monkeypatch, header):
    monkeypatch.setattr(csv_files, "MOST_OF_OTHER_LENGTH", 1000)
    (tmp_path / "faces.csv").write_text(header + "a.png,who knows,test\n" + "1,2\n" * 1001)
    refused(tmp_path / "faces.csv", "1,001 of the first 1,002 rows have not 3 fields")
    (tmp_path / "faces.csv").write_text(header + ("1,2\n" * 999 + "a.png,who knows,test\n") * 2)
    for skip_bad_rows in (False, True):  # one good row now and then makes no table
        with pytest.raises(DatasetError, match=r"1,001 of the first 1,002 rows have not 3 fields|10 bad rows or more"):
            in_memory(recognise(tmp_path / "faces.csv"), ReadOptions(skip_bad_rows=skip_bad_rows))
    (tmp_path / "faces.csv").write_text(header + ("1,2\n" * 9 + "a.png,who knows,test\n") * 200)
    refused(tmp_path / "faces.csv", "10 bad rows or more|no emotion is called")


@pytest.mark.parametrize("number", [40, 70_000])  # the second has the longer ending of large zips
def test_more_members_than_are_read_are_counted_before_they_are_held(tmp_path, monkeypatch, number):
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for place in range(number):
            archive.writestr(zipfile.ZipInfo(f"h/{place}"), b"")
    monkeypatch.setattr(archives, "MOST_FILES", number - 1)
    monkeypatch.setattr(archives.zipfile, "ZipFile", lambda path: pytest.fail("it was opened"))
    refused(tmp_path / "faces.zip", "more than")


def test_a_label_of_megabytes_that_a_parquet_file_repeats(tmp_path):
    table = pd.DataFrame({"image": [png(patch_faces(1).images[0])] * 300, "label": ["x" * 3_000_000] * 300})
    table.to_parquet(tmp_path / "faces.parquet")
    assert (tmp_path / "faces.parquet").stat().st_size < 1_000_000
    refused(tmp_path / "faces.parquet", "row 0: label has 3,000,000 characters")


def test_members_of_one_name_are_all_read(tmp_path):
    faces = patch_faces(3).images
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for face in faces:
            with pytest.warns(UserWarning) if archive.namelist() else _nothing():
                archive.writestr("happy/a.png", png(face))
    assert len(load_dataset(tmp_path / "faces.zip")) == 3


def _nothing():
    from contextlib import nullcontext

    return nullcontext()
