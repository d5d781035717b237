"""Predictions in parts, mirrored where that is asked, and refused where they are not numbers."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.models.card import ModelError
from emotion_core.models.prediction import FACES_AT_ONCE, predict_all, predict_in_parts
from tests.legible_faces import legible


def many(count: int) -> np.ndarray:
    return np.repeat(legible(("sad", 80)).images, count, axis=0)


def test_come_in_parts_and_no_sooner_than_asked_for(reader):
    parts = predict_in_parts(reader, many(FACES_AT_ONCE + 3))
    assert [len(next(parts)), len(next(parts))] == [FACES_AT_ONCE, 3]
    assert next(parts, None) is None


def test_go_on_where_they_were_left(reader):
    images = many(FACES_AT_ONCE + 3)
    (rest,) = predict_in_parts(reader, images, start=FACES_AT_ONCE)
    assert len(rest) == 3


def test_all_at_once_tells_how_much_is_done(reader):
    told = []
    found = predict_all(reader, many(2 * FACES_AT_ONCE), progress=told.append)
    assert found.shape == (2 * FACES_AT_ONCE, 7)
    assert told == [0.5, 1.0]


def test_of_no_faces_there_are_none(reader):
    assert predict_all(reader, many(0)).shape == (0, 7)


def test_flipped_is_the_mean_with_the_mirror_image(reader):
    images = legible(("sad", 80)).images
    images[0, 0, 3], images[0, 0, 2] = 3, 60  # read from the other side: happy, 60 %
    (plain,), (mean,) = predict_all(reader, images), predict_all(reader, images, flip=True)
    assert plain[5] == pytest.approx(0.8)
    assert (mean[5], mean[3]) == pytest.approx(((0.8 + 0.4 / 6) / 2, (0.2 / 6 + 0.6) / 2))


def test_that_are_not_numbers_are_refused(reader, monkeypatch):
    monkeypatch.setattr(reader, "predict_proba", lambda crops: np.full((len(crops), 7), np.nan, np.float32))
    with pytest.raises(ModelError, match="predictions of the model tiny are not numbers"):
        predict_all(reader, many(1))
