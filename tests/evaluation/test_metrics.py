"""The figures of a card, worked by hand on a few faces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from emotion_core.evaluation.metrics import (
    expected_calibration_error,
    measure,
    measure_all,
    own_labels,
    seen_in_training,
)


def says(*names: str, confidence: float = 1.0) -> np.ndarray:
    """Probabilities of answers with one confidence."""
    rows = np.full((len(names), 7), (1 - confidence) / 6)
    rows[range(len(names)), [EMOTIONS.index(name) for name in names]] = confidence
    return rows


def indices(*names: str) -> np.ndarray:
    return np.array([EMOTIONS.index(name) if name in EMOTIONS else NO_LABEL for name in names])


def dataset(*labels: str, first_pixel: int = 0, **columns: list) -> Dataset:
    images = np.stack([np.full((4, 4), first_pixel + number, np.uint8) for number in range(len(labels))])
    return Dataset(images, pd.DataFrame({"label": labels, "split": "validation", **columns}))


PROTOCOL = {"data": "d", "split": "test", "labelled_by": "fer2013", "without_training_duplicates": False}


class TestMeasure:
    def test_accuracy_and_recall(self):
        measured = measure(
            says("happy", "happy", "sad", "angry"), indices("happy", "happy", "happy", "angry"), **PROTOCOL
        )
        assert measured.faces == 4
        assert measured.accuracy == 0.75
        assert measured.recall == {"angry": 1.0, "happy": 0.6667}
        assert measured.macro_recall == 0.8333  # over the classes that occur

    def test_faces_without_a_label_are_left_out(self):
        measured = measure(says("happy", "sad"), indices("happy", "contempt"), **PROTOCOL)
        assert (measured.faces, measured.accuracy) == (1, 1.0)

    def test_the_protocol_is_kept(self):
        measured = measure(says("sad"), indices("sad"), **{**PROTOCOL, "without_training_duplicates": True})
        assert (measured.data, measured.split, measured.labels) == ("d", "test", "fer2013")
        assert measured.without_training_duplicates
        assert not measured.test_time_augmentation

    def test_no_faces_at_all_are_refused(self):
        with pytest.raises(ValueError, match=r".+"):
            measure(says("sad"), indices("contempt"), **PROTOCOL)


class TestCalibrationError:
    def test_is_the_distance_of_confidence_from_accuracy(self):
        assert expected_calibration_error(says("sad", "sad", confidence=0.8), indices("sad", "happy")) == pytest.approx(
            0.3
        )

    def test_is_weighed_by_how_many_faces_are_in_a_bin(self):
        probabilities = np.vstack([says("sad", confidence=0.6), says("sad", "sad", "sad", confidence=0.9)])
        # one wrong at 0.6, three right at 0.9: 1/4 * 0.6 + 3/4 * 0.1
        assert expected_calibration_error(probabilities, indices("happy", "sad", "sad", "sad")) == pytest.approx(0.225)

    def test_is_nothing_for_right_answers_of_full_confidence(self):
        assert expected_calibration_error(says("sad", "happy"), indices("sad", "happy")) == 0

    @given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS)), min_size=1, max_size=20))
    def test_is_from_0_to_1(self, pairs):
        answered, true = zip(*pairs, strict=True)
        assert 0 <= expected_calibration_error(says(*answered, confidence=0.7), indices(*true)) <= 1


def test_a_data_sets_own_labels_are_indices_of_our_order():
    assert own_labels(dataset("happy", "angry", "contempt")).tolist() == [3, 0, NO_LABEL]


def test_faces_of_the_training_are_known_by_their_pixels():
    faces, training = dataset("sad", "sad", "sad", first_pixel=5), dataset("happy", "happy", first_pixel=6)
    assert seen_in_training(faces, training).tolist() == [False, True, True]
    assert seen_in_training(faces, faces).all()


def test_all_four_measurements_of_a_card():
    def votes(name: str) -> dict[str, list[int]]:
        return {column: [10 if other == name else 0] for column, other in zip(COLUMNS, FERPLUS_VOTES, strict=True)}

    tables = [dataset("sad", first_pixel=number, **votes(voted)) for number, voted in enumerate(["sad", "happy", "nf"])]
    faces = Dataset(np.concatenate([t.images for t in tables]), pd.concat([t.table for t in tables], ignore_index=True))
    training = dataset("sad", first_pixel=0)
    measured = measure_all(says("sad", "sad", "sad"), faces, training, "FER", "validation")
    assert [(m.labels, m.without_training_duplicates, m.faces, m.accuracy) for m in measured] == [
        ("ferplus-majority", False, 2, 0.5),
        ("ferplus-majority", True, 1, 0.0),
        ("fer2013", False, 3, 1.0),
        ("fer2013", True, 2, 1.0),
    ]
