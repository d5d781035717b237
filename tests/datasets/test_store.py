"""Importing into the workspace: whole or not at all, found again, corrected without being changed, removed."""

from __future__ import annotations

import errno
import json
import os
import threading

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets import store
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import write_description
from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.exports import export_dataset, export_list
from emotion_core.datasets.readers.reading import Reading
from emotion_core.datasets.store import (
    add_dataset,
    add_synthetic,
    corrected_set,
    dataset_names,
    delete_dataset,
    derive,
    describe,
    edits_of,
    import_dataset,
    open_dataset,
    open_with_excluded,
)
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
    assert import_dataset(fer2013_file, "other", labels={"0": None}).sha256 != faces.sha256


def test_a_dry_run_says_what_would_be_stored_and_stores_nothing(fer2013_file, own_workspace):
    described = import_dataset(fer2013_file, "faces", dry_run=True)
    assert not (own_workspace / "datasets").exists()
    stored = import_dataset(fer2013_file, "faces")
    assert described == stored.model_copy(update={"table_sha256": "", "images_sha256": ""})
    with pytest.raises(DatasetError, match="there is a data set 'faces' already"):
        import_dataset(fer2013_file, "faces", dry_run=True)


def test_images_in_colour(write_folders, pictures):
    described = import_dataset(write_folders(pictures), "colour", colour=True, side=64)
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
        monkeypatch.setattr(store, "synthetic_faces", None)
        with pytest.raises(DatasetError, match="there is a data set 'faces' already"):
            add_synthetic("faces")


def test_pictures_of_the_store_are_not_changed_by_accident(faces):
    with pytest.raises(ValueError, match="read-only"):
        open_dataset("faces").images[0, 0, 0] = 1


def test_names_that_are_not_utf8(tmp_path, drawn):
    folder = os.fsencode(tmp_path) + b"/s\xfft"
    for name, content in ((b"happy/\xff.png", png(drawn.images[0])), (b"happy/\xfe.png", b""), (b"\xfd/a.png", b"")):
        os.makedirs(os.path.dirname(folder + b"/" + name), exist_ok=True)
        with open(folder + b"/" + name, "wb") as file:
            file.write(content)
    described = import_dataset(os.fsdecode(folder), "odd", skip_bad_rows=True, labels={"?": None})
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

    @pytest.mark.parametrize("ask", [open_dataset, describe, delete_dataset, edits_of, lambda name: derive(name, "b")])
    @pytest.mark.parametrize("name", ["nobody", "../faces", ""])
    def test_that_there_are_not(self, faces, ask, name):
        with pytest.raises(DatasetError, match=r"there is no data set '.*'; there are faces"):
            ask(name)


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

        monkeypatch.setattr(store, "gather", fail)
        with pytest.raises(OSError, match="the disk is full, so the data set 'faces' was not stored") as caught:
            import_dataset(fer2013_file, "faces")
        assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(own_workspace / "datasets"))
        assert self.nothing_is_left(own_workspace)

    def test_stopped_by_the_user(self, fer2013_file, own_workspace):
        def stop(share):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_dataset(fer2013_file, "faces", progress=stop)
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

        first = threading.Thread(target=import_dataset, args=(fer2013_file, "faces"), kwargs={"progress": wait})
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


class TestDamage:
    def test_of_the_description(self, faces, own_workspace):
        (own_workspace / "datasets" / "faces" / "dataset.json").write_text("{")
        with pytest.raises(DatasetError, match=r"dataset\.json is damaged"):
            describe("faces")

    @pytest.mark.parametrize("name", ["images.npy", "table.parquet"])
    @pytest.mark.parametrize("content", [b"", b"hello", None])
    def test_of_the_faces(self, faces, own_workspace, name, content):
        path = own_workspace / "datasets" / "faces" / name
        path.unlink() if content is None else path.write_bytes(content)
        with pytest.raises(DatasetError, match="data set 'faces' is damaged"):
            open_dataset("faces")

    def test_of_the_table_s_length_or_columns(self, faces, own_workspace):
        path = own_workspace / "datasets" / "faces" / "table.parquet"
        table = pd.read_parquet(path)
        # As version 1 stored it: without sums.
        write_description(path.parent, faces.model_copy(update={"table_sha256": "", "images_sha256": ""}))
        table[:-1].to_parquet(path)
        with pytest.raises(DatasetError, match=r"\(35, 48, 48\) uint8 beside a table of 34 rows"):
            open_dataset("faces")
        table.drop(columns="split").to_parquet(path)
        with pytest.raises(DatasetError, match="its table has no column split"):
            open_dataset("faces")

    def test_a_damaged_description_is_no_reason_to_keep_the_set_or_another(self, faces, fer2013_file, own_workspace):
        import_dataset(fer2013_file, "other")
        (own_workspace / "datasets" / "faces" / "dataset.json").write_text("{")
        delete_dataset("other")
        delete_dataset("faces")
        assert dataset_names() == []


