"""Importing into the workspace: whole or not at all, under a name that is free."""

from __future__ import annotations

import errno
import json
import os
import threading

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets import importing
from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.importing import add_dataset, add_synthetic, import_dataset
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.understood import Reading
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from tests.pictures import png


@pytest.fixture
def faces(fer2013_file):
    return import_dataset(fer2013_file, "faces")


def test_what_is_imported_is_what_is_opened(faces, drawn):
    dataset = open_dataset("faces")
    assert isinstance(dataset.images, np.memmap)
    assert np.array_equal(dataset.images, drawn.images)
    assert dataset.table["label"].tolist() == drawn.table["label"].tolist()
    assert dataset.table.columns.tolist() == ["source", "label", "split", "width", "height", "hash"]


def test_the_description(faces, drawn, fer2013_file):
    assert describe("faces") == faces
    assert faces.source == str(fer2013_file)
    assert faces.faces == 35
    assert faces.shape == (48, 48)
    assert sum(faces.counts["train"].values()) == (drawn.table["split"] == "train").sum()
    assert isinstance(faces.reading, Reading) and faces.reading.form == "FER-2013's csv"


def test_the_same_faces_have_the_same_sum(faces, fer2013_file):
    assert import_dataset(fer2013_file, "again").sha256 == faces.sha256
    assert import_dataset(fer2013_file, "other", options=ReadOptions(labels={"0": None})).sha256 != faces.sha256


def test_a_dry_run_says_what_would_be_stored_and_stores_nothing(fer2013_file, own_workspace):
    described = import_dataset(fer2013_file, "faces", dry_run=True)
    assert not (own_workspace / "datasets").exists()
    stored = import_dataset(fer2013_file, "faces")
    assert described == stored.model_copy(update={"table_sha256": "", "images_sha256": ""})
    with pytest.raises(DatasetError, match="there is a data set 'faces' already"):
        import_dataset(fer2013_file, "faces", dry_run=True)


def test_images_in_colour(write_folders, pictures):
    described = import_dataset(write_folders(pictures), "colour", options=ReadOptions(colour=True, side=64))
    assert described.shape == (64, 64, 3)
    assert open_dataset("colour").images.shape == (35, 64, 64, 3)


def test_a_set_from_memory(drawn):
    described = add_dataset(drawn, "drawn faces", "drawn, seed 3")
    assert described.source == "drawn, seed 3"
    assert np.array_equal(open_dataset("drawn faces").images, drawn.images)


class TestSynthetic:
    def test_faces_of_a_name_a_number_and_a_seed(self):
        described = add_synthetic("few", 14, seed=2)
        assert (described.name, described.source) == ("few", "synthetic faces, seed 2")
        assert np.array_equal(open_dataset("few").images, synthetic_faces(14, seed=2).images)

    def test_without_a_name_they_are_called_by_what_they_are_and_numbered(self):
        assert [add_synthetic(count=7).name for _ in range(2)] == ["synthetic faces", "synthetic faces 2"]

    def test_a_name_that_is_taken_is_refused_before_anything_is_drawn(self, faces, monkeypatch):
        monkeypatch.setattr(importing, "synthetic_faces", None)
        with pytest.raises(DatasetError, match="there is a data set 'faces' already"):
            add_synthetic("faces")


def test_names_that_are_not_utf8(tmp_path, drawn):
    folder = os.fsencode(tmp_path) + b"/s\xfft"
    for name, content in ((b"happy/\xff.png", png(drawn.images[0])), (b"happy/\xfe.png", b""), (b"\xfd/a.png", b"")):
        os.makedirs(os.path.dirname(folder + b"/" + name), exist_ok=True)
        with open(folder + b"/" + name, "wb") as file:
            file.write(content)
    described = import_dataset(os.fsdecode(folder), "odd", options=ReadOptions(skip_bad_rows=True, labels={"?": None}))
    assert described == describe("odd")
    assert described.source.endswith("/s?t")
    assert described.reading is not None and described.reading.left_out == {"?": 1}
    assert described.reading.first_skipped == ["happy/?.png (the file is empty)"]
    assert open_dataset("odd").table["source"].tolist() == ["happy/?.png"]


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "",
            " ",
            ".hidden",
            "a/b",
            "../a",
            "a\0",
            "_a",
            "x" * 65,
            "a\n",
            "a ",
            "\u0301a",
            "a\u202eb",
            "\U00020000" * 64,
        ],
    )
    def test_that_are_not_allowed(self, fer2013_file, name):
        with pytest.raises(DatasetError, match="cannot be called"):
            import_dataset(fer2013_file, name)

    @pytest.mark.parametrize(
        "name",
        ["FER-2013", "Gesichter für später", "写真", "a.b_c+1", "1", "चेहरे", "ใบหน้าที่", "fu\u0308r", "\U00020000" * 54],
    )
    def test_that_are(self, fer2013_file, name):
        import_dataset(fer2013_file, name)
        assert dataset_names() == [name]

    def test_that_are_taken(self, faces, fer2013_file):
        with pytest.raises(DatasetError, match="there is a data set 'faces' already"):
            import_dataset(fer2013_file, "faces")


