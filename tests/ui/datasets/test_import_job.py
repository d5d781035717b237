"""Uploaded files on their way into a data set."""

from __future__ import annotations

from types import SimpleNamespace

from ui.datasets.import_job import on_disk


def upload(name: str, content: bytes) -> SimpleNamespace:
    return SimpleNamespace(name=name, getbuffer=lambda: memoryview(content))


def test_two_uploads_of_one_name_are_both_kept():
    with on_disk((upload("faces.csv", b"one"), upload("faces.csv", b"two"), upload("faces.csv", b"three"))) as folder:
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
            "faces.csv": b"one",
            "faces 2.csv": b"two",
            "faces 3.csv": b"three",
        }
    assert not folder.exists()


def test_an_uploads_name_leads_nowhere_else():
    with on_disk((upload("../../faces.csv", b"one"),)) as path:
        assert path.name == "faces.csv"
        assert path.read_bytes() == b"one"
