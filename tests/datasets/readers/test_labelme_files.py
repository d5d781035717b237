"""LabelMe's json files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import labelme_json, photo


@pytest.mark.parametrize("file", ["train/a.json", "labels/train/a.json", "train/other.json"])
def test_a_json_beside_its_picture_or_apart(write_folders, drawn, file):
    said = labelme_json("..\\pictures\\a.png", ["Happiness", "sad"])
    folder = write_folders({"train/a.png": photo(drawn.images), file: said})
    assert recognise(folder).form == "LabelMe's json files"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert set(dataset.table["split"]) == {"train"}
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_a_flag_of_the_whole_picture(write_folders, drawn):
    content = {"shapes": [], "imagePath": "a.png", "flags": {"happy": False, "angry": True}}
    folder = write_folders({"a.png": photo(drawn.images), "a.json": json.dumps(content).encode()})
    assert load_dataset(folder).table["label"].tolist() == ["angry"]


@pytest.mark.parametrize("points", [[], [[1, 1]], [[1, 1], [1, 9]], "all", [[1, "x"], [2, 2]]])
def test_an_outline_that_is_none_is_a_bad_row(write_folders, drawn, points):
    content = {"shapes": [{"label": "sad", "points": points}], "imagePath": "a.png"}
    with pytest.raises(BadRowsError, match=r"a\.json shape 1 \(its points .* are no outline"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "a.json": json.dumps(content).encode()}))
