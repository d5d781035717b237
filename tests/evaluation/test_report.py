"""One evaluation of one model on one split, worked by hand; and what cannot be evaluated."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.votes import COLUMNS
from emotion_core.evaluation.report import CURVE_POINTS, Report, evaluate, faces_to_judge, judged, report_of, splits_of
from tests.evaluation.conftest import legible


def votes(*names: str) -> dict[str, list[int]]:
    """Ten annotators of one mind for each face."""
    return {column: [10 * (column == f"votes_{name}") for name in names] for column in COLUMNS}


@pytest.fixture
def faces() -> Dataset:
    """Four test faces; the first of them is the training face too. By the labels happy, sad, sad, contempt."""
    said = legible(("happy", 90), ("happy", 80), ("sad", 40), ("happy", 70), ("happy", 90))
    said.images[4] = said.images[0]
    columns = votes("happy", "happy", "neutral", "angry", "happy")
    table = said.table.assign(label=["happy", "sad", "sad", "contempt", "happy"], split=["test"] * 4 + ["train"])
    return Dataset(said.images, table.assign(**columns))


@pytest.fixture
def evaluated(faces, reader):
    chosen = faces_to_judge(faces, "d", "test")
    return chosen, *evaluate(reader, chosen)


def test_by_each_kind_of_label_with_and_without_faces_known_from_training(evaluated):
    _, evaluation, _ = evaluated
    found = [(one.labels, one.without_training_duplicates, one.faces, one.unlabelled) for one in evaluation.judgements]
    assert found == [
        ("own", False, 3, 1),
        ("own", True, 2, 1),
        ("ferplus-majority", False, 4, 0),
        ("ferplus-majority", True, 3, 0),
    ]
    accuracies = [one.accuracy.value for one in evaluation.judgements]
    assert accuracies == pytest.approx([2 / 3, 1 / 2, 2 / 4, 1 / 3])


def test_by_emotion(evaluated):
    own = evaluated[1].judgement("own")
    by_name = {one.emotion: one for one in own.emotions}
    happy, sad, angry = by_name["happy"], by_name["sad"], by_name["angry"]
    assert (happy.faces, happy.answered, happy.recall.value, happy.precision.value) == (1, 2, 1.0, 0.5)
    assert (sad.faces, sad.answered, sad.recall.value, sad.precision.value) == (2, 1, 0.5, 1.0)
    assert (angry.faces, angry.recall, angry.precision, angry.f1) == (0, None, None, None)
    assert own.macro_recall.value == pytest.approx(0.75)


def test_every_interval_holds_its_figure(evaluated):
    for one in evaluated[1].judgements:
        known = [one.accuracy, one.macro_recall, one.macro_f1]
        known += [figure for e in one.emotions for figure in (e.precision, e.recall, e.f1) if figure]
        assert all(figure.low <= figure.value <= figure.high for figure in known)


def test_what_is_answered_at_the_models_threshold(evaluated):
    own = evaluated[1].judgement("own")  # 90 % right, 80 % wrong, 40 % right but below 50 %
    assert own.answered == pytest.approx(2 / 3)
    assert own.accuracy_answered == 0.5


def test_the_curve_goes_from_the_surest_to_all(evaluated):
    curve = evaluated[1].judgement("own").curve
    assert [round(point.confidence, 2) for point in curve] == [0.9, 0.8, 0.4]
    assert [point.coverage for point in curve] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [point.risk for point in curve] == pytest.approx([0, 1 / 2, 1 / 3])


def test_a_long_curve_is_thinned_and_keeps_its_ends(reader):
    answers = np.random.default_rng(0).dirichlet(np.ones(7), 600)
    faces = faces_to_judge(legible(*[("happy", 90)] * 600), "d", "test")
    curve = judged("reader", reader.card, "0" * 64, faces, answers).judgements[0].curve
    assert len(curve) == CURVE_POINTS
    assert curve[0].confidence == pytest.approx(answers.max())
    assert curve[-1].coverage == 1


def test_the_surest_mistakes_come_first_with_what_annotators_said(evaluated):
    first, second = evaluated[1].judgement("ferplus-majority").mistakes
    assert (first.row, first.source, first.label, first.answer) == (3, "face 3", "angry", "happy")
    assert first.confidence == pytest.approx(0.7)
    assert first.votes == {"angry": 10}
    assert (second.row, second.label, second.answer) == (2, "neutral", "sad")


def test_by_groups_of_the_column_called_group(faces, reader):
    grouped = Dataset(faces.images, faces.table.assign(group=["old", "old", "young", "young", "old"]))
    evaluation, _ = evaluate(reader, faces_to_judge(grouped, "d", "test"))
    found = {one.group: one for one in evaluation.judgement("own").groups if one.by == "group"}
    assert (found["old"].faces, found["old"].accuracy.value) == (2, 0.5)
    assert (found["young"].faces, found["young"].accuracy.value) == (1, 1.0)


def test_a_report_compares_every_two_models_on_the_same_faces(evaluated, faces, tmp_path):
    chosen, evaluation, answers = evaluated
    other = evaluation.model_copy(update={"model": "other"})
    turned = answers[:, ::-1]
    report = report_of(chosen, False, [(evaluation, answers), (other, turned)])
    assert (report.faces, report.in_training, report.split) == (4, 1, "test")
    assert len(report.comparisons) == 4
    own = report.comparisons[0]
    assert (own.first, own.second, own.faces) == ("reader", "other", 3)
    assert own.only_first == 1  # the middle column, happy, stays the middle one
    assert report.kinds() == [("own", False), ("own", True), ("ferplus-majority", False), ("ferplus-majority", True)]


def test_a_report_is_read_back_as_it_was_written(evaluated):
    chosen, evaluation, answers = evaluated
    report = report_of(chosen, True, [(evaluation, answers)])
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_the_training_split_itself_has_no_faces_known_from_training(faces, reader):
    chosen = faces_to_judge(faces, "d", "train")
    assert chosen.in_training is None
    evaluation, _ = evaluate(reader, chosen)
    assert [one.without_training_duplicates for one in evaluation.judgements] == [False, False]


def test_where_all_faces_are_known_from_training_there_is_one_way(reader):
    said = legible(("happy", 90), ("happy", 90))
    said.images[1] = said.images[0]
    both = Dataset(said.images, said.table.assign(split=["train", "test"]))
    evaluation, _ = evaluate(reader, faces_to_judge(both, "d", "test"))
    assert [one.without_training_duplicates for one in evaluation.judgements] == [False]


def test_one_face(reader):
    evaluation, answers = evaluate(reader, faces_to_judge(legible(("happy", 90)), "d", "test"))
    (own,) = evaluation.judgements
    assert (own.faces, own.accuracy.value, own.accuracy.low, own.accuracy.high) == (1, 1, 1, 1)
    assert own.mistakes == []
    assert len(own.curve) == 1
    assert answers.shape == (1, 7)


def test_the_hash_of_an_import_is_taken_where_it_is_there(faces):
    told = Dataset(faces.images, faces.table.assign(hash=["a", "b", "c", "d", "c"]))
    assert faces_to_judge(told, "d", "test").in_training.tolist() == [False, False, True, False]


def test_splits_in_their_order(faces):
    assert splits_of(faces.table) == {"train": 1, "test": 4}


class TestRefused:
    def test_a_split_that_is_not_there(self, faces):
        with pytest.raises(DatasetError, match=r"the data set d has no validation split; it has train \(1\) and test"):
            faces_to_judge(faces, "d", "validation")

    def test_no_faces_at_all(self):
        nothing = legible(("happy", 90))
        empty = Dataset(nothing.images[:0], nothing.table[:0])
        with pytest.raises(DatasetError, match="no test split; it has no faces at all"):
            faces_to_judge(empty, "d", "test")

    def test_labels_that_models_do_not_know(self):
        said = legible(("happy", 90))
        odd = Dataset(said.images, said.table.assign(label="contempt"))
        with pytest.raises(DatasetError, match=r"no face .* is labelled angry, .*, which are all .*; it has contempt"):
            faces_to_judge(odd, "d", "test")

    def test_a_column_that_is_not_there(self, faces):
        with pytest.raises(DatasetError, match="has no column 'age' to group by; it has none"):
            faces_to_judge(faces, "d", "test", "age")