class TestAllOrNothing:
    def nothing_is_left(self, own_workspace):
        left = [path for path in (own_workspace / "datasets").rglob("*") if not path.name.endswith(".lock")]
        return dataset_names() == [] and left == []

    def test_a_bad_row_at_the_end(self, fer2013_file, own_workspace):
        fer2013_file.write_text(fer2013_file.read_text() + "3,1 2 3,Training\n")
        with pytest.raises(BadRowsError):
            import_dataset(fer2013_file, "faces")
        assert self.nothing_is_left(own_workspace)

    def test_a_full_disk(self, fer2013_file, own_workspace, monkeypatch):
        def fail(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(importing, "gather", fail)
        with pytest.raises(OSError, match="the disk is full, so the data set 'faces' was not stored") as caught:
            import_dataset(fer2013_file, "faces")
        assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(own_workspace / "datasets"))
        assert self.nothing_is_left(own_workspace)

    def test_stopped_by_the_user(self, fer2013_file, own_workspace):
        def stop(share):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_dataset(fer2013_file, "faces", options=ReadOptions(progress=stop))
        assert self.nothing_is_left(own_workspace)

    def test_what_a_killed_import_left_is_no_hindrance(self, fer2013_file, own_workspace):
        (own_workspace / "datasets" / ".faces.partial").mkdir(parents=True)
        (own_workspace / "datasets" / ".faces.partial" / "images.npy").write_bytes(b"half")
        assert dataset_names() == []
        import_dataset(fer2013_file, "faces")
        assert dataset_names() == ["faces"]

    def test_a_workspace_that_cannot_be_written(self, fer2013_file, own_workspace):
        own_workspace.mkdir()
        (own_workspace / "datasets").write_text("a file where the folder should be")
        with pytest.raises(OSError, match="datasets"):
            import_dataset(fer2013_file, "faces")
        assert dataset_names() == []

    def test_two_imports_of_one_name_at_once(self, fer2013_file):
        begun, go_on = threading.Event(), threading.Event()

        def wait(share):
            begun.set()
            assert go_on.wait(60)

        first = threading.Thread(
            target=import_dataset, args=(fer2013_file, "faces"), kwargs={"options": ReadOptions(progress=wait)}
        )
        first.start()
        try:
            assert begun.wait(60)
            assert dataset_names() == []
            with pytest.raises(DatasetError, match="'faces' is just being imported"):
                import_dataset(fer2013_file, "faces")
        finally:
            go_on.set()
            first.join()
        assert len(open_dataset("faces")) == 35


def test_the_files_are_plain(faces, own_workspace, drawn):
    """Anybody can read them without this project."""
    folder = own_workspace / "datasets" / "faces"
    assert np.array_equal(np.load(folder / "images.npy"), drawn.images)
    assert len(pd.read_parquet(folder / "table.parquet")) == 35
    assert json.loads((folder / "dataset.json").read_text())["name"] == "faces"


@pytest.mark.timeout(600)
def test_the_real_one(fer2013_folder):
    described = import_dataset(fer2013_folder, "FER-2013")
    assert described.reading is not None
    assert described.reading.form == "FER-2013's csv with FER+'s votes"
    assert described.reading.skipped == 0
    assert sum(described.counts["validation"].values()) == 3589
    dataset = open_dataset("FER-2013")
    assert dataset.table.loc[dataset.table["split"] == "validation", "votes_happy"].sum() > 5000
