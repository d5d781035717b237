"""The figures of a card, worked by hand on a few faces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import seen_in_training
from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from emotion_core.evaluation.calibration import calibration_error_interval
from emotion_core.evaluation.metrics import (
    kinds_of_labels,
    measure,
    measure_all,
    measure_groups,
    own_labels,
)
from emotion_core.evaluation.sets import evaluation_set
from tests.evaluation.conftest import dataset, indices, says


def trained_on(*labels: str, first_pixel: int = 0, **columns: list) -> Dataset:
    """A data set of training faces alone."""
    return dataset(*labels, first_pixel=first_pixel, **columns, split="train")


def joined(*parts: Dataset) -> Dataset:
    images, tables = [part.images for part in parts], [part.table for part in parts]
    return Dataset(np.concatenate(images), pd.concat(tables, ignore_index=True))


PROTOCOL = {
    "data": "d",
    "split": "test",
    "labels": "fer2013",
    "without_training_duplicates": False,
    "test_time_augmentation": False,
}


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

    def test_the_calibration_error_has_its_interval(self):
        probabilities, labels = says("sad", "sad", "sad", confidence=0.8), indices("sad", "happy", "sad")
        low, high = calibration_error_interval(probabilities, labels)
        assert measure(probabilities, labels, **PROTOCOL).expected_calibration_error_interval == (
            round(low, 4),
            round(high, 4),
        )

    def test_no_faces_at_all_are_refused(self):
        with pytest.raises(ValueError, match=r".+"):
            measure(says("sad"), indices("contempt"), **PROTOCOL)


def test_a_data_sets_own_labels_are_indices_of_our_order():
    assert own_labels(dataset("happy", "angry", "contempt")).tolist() == [3, 0, NO_LABEL]


def test_what_was_seen_in_training_is_the_same_on_a_card_and_in_a_report():
    faces, known = dataset("sad", "sad", "sad"), trained_on("contempt", "happy", first_pixel=2)
    both = joined(faces, known)
    judged = evaluation_set(both, "d", "validation")
    assert judged.in_training.tolist() == seen_in_training(faces, both).tolist() == [False, False, True]


def test_all_four_measurements_of_a_card():
    def votes(name: str) -> dict[str, list[int]]:
        return {column: [10 if other == name else 0] for column, other in zip(COLUMNS, FERPLUS_VOTES, strict=True)}

    faces = joined(*[dataset("sad", first_pixel=n, **votes(voted)) for n, voted in enumerate(["sad", "happy", "nf"])])
    measured = measure_all(says("sad", "sad", "sad"), faces, trained_on("sad"), "FER", "validation")
    assert [(m.labels, m.without_training_duplicates, m.faces, m.accuracy) for m in measured] == [
        ("ferplus-majority", False, 2, 0.5),
        ("ferplus-majority", True, 1, 0.0),
        ("fer2013", False, 3, 1.0),
        ("fer2013", True, 2, 1.0),
    ]


class TestMeasureMore:
    FOUND = measure(
        np.vstack([says("happy", "happy", "sad", confidence=0.9), says("angry", confidence=0.4)]),
        indices("happy", "happy", "happy", "sad"),
        threshold=0.5,
        **PROTOCOL,
    )

    def test_precision_and_f1_of_what_occurs_or_was_answered(self):
        assert self.FOUND.precision == {"angry": 0.0, "happy": 1.0, "sad": 0.0}
        assert self.FOUND.f1 == {"angry": 0.0, "happy": 0.8, "sad": 0.0}

    def test_counts_of_what_was_taken_for_what(self):
        happy, sad = EMOTIONS.index("happy"), EMOTIONS.index("sad")
        assert self.FOUND.confusion[happy][happy] == 2 and self.FOUND.confusion[happy][sad] == 1
        assert self.FOUND.confusion[sad][EMOTIONS.index("angry")] == 1
        assert sum(map(sum, self.FOUND.confusion)) == 4

    def test_what_is_answered_and_how_much_of_it_is_right(self):
        assert self.FOUND.answered == 0.75
        assert self.FOUND.accuracy_answered == 0.6667

    def test_where_nothing_is_answered(self):
        found = measure(says("sad", confidence=0.4), indices("sad"), threshold=0.5, **PROTOCOL)
        assert (found.answered, found.accuracy_answered) == (0.0, None)

    def test_the_interval_holds_the_figure(self):
        low, high = self.FOUND.accuracy_interval
        assert 0 <= low < self.FOUND.accuracy < high <= 1


def test_by_what_answers_can_be_judged():
    table = dataset("sad", "contempt").table
    assert {kind: labels.tolist() for kind, labels in kinds_of_labels(table, "own").items()} == {"own": [5, NO_LABEL]}
    voted = table.assign(**{column: [0, 0] for column in COLUMNS}).assign(votes_happy=[9, 9])
    assert kinds_of_labels(voted)["ferplus-majority"].tolist() == [3, 3]


def test_groups_on_a_card_have_their_own_accuracy():
    faces = dataset("sad", "sad", "happy", group=["old", "young", "young"])
    found = measure_groups(says("sad", "happy", "happy"), faces, "group")
    assert [(one.by, one.group, one.labels, one.faces, one.accuracy) for one in found] == [
        ("group", "old", "fer2013", 1, 1.0),
        ("group", "young", "fer2013", 2, 0.5),
    ]
