"""What predictions are worth on one split, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.scoring import CURVE_POINTS, build_report, confused, score
from emotion_core.evaluation.sets import evaluation_set
from tests.legible_faces import legible


def test_by_each_kind_of_label_with_and_without_faces_known_from_training(evaluated):
    _, evaluation, _ = evaluated
    found = [(one.labels, one.without_training_duplicates, one.faces, one.unlabelled) for one in evaluation.scores]
    assert found == [
        ("own", False, 3, 1),
        ("own", True, 2, 1),
        ("ferplus-majority", False, 4, 0),
        ("ferplus-majority", True, 3, 0),
    ]
    accuracies = [one.accuracy.value for one in evaluation.scores]
    assert accuracies == pytest.approx([2 / 3, 1 / 2, 2 / 4, 1 / 3])


def test_by_emotion(evaluated):
    own = evaluated[1].scores_by("own")
    by_name = {one.emotion: one for one in own.emotions}
    happy, sad, angry = by_name["happy"], by_name["sad"], by_name["angry"]
    assert (happy.faces, happy.predicted, happy.recall.value, happy.precision.value) == (1, 2, 1.0, 0.5)
    assert (sad.faces, sad.predicted, sad.recall.value, sad.precision.value) == (2, 1, 0.5, 1.0)
    assert (angry.faces, angry.recall, angry.precision, angry.f1) == (0, None, None, None)
    assert own.macro_recall.value == pytest.approx(0.75)


def test_every_interval_holds_its_figure(evaluated):
    for one in evaluated[1].scores:
        known = [one.accuracy, one.macro_recall, one.macro_f1]
        known += [figure for e in one.emotions for figure in (e.precision, e.recall, e.f1) if figure]
        assert all(figure.low <= figure.value <= figure.high for figure in known)


def test_what_is_answered_at_the_models_threshold(evaluated):
    own = evaluated[1].scores_by("own")  # 90 % right, 80 % wrong, 40 % right but below 50 %
    assert own.coverage == pytest.approx(2 / 3)
    assert own.selective_accuracy == 0.5


def test_the_curve_goes_from_the_most_confident_to_all(evaluated):
    curve = evaluated[1].scores_by("own").curve
    assert [round(point.confidence, 2) for point in curve] == [0.9, 0.8, 0.4]
    assert [point.coverage for point in curve] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [point.risk for point in curve] == pytest.approx([0, 1 / 2, 1 / 3])


def test_a_long_curve_is_thinned_and_keeps_its_ends(reader):
    predictions = np.random.default_rng(0).dirichlet(np.ones(7), 600)
    faces = evaluation_set(legible(*[("happy", 90)] * 600), "d", "test")
    curve = score(predictions, faces, "reader").scores[0].curve
    assert len(curve) == CURVE_POINTS
    assert curve[0].confidence == pytest.approx(predictions.max())
    assert curve[-1].coverage == 1


def test_the_most_confident_errors_come_first_with_what_annotators_said(evaluated):
    first, second = evaluated[1].scores_by("ferplus-majority").most_confident_errors
    assert (first.row, first.source, first.label, first.prediction) == (3, "face 3", "angry", "happy")
    assert first.confidence == pytest.approx(0.7)
    assert first.votes == {"angry": 10}
    assert (second.row, second.label, second.prediction) == (2, "neutral", "sad")


def test_the_faces_in_a_cell_of_the_confusion_matrix(evaluated):
    faces, evaluation, predictions = evaluated
    scores = evaluation.scores_by("ferplus-majority")

    def cell(label: str, prediction: str) -> list[int]:
        return confused(predictions, faces, scores, EMOTIONS.index(label), EMOTIONS.index(prediction)).tolist()

    assert cell("angry", "happy") == [3]
    assert cell("neutral", "sad") == [2]
    assert cell("happy", "happy") == [0, 1]
    counts = [[len(cell(label, prediction)) for prediction in EMOTIONS] for label in EMOTIONS]
    assert counts == scores.confusion


def test_the_faces_in_a_cell_of_a_corrected_set_are_named_by_their_row_in_the_import(reader):
    found = legible(("happy", 90), ("sad", 40))
    table = found.table.assign(label=["sad", "sad"], split="test", row=[7, 9])
    faces = evaluation_set(Dataset(found.images, table), "d", "test")
    evaluation, predictions = evaluate_model(reader, faces)
    happy, sad = EMOTIONS.index("happy"), EMOTIONS.index("sad")
    assert confused(predictions, faces, evaluation.scores[0], sad, happy).tolist() == [7]


def test_by_groups_of_the_column_called_group(faces, reader):
    grouped = Dataset(faces.images, faces.table.assign(group=["old", "old", "young", "young", "old"]))
    evaluation, _ = evaluate_model(reader, evaluation_set(grouped, "d", "test"))
    found = {one.group: one for one in evaluation.scores_by("own").groups if one.by == "group"}
    assert (found["old"].faces, found["old"].accuracy.value) == (2, 0.5)
    assert (found["young"].faces, found["young"].accuracy.value) == (1, 1.0)


def test_a_report_compares_every_two_models_on_the_same_faces(evaluated, faces, tmp_path):
    chosen, evaluation, predictions = evaluated
    other = evaluation.model_copy(update={"model": "other"})
    turned = predictions[:, ::-1]
    report = build_report(chosen, [(evaluation, predictions), (other, turned)])
    assert (report.faces, report.in_training, report.split) == (4, 1, "test")
    assert len(report.comparisons) == 4
    own = report.comparisons[0]
    assert (own.first, own.second, own.faces) == ("reader", "other", 3)
    assert own.only_first == 1  # the middle column, happy, stays the middle one
    assert report.kinds() == [("own", False), ("own", True), ("ferplus-majority", False), ("ferplus-majority", True)]


def test_where_all_faces_are_known_from_training_there_is_one_way(reader):
    said = legible(("happy", 90), ("happy", 90))
    said.images[1] = said.images[0]
    both = Dataset(said.images, said.table.assign(split=["train", "test"]))
    evaluation, _ = evaluate_model(reader, evaluation_set(both, "d", "test"))
    assert [one.without_training_duplicates for one in evaluation.scores] == [False]


def test_one_face(reader):
    evaluation, predictions = evaluate_model(reader, evaluation_set(legible(("happy", 90)), "d", "test"))
    (own,) = evaluation.scores
    assert (own.faces, own.accuracy.value, own.accuracy.low, own.accuracy.high) == (1, 1, 1, 1)
    assert own.most_confident_errors == []
    assert len(own.curve) == 1
    assert predictions.shape == (1, 7)
