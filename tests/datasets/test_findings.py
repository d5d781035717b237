"""What takes long to find is found once, shared by the sets derived from an import, and gone with it."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.findings import (
    image_findings_file,
    image_findings_of,
    kept_image_findings,
    kept_predictions,
    predictions_file,
    predictions_of,
)
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import delete_dataset


@pytest.fixture(autouse=True)
def stored(drawn):
    """The set "faces", and "mine" derived from it."""
    add_dataset(drawn, "faces", "drawn faces")
    derive("faces", "mine")


class Predict:
    """Predicts angry for every face, and counts the faces."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.asked += len(images)
        return np.eye(7, dtype=np.float32)[np.zeros(len(images), dtype=int)]


def test_pictures_are_examined_once_for_a_set_and_those_derived_from_it(monkeypatch):
    assert kept_image_findings("mine") is None
    found = image_findings_of("mine")
    monkeypatch.setattr("emotion_core.datasets.findings.examine_images", None)
    assert (image_findings_of("faces").near_duplicates == found.near_duplicates).all()
    assert (kept_image_findings("faces").empty == found.empty).all()


def test_every_face_is_predicted_once():
    predict = Predict()
    predictions = predictions_of("faces", "abc", predict)
    assert predictions.shape == (35, 7)
    assert (predictions_of("mine", "abc", predict) == predictions).all()
    assert predict.asked == 35
    assert kept_predictions("mine", "another model") is None


@pytest.mark.parametrize("content", [b"", b"damaged", b"PK\x03\x04damaged"])
def test_damaged_findings_are_found_anew(content):
    image_findings_of("faces")
    predictions_of("faces", "abc", Predict())
    image_findings_file("faces").write_bytes(content)
    predictions_file("faces", "abc").write_bytes(content)
    assert kept_image_findings("faces") is None
    assert kept_predictions("faces", "abc") is None
    assert len(image_findings_of("faces").empty) == 35


def test_what_cannot_be_kept_is_found_all_the_same(monkeypatch):
    def full(*arguments, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.savez", full)
    assert len(image_findings_of("faces").empty) == 35
    assert not image_findings_file("faces").exists()


def test_findings_go_with_their_set(drawn):
    image_findings_of("faces")
    delete_dataset("mine")
    delete_dataset("faces")
    with pytest.raises(DatasetError, match="no data set"):
        image_findings_of("faces")
    add_dataset(drawn, "faces", "drawn faces")
    assert kept_image_findings("faces") is None
