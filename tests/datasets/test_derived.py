"""Sets derived from another one: corrected without changing it."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import corrected_set, derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.exports import export_dataset, export_list
from emotion_core.datasets.importing import add_dataset, import_dataset
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.store import delete_dataset, describe, edits_of, open_dataset, open_with_excluded


@pytest.fixture
def faces(fer2013_file):
    return import_dataset(fer2013_file, "faces")


@pytest.fixture
def corrected(faces):
    derive("faces", "corrected")
    return edits_of("corrected")


def test_it_begins_as_its_base(corrected, faces, drawn):
    assert dataset_names() == ["corrected", "faces"]
    assert np.array_equal(open_dataset("corrected").images, drawn.images)
    described = describe("corrected")
    assert (described.base, described.sha256, described.counts) == ("faces", faces.sha256, faces.counts)


def test_corrections(corrected, faces, drawn):
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


def test_the_import_is_untouched(corrected, faces, own_workspace):
    folder = own_workspace / "datasets" / "faces"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    corrected.exclude(range(35))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert len(open_dataset("faces")) == 35
    assert len(open_dataset("corrected")) == 0


def test_excluded_faces_can_be_looked_at(corrected):
    corrected.exclude([3])
    whole = open_with_excluded("corrected")
    assert np.flatnonzero(whole.table["excluded"]).tolist() == [3]
    assert len(whole) == 35


def test_a_set_derived_from_a_derived_one_begins_with_its_corrections(corrected):
    corrected.exclude([0])
    derive("corrected", "twice")
    edits_of("twice").exclude([1])
    assert (len(open_dataset("corrected")), len(open_dataset("twice"))) == (34, 33)
    assert describe("twice").base == "faces"


def test_two_who_correct_at_once_both_do(corrected):
    def exclude(rows):
        for row in rows:
            edits_of("corrected").exclude([row])

    others = [threading.Thread(target=exclude, args=(range(start, 32, 4),)) for start in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert sorted(act.rows[0] for act in corrected.acts()) == list(range(32))


def test_corrections_of_an_import_go_on_in_the_set_begun_before(faces):
    assert corrected_set("faces") == "faces corrected"
    assert corrected_set("faces") == corrected_set("faces corrected") == "faces corrected"
    derive("faces", "faces corrected 2")
    edits_of("faces corrected 2").exclude([1])
    assert corrected_set("faces") == "faces corrected 2"


def test_a_set_of_that_name_that_comes_from_elsewhere_is_not_corrected(faces, drawn):
    add_dataset(drawn, "faces corrected", "elsewhere")
    assert corrected_set("faces") == "faces corrected 2"
    assert describe("faces corrected 2").base == "faces"


def test_corrections_of_a_set_that_may_not_be_changed_go_into_another(faces):
    derive("faces", "faces corrected")
    edits_of("faces corrected").exclude([1])
    assert corrected_set("faces", lambda name: False) == "faces corrected 2"
    assert corrected_set("faces corrected", lambda name: False) == "faces corrected corrected"
    assert len(open_dataset("faces corrected corrected")) == 34


def test_two_who_begin_to_correct_an_import_at_once_go_on_in_one_set(faces):
    names: list[str] = []
    others = [threading.Thread(target=lambda: names.append(corrected_set("faces"))) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert names == ["faces corrected"] * 4


def test_groups_are_carried_into_what_is_derived_and_written(drawn, tmp_path):
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


def test_an_import_has_no_corrections(faces):
    with pytest.raises(DatasetError, match="never changed; derive a set"):
        edits_of("faces")


def test_damaged_corrections(corrected, own_workspace):
    (own_workspace / "datasets" / "corrected" / "edits.jsonl").write_text('{"act": "burn", "rows": [1]}')
    with pytest.raises(DatasetError, match=r"edits\.jsonl is damaged"):
        open_dataset("corrected")


def test_the_base_is_not_deleted_before_it(corrected):
    with pytest.raises(DatasetError, match="'faces' cannot be deleted, as corrected comes from it"):
        delete_dataset("faces")
    delete_dataset("corrected")
    delete_dataset("faces")
    assert dataset_names() == []
