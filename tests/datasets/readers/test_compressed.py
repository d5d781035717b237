"""Tables that are compressed by themselves, as pandas writes them."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers import compressed
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import fer2013_text
from tests.pictures import png

PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("ending", PACK)
def test_fer2013s_csv(tmp_path, write_zip, drawn, ending):
    packed = PACK[ending](fer2013_text(drawn).encode())
    (tmp_path / f"fer2013.csv.{ending}").write_bytes(packed)
    (tmp_path / "renamed.csv").write_bytes(packed)
    same_faces(load_dataset(tmp_path / f"fer2013.csv.{ending}"), drawn)
    same_faces(load_dataset(tmp_path / "renamed.csv"), drawn)
    zipped = write_zip({f"data/fer2013.csv.{ending}": packed})
    same_faces(load_dataset(zipped), drawn)
    assert recognise(zipped).archives == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train_labels.csv.gz", "path,label\n0.png,sad\n1.png,happy\n"),
        ("train.jsonl.gz", '{"path": "0.png", "label": "sad"}\n{"path": "1.png", "label": "happy"}\n'),
    ],
)
def test_a_table_beside_pictures(write_folders, drawn, name, text):
    files = {f"images/{n}.png": png(drawn.images[n]) for n in range(2)}
    folder = write_folders({**files, name: gzip.compress(text.encode())})
    for path in (folder, folder / name):
        assert load_dataset(path).table["label"].tolist() == ["sad", "happy"]


@pytest.mark.parametrize("keep", [8, 40, -9])
def test_a_damaged_one(tmp_path, drawn, keep):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(fer2013_text(drawn).encode())[:keep])
    with pytest.raises(DatasetError, match=r"a\.csv\.gz is damaged"):
        load_dataset(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("ending", ["csv.gz", "json.gz"])
def test_one_that_would_unpack_to_far_more_than_it_should(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(compressed, "most_unpacked", lambda size: 50_000)
    text = "path,label\n" + "0.png,sad\n" * 10_000 if ending == "csv.gz" else f"[{' ' * 60_000}]"
    (tmp_path / f"a.{ending}").write_bytes(gzip.compress(text.encode()))
    with pytest.raises(DatasetError, match=rf"a\.{ending} would unpack to over 0\.0 GB"):
        load_dataset(tmp_path / f"a.{ending}")
