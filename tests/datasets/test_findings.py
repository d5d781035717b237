"""What takes long to find is found once, shared by the sets derived from an import, and gone with it."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.findings import (
    answers_file,
    ask,
    kept_answers,
    kept_likeness,
    likeness_file,
    look_for_likeness,
)
from emotion_core.datasets.store import add_dataset, delete_dataset, derive


@pytest.fixture(autouse=True)
def stored(drawn):
    """The set "faces", and "mine" derived from it."""
    add_dataset(drawn, "faces", "drawn faces")
    derive("faces", "mine")


class Predict:
    """Answers angry for every face, and counts the faces."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.asked += len(images)
        return np.eye(7, dtype=np.float32)[np.zeros(len(images), dtype=int)]


def test_likeness_is_looked_for_once_for_a_set_and_those_derived_from_it(monkeypatch):
    assert kept_likeness("mine") is None
    found = look_for_likeness("mine")
    monkeypatch.setattr("emotion_core.datasets.findings.find_likeness", None)
    assert (look_for_likeness("faces").pairs == found.pairs).all()
    assert (kept_likeness("faces").empty == found.empty).all()


def test_a_model_is_asked_of_every_face_once():
    predict = Predict()
    answers = ask("faces", "abc", predict)
    assert answers.shape == (35, 7)
    assert (ask("mine", "abc", predict) == answers).all()
    assert predict.asked == 35
    assert kept_answers("mine", "another model") is None


@pytest.mark.parametrize("content", [b"", b"damaged", b"PK\x03\x04damaged"])
def test_damaged_findings_are_found_anew(content):
    look_for_likeness("faces")
    ask("faces", "abc", Predict())
    likeness_file("faces").write_bytes(content)
    answers_file("faces", "abc").write_bytes(content)
    assert kept_likeness("faces") is None
    assert kept_answers("faces", "abc") is None
    assert len(look_for_likeness("faces").empty) == 35


def test_what_cannot_be_kept_is_found_all_the_same(monkeypatch):
    def full(*arguments, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.savez", full)
    assert len(look_for_likeness("faces").empty) == 35
    assert not likeness_file("faces").exists()


def test_findings_go_with_their_set(drawn):
    look_for_likeness("faces")
    delete_dataset("mine")
    delete_dataset("faces")
    with pytest.raises(DatasetError, match="no data set"):
        look_for_likeness("faces")
    add_dataset(drawn, "faces", "drawn faces")
    assert kept_likeness("faces") is None
