"""What is held out of training where there is no validation split."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.held_out import hold_out, with_validation
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import edits_of, open_dataset

NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def faces(labels: list[str], split: str = "train", seed: int = 0, **columns: list) -> Dataset:
    """Noise, of which no two pictures are alike."""
    images = np.random.default_rng(seed).integers(0, 256, (len(labels), 16, 16)).astype(np.uint8)
    named = {"source": [f"{split}-{row}" for row in range(len(labels))], "label": labels, "split": split}
    return Dataset(images, pd.DataFrame({**named, **columns}))


def held(dataset: Dataset) -> np.ndarray:
    return (dataset.table["split"] == "validation").to_numpy()


def test_it_is_a_tenth_of_every_emotion_and_the_same_tenth_every_time():
    given = faces(["happy"] * 200 + ["sad"] * 50 + ["fearful"] * 3 + ["angry"] + ["contempt"] * 40)
    found = hold_out(given, NO_PAIRS)
    counts = found.table["label"][held(found)].value_counts().to_dict()
    assert counts == {"happy": 20, "sad": 5, "fearful": 1}  # of a single face none, of what is not learned none
    assert (held(found) == held(hold_out(given, NO_PAIRS))).all()
    assert set(given.table["split"]) == {"train"}


def test_the_test_split_is_left_alone():
    given = faces(["happy", "sad"] * 30)
    given.table.loc[:19, "split"] = "test"
    found = hold_out(given, NO_PAIRS)
    assert (found.table["split"][:20] == "test").all() and held(found).sum() == 4


def test_identical_faces_and_near_duplicates_stay_on_one_side():
    given = faces(["happy", "sad"] * 100)
    given.images[100:150] = given.images[:50]
    near = np.column_stack([np.arange(50, 60), np.arange(150, 160)])
    found = held(hold_out(given, near))
    assert 16 <= found.sum() <= 24
    assert (found[100:150] == found[:50]).all() and (found[50:60] == found[150:160]).all()


@pytest.mark.parametrize("people", [30, 3, 2])
def test_a_person_is_on_one_side(people):
    person = [f"P{row // 3 % people}" for row in range(600)]
    found = hold_out(faces(["happy", "sad", "angry"] * 200, person=person), NO_PAIRS)
    sides = found.table.groupby("person")["split"].nunique()
    assert (sides == 1).all()
    assert 0 < held(found).sum() <= 300


def test_of_people_only_some_of_whom_are_known_the_others_are_taken_one_by_one():
    person = [""] * 200 + ["A"] * 50 + ["B"] * 50
    found = hold_out(faces(["happy", "sad"] * 150, person=person), NO_PAIRS)
    assert (found.table.groupby("person")["split"].nunique()[["A", "B"]] == 1).all()
    assert held(found).sum() == 30


def test_people_are_known_by_the_names_that_kdef_gives_its_pictures():
    codes = [f"AF{person:02d}{code}S" for person in range(1, 31) for code in ("HA", "SA", "AN")]
    given = faces(["happy", "sad", "angry"] * 30)
    found = hold_out(type(given)(given.images, given.table.assign(source=codes)), NO_PAIRS)
    sides = found.table.groupby(found.table["source"].str[:4])["split"].nunique()
    assert (sides == 1).all() and held(found).sum() == 9


def test_where_there_is_one_person_alone_people_do_not_count():
    assert held(hold_out(faces(["happy", "sad"] * 50, person=["A"] * 100), NO_PAIRS)).sum() == 10


def test_no_emotion_loses_its_last_training_face():
    found = hold_out(faces(["happy", "sad", "sad", "sad"], person=["A", "A", "B", "C"]), NO_PAIRS)
    assert set(found.table["label"][~held(found)]) == {"happy", "sad"} and held(found).sum() == 1


def test_faces_that_are_all_the_same_cannot_be_parted():
    given = faces(["happy", "sad"] * 20)
    given.images[:] = given.images[0]
    with pytest.raises(DatasetError, match="too few of the training faces differ"):
        hold_out(given, NO_PAIRS)


class TestAStoredSet:
    """Near-duplicates are found by looking, and corrections heeded."""

    def test_that_has_a_validation_split_is_as_it_is(self, own_workspace):
        given = faces(["happy", "sad"] * 20)
        given.table.loc[:3, "split"] = "validation"
        add_dataset(given, "mine", "drawn for tests")
        dataset = open_dataset("mine")
        assert with_validation(dataset, "mine") is dataset

    def test_whose_validation_split_shows_nothing_that_is_learned_is_held_out_of(self, own_workspace):
        given = faces(["happy", "sad"] * 20 + ["angry", "contempt"])
        given.table.loc[40:, "split"] = "validation"
        add_dataset(given, "mine", "drawn for tests")
        found = with_validation(open_dataset("mine"), "mine").split("validation")
        assert found.table["label"].value_counts().to_dict() == {"happy": 2, "sad": 2, "angry": 1, "contempt": 1}

    def test_that_is_corrected_has_its_near_duplicates_on_one_side(self, own_workspace):
        given = faces(["happy", "sad"] * 60)
        given.images[:40] = given.images[0] // 2 + np.random.default_rng(1).integers(0, 9, (40, 16, 16))
        add_dataset(given, "mine", "drawn for tests")
        derive("mine", "corrected")
        edits_of("corrected").exclude(range(10))
        found = held(with_validation(open_dataset("corrected"), "corrected"))
        assert len(found) == 110
        assert len(set(found[:30])) == 1  # shown 40 times, 10 of them excluded
        assert found.sum() > 4
