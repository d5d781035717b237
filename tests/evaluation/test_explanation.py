"""Occlusion: what is looked at lights up, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.explanation import occlusion_maps, strongest_part
from emotion_core.models.card import ModelCard

ANGRY, HAPPY, SAD = (EMOTIONS.index(name) for name in ("angry", "happy", "sad"))


class Watcher:
    """A model that looks at one part of a face alone: the brighter that is, the happier, and the less sad."""

    def __init__(self, card_fields: dict, rows: slice, columns: slice, channels: int = 1):
        fields = {"size": 48, "channels": channels, "scale": 1 / 255, "offset": 0.0}
        self.card = ModelCard.model_validate({**card_fields, "input": fields})
        self.rows, self.columns = rows, columns

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        seen = crops[:, self.rows, self.columns].reshape(len(crops), -1).mean(axis=1) / 255
        found = np.full((len(crops), 7), 0.02, np.float32)
        found[:, HAPPY], found[:, SAD] = 0.1 + 0.7 * seen, 0.8 - 0.7 * seen
        return found


@pytest.fixture
def corner(card_fields) -> Watcher:
    return Watcher(card_fields, slice(0, 8), slice(40, 48))


@pytest.fixture
def face() -> np.ndarray:
    """Bright in that corner, dark elsewhere."""
    face = np.full((48, 48), 20, np.uint8)
    face[:8, 40:] = 250
    return face


def test_the_corner_that_is_looked_at_lights_up_and_nothing_else(corner, face):
    heat = occlusion_maps(corner, face)[HAPPY]
    assert heat.shape == (48, 48) and heat.dtype == np.float32
    assert np.unravel_index(heat.argmax(), heat.shape)[0] < 8
    assert np.unravel_index(heat.argmax(), heat.shape)[1] >= 40
    assert heat[:8, 40:].min() > 0.5
    beyond = heat.copy()
    beyond[:19, 29:] = 0  # a patch that covers any of the corner reaches as far as here
    assert not beyond.any()


def test_what_speaks_for_one_emotion_speaks_against_another(corner, face):
    maps = occlusion_maps(corner, face)
    assert maps.shape == (7, 48, 48)
    assert maps[SAD, :8, 40:].max() < -0.5
    assert np.abs(maps[ANGRY]).max() < 1e-6  # the others' sum is rounded


class Sure:
    """A model that looks at the first pixel: bright, it is happy but for 1 in 100,000 each; dark, for 1 in 10,000."""

    def __init__(self, card: ModelCard):
        self.card = card

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        others = np.where(crops[:, 0, 0] > 200, 1e-5, 1e-4)
        found = np.tile(others[:, np.newaxis], 7)
        found[:, HAPPY] = 1 - 6 * others
        return found.astype(np.float32)


def test_however_sure_an_answer_is_its_part_counts_as_much(corner, face):
    """Happy falls from 0.99994 to 0.9994 only, and its odds from 16,666 to 1,666: to a tenth."""
    maps = occlusion_maps(Sure(corner.card), face[:, ::-1])
    assert maps[HAPPY, 0, 0] == pytest.approx(np.log(10), rel=1e-3)
    assert maps[SAD, 0, 0] == pytest.approx(-np.log(10), rel=1e-3)
    assert not maps[:, 12:, 12:].any()


def test_answers_of_none_and_all_are_no_infinite_odds(corner, face):
    model = Sure(corner.card)
    model.predict_proba = lambda crops: np.eye(7, dtype=np.float32)[np.full(len(crops), HAPPY)]  # type: ignore[method-assign]
    assert not occlusion_maps(model, face).any()


def test_so_few_looks_that_it_takes_a_quarter_of_a_second_at_3_ms_a_face(corner, face, monkeypatch):
    looked_at = []
    answer = corner.predict_proba
    monkeypatch.setattr(corner, "predict_proba", lambda crops: looked_at.append(len(crops)) or answer(crops))
    occlusion_maps(corner, face)
    assert looked_at == [82]  # in one go, so that they pass the network as batches


def test_a_face_of_one_grey_has_no_part_that_decides(corner):
    assert not occlusion_maps(corner, np.full((48, 48), 99, np.uint8)).any()


@pytest.mark.parametrize("side", [20, 48, 200])
def test_faces_of_any_size_are_seen_as_the_network_does(corner, side):
    face = np.full((side, side), 20, np.uint8)
    face[: side // 6, -side // 6 :] = 250
    assert strongest_part(occlusion_maps(corner, face)[HAPPY]) == "upper right"


def test_a_network_of_colours(card_fields):
    model = Watcher(card_fields, slice(40, 48), slice(20, 28), channels=3)
    face = np.zeros((48, 48, 3), np.uint8)
    face[40:, 20:28] = (250, 200, 150)
    assert strongest_part(occlusion_maps(model, face)[HAPPY]) == "lower middle"


def test_every_part_is_covered_about_as_often(card_fields):
    """A model that looks at the whole face goes by all of it alike."""
    model = Watcher(card_fields, slice(0, 48), slice(0, 48))
    face = np.zeros((48, 48), np.uint8)
    face[::2] = 200  # stripes, so that covering changes the mean but little and everywhere alike
    model.predict_proba = lambda crops: _by_spread(crops)  # type: ignore[method-assign]
    heat = occlusion_maps(model, face)[HAPPY]
    inner = heat[12:36, 12:36]
    assert inner.min() > 0.95 * inner.max() > 0


def _by_spread(crops: np.ndarray) -> np.ndarray:
    found = np.full((len(crops), 7), 0.05, np.float32)
    found[:, HAPPY] = crops.reshape(len(crops), -1).std(axis=1) / 200
    return found


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [(0, 0, "upper left"), (24, 24, "middle"), (24, 47, "right"), (47, 24, "lower middle")],
)
def test_the_strongest_part_in_words(row, column, words):
    heat = np.zeros((48, 48))
    heat[row, column] = 1
    assert strongest_part(heat) == words


def test_a_square_counts_for_the_ninth_in_which_most_of_it_lies():
    heat = np.zeros((48, 48))
    heat[30:36, 12:18] = 1  # its first corner lies in the middle third, most of it in the lower and left ones
    assert strongest_part(heat) == "lower left"


def test_a_part_that_speaks_as_a_whole_is_stronger_than_the_edge_of_it_that_is_highest():
    """A mouth in the lower third, a little over its middle: that its left corner is the highest does not count."""
    heat = np.zeros((48, 48))
    heat[33:45, 12:36] = 1.2
    heat[33:39, 10:16] = 1.4
    assert strongest_part(heat) == "lower middle"
