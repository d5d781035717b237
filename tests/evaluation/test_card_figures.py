"""The figures that a model's card keeps of a report."""

from __future__ import annotations

from emotion_core.datasets.dataset import Dataset
from emotion_core.evaluation.card_figures import group_measurements_of, measurements_of
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.scoring import build_report
from emotion_core.evaluation.sets import evaluation_set
from tests.legible_faces import legible


def report_of(reader, faces: Dataset, own: str = "own"):
    chosen = evaluation_set(faces, "d", "test", own=own)
    return build_report(chosen, [evaluate_model(reader, chosen)])


def test_the_majority_comes_first_with_all_faces_and_without_those_seen_in_training(reader, faces):
    found = measurements_of(report_of(reader, faces, own="fer2013"), "FER")
    assert [(one.labels, one.without_training_duplicates, one.faces, one.accuracy) for one in found] == [
        ("ferplus-majority", False, 4, 0.5),
        ("ferplus-majority", True, 3, 0.3333),
        ("fer2013", False, 3, 0.6667),
        ("fer2013", True, 2, 0.5),
    ]
    assert {(one.data, one.split, one.test_time_augmentation) for one in found} == {("FER", "test", False)}


def test_figures_have_four_digits_and_their_intervals(reader, faces):
    own = measurements_of(report_of(reader, faces))[2]
    assert own.recall == {"happy": 1.0, "sad": 0.5} and own.precision == {"happy": 0.5, "sad": 1.0}
    assert own.macro_recall == 0.75
    assert (own.coverage, own.selective_accuracy) == (0.6667, 0.5)
    assert own.accuracy_interval[0] <= own.accuracy <= own.accuracy_interval[1]
    assert sum(map(sum, own.confusion)) == own.faces == 3


def test_where_no_prediction_is_confident_enough_there_is_no_accuracy_of_those_that_are(reader):
    (whole, *_) = measurements_of(report_of(reader, legible(("happy", 40), ("sad", 40))))
    assert (whole.coverage, whole.selective_accuracy) == (0.0, None)


def test_that_no_face_was_seen_in_training_is_on_the_card(reader):
    found = legible(("happy", 90), ("sad", 90))
    apart = Dataset(found.images, found.table.assign(split=["train", "test"]))
    both = measurements_of(report_of(reader, apart))
    assert [(one.without_training_duplicates, one.faces) for one in both] == [(False, 1), (True, 1)]


def test_groups_have_their_own_accuracy(reader, faces):
    grouped = Dataset(faces.images, faces.table.assign(group=["old", "old", "young", "young", "old"]))
    found = [one for one in group_measurements_of(report_of(reader, grouped)) if one.by == "group"]
    assert [(one.group, one.labels, one.faces, one.accuracy) for one in found] == [
        ("old", "own", 2, 0.5),
        ("young", "own", 1, 1.0),
        ("old", "ferplus-majority", 2, 1.0),
        ("young", "ferplus-majority", 2, 0.0),
    ]
