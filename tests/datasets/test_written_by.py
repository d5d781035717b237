"""Data sets that earlier versions wrote are read, corrected and derived from; those of newer versions are refused.

`written_by/<version>/` holds a workspace's data sets as that version wrote them: an import with labels mapped, left out
and a bad row skipped, what was found in it, two sets derived from it, and one of faces with votes.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.findings import kept_image_findings, kept_predictions
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.store import (
    delete_dataset,
    describe,
    edits_of,
    open_dataset,
    open_with_excluded,
    stored_description,
)
from emotion_core.datasets.votes import majority_labels
from emotion_core.emotions import EMOTIONS

NAMES = ["faces", "faces corrected", "faces corrected twice", "voted"]


@pytest.fixture(autouse=True, params=["0.1.0"])
def written(request, own_workspace) -> Path:
    """The folder of the data sets, as a version wrote them."""
    shutil.copytree(Path(__file__).parent / "written_by" / request.param, own_workspace / "datasets")
    return own_workspace / "datasets"


def test_they_are_all_there():
    assert dataset_names() == NAMES
    assert [describe(name).base for name in NAMES] == [None, "faces", "faces", None]


def test_an_import_is_described_as_it_was():
    described = describe("faces")
    assert (described.source, described.faces, described.shape) == ("faces.zip", 12, (24, 24))
    assert described.counts["train"] == {"angry": 1, "disgusted": 2, "happy": 2, "sad": 2}
    assert described.reading.labels["grumpy"] == "happy"
    assert described.reading.left_out == {"fearful": 2}
    assert described.reading.first_skipped == ["line 16 (there is no picture '99.png')"]


def test_the_faces_themselves():
    faces = open_dataset("faces")
    assert faces.images.shape == (12, 24, 24)
    assert faces.table["group"].tolist()[:4] == ["", "old", "old", ""]
    assert (faces.images[1] == faces.images[0]).all()


def test_corrections_are_the_same_and_go_on():
    table = open_with_excluded("faces corrected").table
    assert table["label"].tolist()[:3] == ["sad", "disgusted", "sad"]
    assert table["split"][1] == "test"
    assert np.flatnonzero(table["excluded"]).tolist() == [3]
    assert describe("faces corrected").sha256.startswith("084f97179096bb89")
    edits_of("faces corrected").include([3])
    assert len(open_dataset("faces corrected")) == 12
    assert edits_of("faces corrected").undo().act == "include"


def test_a_set_derived_from_a_derived_one():
    assert open_dataset("faces corrected twice").table["row"].tolist() == [0, 1, 2, 4, *range(6, 12)]
    derive("faces corrected twice", "thrice")
    assert describe("thrice").faces == 10


def test_votes_and_groups():
    table = open_dataset("voted").table
    assert {EMOTIONS[number] for number in majority_labels(table)} == {"happy"}
    assert table["group"].tolist() == ["a", "b", "", "a", "b", "", "a"]


def test_what_was_found_in_the_pictures_is_still_known():
    assert kept_image_findings("faces").empty.tolist() == [False] * 12
    assert kept_predictions("faces", "abc").shape == (12, 7)


class TestNewer:
    @pytest.fixture(autouse=True)
    def newer(self, written):
        """The import as a program of the future may have written it."""
        path = written / "faces" / "dataset.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "version": 7, "holograms": True}))

    @pytest.mark.parametrize("look", [describe, stored_description, open_dataset, lambda name: derive(name, "x")])
    def test_is_refused_in_a_sentence_that_names_the_version(self, look):
        with pytest.raises(DatasetError, match=r"'faces' is stored in version 7 .* reads up to version 4; update"):
            look("faces")

    def test_does_not_take_the_others_away(self):
        assert len(open_dataset("voted")) == 7
        assert dataset_names() == NAMES

    def test_is_not_deleted_while_others_come_from_it(self):
        with pytest.raises(DatasetError, match="faces corrected"):
            delete_dataset("faces")


def test_what_is_written_now_the_version_before_refuses_by_its_version(written):
    """It knows no sums, and would take a set with them for a damaged one."""
    derive("faces", "mine")
    assert json.loads((written / "mine" / "dataset.json").read_text())["version"] == 2