class TestDerived:
    @pytest.fixture
    def corrected(self, faces):
        derive("faces", "corrected")
        return edits_of("corrected")

    def test_it_begins_as_its_base(self, corrected, faces, drawn):
        assert dataset_names() == ["corrected", "faces"]
        assert np.array_equal(open_dataset("corrected").images, drawn.images)
        described = describe("corrected")
        assert (described.base, described.sha256, described.counts) == ("faces", faces.sha256, faces.counts)

    def test_corrections(self, corrected, faces, drawn):
        corrected.relabel([0, 2], "sad")
        corrected.move([1], "test")
        corrected.exclude([3, 4])
        dataset = open_dataset("corrected")
        assert len(dataset) == 33
        assert dataset.table["row"].tolist() == [0, 1, 2, *range(5, 35)]
        assert dataset.table["label"].tolist()[:3] == ["sad", drawn.table["label"][1], "sad"]
        assert dataset.table["split"][1] == "test"
        assert np.array_equal(dataset.images[3], drawn.images[5])
        assert describe("corrected").faces == 33
        assert describe("corrected").sha256 != faces.sha256

    def test_the_import_is_untouched(self, corrected, faces, own_workspace):
        folder = own_workspace / "datasets" / "faces"
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        corrected.exclude(range(35))
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert len(open_dataset("faces")) == 35
        assert len(open_dataset("corrected")) == 0

    def test_excluded_faces_can_be_looked_at(self, corrected):
        corrected.exclude([3])
        whole = open_with_excluded("corrected")
        assert np.flatnonzero(whole.table["excluded"]).tolist() == [3]
        assert len(whole) == 35

    def test_a_set_derived_from_a_derived_one_begins_with_its_corrections(self, corrected):
        corrected.exclude([0])
        derive("corrected", "twice")
        edits_of("twice").exclude([1])
        assert (len(open_dataset("corrected")), len(open_dataset("twice"))) == (34, 33)
        assert describe("twice").base == "faces"

    def test_two_who_correct_at_once_both_do(self, corrected):
        def exclude(rows):
            for row in rows:
                edits_of("corrected").exclude([row])

        others = [threading.Thread(target=exclude, args=(range(start, 32, 4),)) for start in range(4)]
        for other in others:
            other.start()
        for other in others:
            other.join()
        assert sorted(act.rows[0] for act in corrected.acts()) == list(range(32))

    def test_corrections_of_an_import_go_on_in_the_set_begun_before(self, faces):
        assert corrected_set("faces") == "faces corrected"
        assert corrected_set("faces") == corrected_set("faces corrected") == "faces corrected"
        derive("faces", "faces corrected 2")
        edits_of("faces corrected 2").exclude([1])
        assert corrected_set("faces") == "faces corrected 2"

    def test_a_set_of_that_name_that_comes_from_elsewhere_is_not_corrected(self, faces, drawn):
        add_dataset(drawn, "faces corrected", "elsewhere")
        assert corrected_set("faces") == "faces corrected 2"
        assert describe("faces corrected 2").base == "faces"

    def test_corrections_of_a_set_that_may_not_be_changed_go_into_another(self, faces):
        derive("faces", "faces corrected")
        edits_of("faces corrected").exclude([1])
        assert corrected_set("faces", lambda name: False) == "faces corrected 2"
        assert corrected_set("faces corrected", lambda name: False) == "faces corrected corrected"
        assert len(open_dataset("faces corrected corrected")) == 34

    def test_two_who_begin_to_correct_an_import_at_once_go_on_in_one_set(self, faces):
        names: list[str] = []
        others = [threading.Thread(target=lambda: names.append(corrected_set("faces"))) for _ in range(4)]
        for other in others:
            other.start()
        for other in others:
            other.join()
        assert names == ["faces corrected"] * 4

    def test_groups_are_carried_into_what_is_derived_and_written(self, drawn, tmp_path):
        grouped = Dataset(drawn.images, drawn.table.assign(group=["old, tired", "", "写真"] * 11 + ["x", "y"]))
        add_dataset(grouped, "grouped", "drawn")
        derive("grouped", "grouped corrected")
        edits_of("grouped corrected").exclude([0])
        groups = grouped.table["group"].tolist()
        assert open_dataset("grouped corrected").table["group"].tolist() == groups[1:]
        export_list("grouped corrected", tmp_path / "list.csv")
        assert pd.read_csv(tmp_path / "list.csv", keep_default_na=False)["group"].tolist() == groups
        export_dataset("grouped corrected", tmp_path / "again.csv")
        import_dataset(tmp_path / "again.csv", "again")
        assert open_dataset("again").table["group"].tolist() == groups[1:]

    def test_an_import_has_no_corrections(self, faces):
        with pytest.raises(DatasetError, match="never changed; derive a set"):
            edits_of("faces")

    def test_damaged_corrections(self, corrected, own_workspace):
        (own_workspace / "datasets" / "corrected" / "edits.jsonl").write_text('{"act": "burn", "rows": [1]}')
        with pytest.raises(DatasetError, match=r"edits\.jsonl is damaged"):
            open_dataset("corrected")

    def test_the_base_is_not_deleted_before_it(self, corrected):
        with pytest.raises(DatasetError, match="'faces' cannot be deleted, as corrected comes from it"):
            delete_dataset("faces")
        delete_dataset("corrected")
        delete_dataset("faces")
        assert dataset_names() == []


def test_a_deleted_set_is_gone_and_its_name_is_free(faces, fer2013_file, own_workspace):
    delete_dataset("faces")
    assert [path.name for path in (own_workspace / "datasets").iterdir()] == [".faces.lock"]
    import_dataset(fer2013_file, "faces")


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
