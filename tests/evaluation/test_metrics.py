"""The figures of a card, worked by hand on a few faces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from emotion_core.evaluation.metrics import (
    calibration_error_interval,
    confusion_of,
    expected_calibration_error,
    kinds_of_labels,
    measure,
    measure_all,
    measure_groups,
    of_confusion,
    own_labels,
    reliability,
    seen_in_training,
)
from emotion_core.evaluation.report import faces_to_judge
from tests.evaluation.conftest import dataset, indices, says


def trained_on(*labels: str, first_pixel: int = 0, **columns: list) -> Dataset:
    """A data set of training faces alone."""
    return dataset(*labels, first_pixel=first_pixel, **columns, split="train")


def joined(*parts: Dataset) -> Dataset:
    images, tables = [part.images for part in parts], [part.table for part in parts]
    return Dataset(np.concatenate(images), pd.concat(tables, ignore_index=True))


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


class TestCalibrationErrorInterval:
    def test_of_one_bin_is_the_binomials(self):
        # 70 % right at 90 % sure: off by 0.2, plus or minus 1.96 sqrt(0.7 * 0.3 / 400)
        labels = indices(*["sad"] * 280 + ["happy"] * 120)
        low, high = calibration_error_interval(says(*["sad"] * 400, confidence=0.9), labels)
        assert (low, high) == (pytest.approx(0.155, abs=0.006), pytest.approx(0.245, abs=0.006))

    def test_what_chance_has_added_is_taken_off(self):
        """Faces that are right as often as they are sure: the error is chance alone, and no error is within reach."""
        random = np.random.default_rng(4)
        confidences = random.uniform(0.4, 1, 2000)
        probabilities = np.vstack([says("sad", confidence=one) for one in confidences])
        labels = indices(*np.where(random.random(2000) < confidences, "sad", "happy"))
        error = expected_calibration_error(probabilities, labels)
        low, high = calibration_error_interval(probabilities, labels)
        assert error > 0.01
        assert low < error / 3 and error <= high < 2 * error

    @pytest.mark.parametrize(("label", "error"), [("sad", 0.2), ("happy", 0.8)])
    def test_of_one_face_is_its_error(self, label, error):
        ends = calibration_error_interval(says("sad", confidence=0.8), indices(label))
        assert ends == (pytest.approx(error), pytest.approx(error))

    def test_is_the_same_every_time_and_on_the_card(self):
        probabilities, labels = says("sad", "sad", "sad", confidence=0.8), indices("sad", "happy", "sad")
        low, high = calibration_error_interval(probabilities, labels)
        measured = measure(probabilities, labels, **PROTOCOL)
        assert measured.expected_calibration_error_interval == (round(low, 4), round(high, 4))
        assert 0 <= low < measured.expected_calibration_error < high <= 1


def test_a_data_sets_own_labels_are_indices_of_our_order():
    assert own_labels(dataset("happy", "angry", "contempt")).tolist() == [3, 0, NO_LABEL]


class TestSeenInTraining:
    def test_faces_are_known_by_their_pixels(self):
        faces = dataset("sad", "sad", "sad", first_pixel=5)
        assert seen_in_training(faces, trained_on("happy", "happy", first_pixel=6)).tolist() == [False, True, True]

    def test_faces_of_other_splits_are_not_known(self):
        faces = dataset("sad", "sad")
        assert not seen_in_training(faces, faces).any()

    def test_what_a_face_of_the_training_is_labelled_does_not_matter(self):
        assert seen_in_training(dataset("sad"), trained_on("contempt")).all()

    def test_the_table_has_the_contents_of_an_import_and_no_picture_is_read(self):
        class Unread:
            def __len__(self) -> int:
                return 2

        faces = Dataset(Unread(), dataset("sad", "sad", hash=["a", "b"]).table)
        known = Dataset(Unread(), trained_on("sad", "sad", hash=["b", "c"]).table)
        assert seen_in_training(faces, known).tolist() == [False, True]

    def test_is_the_same_on_a_card_and_in_a_report(self):
        faces, known = dataset("sad", "sad", "sad"), trained_on("contempt", "happy", first_pixel=2)
        both = joined(faces, known)
        judged = faces_to_judge(both, "d", "validation")
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


class TestOfConfusion:
    #: rows: true a, b, c; columns: answered. c never occurs, and is answered once.
    MATRIX = np.array([[3, 1, 0], [2, 2, 1], [0, 0, 0]])

    def test_worked_by_hand(self):
        found = of_confusion(self.MATRIX)
        assert found["accuracy"] == pytest.approx(5 / 9)
        assert found["recall"][:2] == pytest.approx([3 / 4, 2 / 5])
        assert np.isnan(found["recall"][2])
        assert found["precision"] == pytest.approx([3 / 5, 2 / 3, 0])
        assert found["f1"] == pytest.approx([2 * 3 / (4 + 5), 2 * 2 / (5 + 3), 0])
        assert found["macro_recall"] == pytest.approx((3 / 4 + 2 / 5) / 2)  # over those that occur
        assert found["macro_f1"] == pytest.approx((6 / 9 + 4 / 8) / 2)

    def test_of_many_at_once(self):
        found = of_confusion(np.stack([self.MATRIX, 2 * self.MATRIX]))
        assert found["accuracy"].shape == (2,) and found["recall"].shape == (2, 3)
        assert found["f1"][0] == pytest.approx(found["f1"][1])

    @given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS)), min_size=1, max_size=40))
    def test_is_what_scikit_learn_says(self, pairs):
        answered, true = zip(*pairs, strict=True)
        matrix = confusion_of(says(*answered), indices(*true))
        expected = precision_recall_fscore_support(
            indices(*true), indices(*answered), labels=range(7), zero_division=np.nan
        )
        found = of_confusion(matrix)
        for name, values in zip(("precision", "recall", "f1"), expected, strict=False):
            np.testing.assert_allclose(found[name], values)


class TestReliability:
    def test_bins_hold_faces_with_their_mean_confidence_and_accuracy(self):
        probabilities = np.vstack([says("sad", "sad", confidence=0.42), says("sad", confidence=0.48), says("happy")])
        low, high = reliability(probabilities, indices("sad", "happy", "sad", "happy"), bins=10)
        assert (low.low, low.high, low.faces) == (0.4, 0.5, 3)
        assert low.confidence == pytest.approx(0.44)
        assert low.accuracy == pytest.approx(2 / 3)
        assert (high.low, high.faces, high.confidence, high.accuracy) == (0.9, 1, 1.0, 1.0)


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
