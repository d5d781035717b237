"""What a program reads of others goes the way that the pages go, and gives what it would give in this process."""

from __future__ import annotations

import inspect
import sys
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import emotion_core as ec
from emotion_core.datasets.readers import formats
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.evaluation import evaluator
from emotion_core.jobs import reading
from tests.pictures import png


@pytest.fixture
def faces(tmp_path):
    """A folder with a folder per emotion."""
    for number, label in enumerate(["happy", "sad"] * 2):
        (tmp_path / "faces" / label).mkdir(parents=True, exist_ok=True)
        picture = png(np.full((48, 48), 40 * number + 40, np.uint8))
        (tmp_path / "faces" / label / f"{number}.png").write_bytes(picture)
    return tmp_path / "faces"


def test_a_set_in_memory_is_the_same_wherever_it_is_read(faces, own_workspace):
    told = []
    read, expected = ec.load_dataset(faces, progress=told.append), formats.load_dataset(faces)
    pd.testing.assert_frame_equal(read.table, expected.table, check_dtype=False)
    assert (read.images == expected.images).all() and read.classes == expected.classes
    assert told[0] == 0.0 and ec.dataset_names() == []
    read.images[0] = 0  # it is the caller's own


def test_options_go_along(faces, own_workspace):
    read = ec.load_dataset(faces, labels={"sad": None}, side=32)
    assert read.images.shape == (2, 32, 32) and set(read.table["label"]) == {"happy"}
    with pytest.raises(ec.DatasetError, match="cropper"):
        ec.load_dataset(faces, crop="always")
    described = ec.import_dataset(faces, "mine", source="me", classes="keep")
    assert (described.name, described.source, described.faces) == ("mine", "me", 4)


@pytest.mark.parametrize("read", [ec.load_dataset, ec.import_dataset])
def test_every_option_is_spelt_where_data_sets_are_read(read):
    asked = {name for name, one in inspect.signature(read).parameters.items() if one.kind is one.KEYWORD_ONLY}
    assert asked - {"dry_run", "shown"} == {field.name for field in fields(ReadOptions)}


def test_an_option_that_there_is_not_is_refused(faces):
    with pytest.raises(TypeError, match="colours"):
        ec.load_dataset(faces, colours=True)


def test_a_cropper_of_ones_own_is_asked_here(faces, own_workspace):
    class Cropper:
        def shows_photos(self, pictures):
            return True

        def crop(self, picture, side):
            return picture[:side, :side]

    assert len(ec.load_dataset(faces, cropper=Cropper())) == 4
    assert ec.import_dataset(faces, "mine", cropper=Cropper()).reading.faces_cut_out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_where_the_memory_is_used_up_this_process_goes_on(faces, own_workspace, monkeypatch):
    for limit in ("MEMORY_BYTES", "MEMORY_A_BYTE"):
        monkeypatch.setattr(reading, limit, 0)
    large = np.zeros((6000, 6000), np.uint8)  # far more than what was freed before has room for
    (faces / "happy" / "large.png").write_bytes(png(large))
    with pytest.raises(ec.DatasetError, match="memory"):
        ec.load_dataset(faces)
    with pytest.raises(ec.DatasetError, match="memory"):
        ec.evaluate("default", faces, "train")


def test_models_are_evaluated_on_what_was_read_elsewhere(faces, own_workspace):
    report = ec.evaluate("default", faces, "train")
    expected = evaluator.evaluate("default", faces, evaluator.Question("train"))
    assert report.data == "faces" and report.evaluations == expected.evaluations
