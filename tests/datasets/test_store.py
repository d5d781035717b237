"""Stored sets: opened as they were imported, refused where damaged, deleted for good."""

from __future__ import annotations

import pandas as pd
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.description import write_description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.importing import import_dataset
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.store import delete_dataset, describe, edits_of, open_dataset


@pytest.fixture
def faces(fer2013_file):
    return import_dataset(fer2013_file, "faces")


def test_pictures_of_the_store_are_not_changed_by_accident(faces):
    with pytest.raises(ValueError, match="read-only"):
        open_dataset("faces").images[0, 0, 0] = 1


@pytest.mark.parametrize("ask", [open_dataset, describe, delete_dataset, edits_of, lambda name: derive(name, "b")])
@pytest.mark.parametrize("name", ["nobody", "../faces", ""])
def test_names_that_there_are_not(faces, ask, name):
    with pytest.raises(DatasetError, match=r"there is no data set '.*'; there are faces"):
        ask(name)


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


def test_a_deleted_set_is_gone_and_its_name_is_free(faces, fer2013_file, own_workspace):
    delete_dataset("faces")
    assert [path.name for path in (own_workspace / "datasets").iterdir()] == [".faces.lock"]
    import_dataset(fer2013_file, "faces")
