"""What is stored is what is opened, or it is said that it is not."""

from __future__ import annotations

import random
import threading
from contextlib import suppress

import numpy as np
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.exports import export_dataset
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.integrity import DamagedDatasetError, in_use, open_verified, rescue, verify
from emotion_core.datasets.names import DESCRIPTION_FILE, EDITS_FILE, datasets_folder
from emotion_core.datasets.store import IMAGES_FILE, TABLE_FILE, delete_dataset, describe, edits_of, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.usage import is_used
from emotion_core.evaluation.evaluator import find_dataset

FLIPS = 60


@pytest.fixture
def stored(own_workspace):
    """A set "faces" and one derived from it with corrections; the folder of all sets."""
    add_dataset(synthetic_faces(21), "faces", "drawn faces")
    derive("faces", "corrected")
    edits_of("corrected").relabel([3, 4], "happy")
    edits_of("corrected").exclude([7])
    return datasets_folder()


def content(name: str) -> tuple:
    faces = open_verified(name)
    return faces.images.tobytes(), faces.table.to_csv(), describe(name).model_dump_json()


def flip(path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        *(("faces", file) for file in (IMAGES_FILE, TABLE_FILE, DESCRIPTION_FILE)),
        *(("corrected", file) for file in (DESCRIPTION_FILE, EDITS_FILE)),
    ],
)
def test_no_flipped_bit_is_opened_as_other_content(stored, name, file):
    before, path = content(name), stored / name / file
    whole = path.read_bytes()
    for seed in range(FLIPS):
        flip(path, seed)
        with suppress(DatasetError):
            assert content(name) == before
        path.write_bytes(whole)


@pytest.fixture
def damaged(stored):
    """Face 5 of "faces" is not what was stored."""
    path = stored / "faces" / IMAGES_FILE
    data = bytearray(path.read_bytes())
    data[256 + 5 * 48 * 48 + 100] ^= 16
    path.write_bytes(data)
    return stored


def test_a_damaged_set_is_named_with_its_rows_and_the_way_to_keep_the_rest(damaged):
    with pytest.raises(DamagedDatasetError) as error:
        verify("corrected")
    assert error.value.damaged.tolist() == [5]
    assert "'faces'" in str(error.value)
    assert "the 20 that do" in str(error.value)


def test_what_agrees_can_be_kept(damaged):
    before = open_dataset("faces")
    rescue("faces", "saved")
    saved = open_verified("saved")
    kept = np.delete(np.arange(21), 5)
    assert (saved.images == before.images[kept]).all()
    assert saved.table["label"].tolist() == before.table["label"].iloc[kept].tolist()


@pytest.mark.parametrize("use", [lambda path: export_dataset("faces", path), lambda path: find_dataset("faces")])
def test_what_is_damaged_is_neither_exported_nor_evaluated(damaged, use, tmp_path):
    with pytest.raises(DamagedDatasetError):
        use(tmp_path / "faces.csv")


def test_a_damaged_table_is_seen_when_the_set_is_opened(stored):
    flip(stored / "faces" / TABLE_FILE, 1)
    with pytest.raises(DatasetError, match="damaged"):
        open_dataset("faces")


def test_a_set_that_is_used_is_not_deleted(stored):
    with in_use("corrected"):
        for name in ("corrected", "faces"):
            with pytest.raises(DatasetError, match="cannot be deleted"):
                delete_dataset(name)
    delete_dataset("corrected")
    delete_dataset("faces")
    assert not [path for path in stored.iterdir() if "used" in path.name]


def test_a_mark_that_is_about_to_be_locked_stays(stored):
    mark = stored / ".faces.used-1-2"
    mark.touch()
    assert not is_used("faces")
    assert mark.exists()


def test_of_deleting_and_deriving_at_once_one_is_refused(stored):
    delete_dataset("corrected")
    for number in range(5):
        add_dataset(synthetic_faces(7), f"base {number}", "drawn faces")
        outcomes: list[str] = []

        def attempt(act, *names: str, outcomes=outcomes) -> None:
            with suppress(DatasetError):
                act(*names)
                outcomes.append(act.__name__)

        both = [
            threading.Thread(target=attempt, args=(derive, f"base {number}", f"copy {number}")),
            threading.Thread(target=attempt, args=(delete_dataset, f"base {number}")),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(outcomes) <= 1 or outcomes == ["derive"]
        if outcomes == ["derive"]:
            open_dataset(f"copy {number}")
