"""A data set in memory: faces, and one row a face."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.splits import SPLITS


@pytest.fixture
def three() -> Dataset:
    images = np.stack([np.full((4, 4), value, np.uint8) for value in (10, 20, 30)])
    splits = ["train", "validation", "train"]
    return Dataset(
        images, pd.DataFrame({"source": list("abc"), "label": ["happy"] * 3, "split": splits}, index=[7, 8, 9])
    )


def test_its_length_is_the_number_of_faces(three):
    assert len(three) == 3


def test_a_split_has_its_images_and_rows_in_order(three):
    train = three.split("train")
    assert train.images[:, 0, 0].tolist() == [10, 30]
    assert train.table["source"].tolist() == ["a", "c"]
    assert train.table.index.tolist() == [0, 1]


def test_a_split_may_be_empty(three):
    assert len(three.split("test")) == 0
    assert three.split("test").images.shape == (0, 4, 4)


def test_together_the_splits_are_the_whole(three):
    assert sum(len(three.split(name)) for name in SPLITS) == len(three)


def test_an_unknown_split_is_refused(three):
    with pytest.raises(ValueError, match="unknown split 'PublicTest'; allowed are train, validation, test"):
        three.split("PublicTest")


def test_images_and_rows_must_be_equally_many(three):
    with pytest.raises(ValueError, match="2 images do not fit a table of 3 rows"):
        Dataset(three.images[:2], three.table)


def test_only_the_seven_emotions_are_trained_on(three):
    assert three.of_classes() is three
    other = Dataset(three.images, three.table.assign(label=["contempt", "happy", "unknown"]))
    assert other.of_classes().table["label"].tolist() == ["happy"]
    assert np.array_equal(other.of_classes().images, three.images[1:2])
