"""Evaluations of models on data sets of other classes: what both know is compared, the rest is named."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.evaluation import tables
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.model_card import card_in_words, cautions
from emotion_core.evaluation.scoring import build_report
from emotion_core.evaluation.sets import evaluation_set
from emotion_core.models.card import ModelCard
from emotion_core.visuals import confusion_matrix, emotion_figures, label_counts, report_as_html


class Model:
    """Answers with the class whose place, among its own, stands in a face's first pixel."""

    def __init__(self, folder, *classes: str):
        self.folder, self.classes, self.prior = folder, classes, "trained"
        self.temperature, self.abstain_threshold = 1.0, 0.0
        self.card = SimpleNamespace(name=folder.name)
        (folder / "card.json").write_text("{}")

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        rows = np.full((len(crops), len(self.classes)), 0.1, np.float32)
        rows[np.arange(len(crops)), crops[:, 0, 0] % len(self.classes)] = 1.0
        return rows / rows.sum(axis=1, keepdims=True)


def faces_of(*labels: str, says: list[int], classes: tuple[str, ...]) -> Dataset:
    images = np.zeros((len(labels), 4, 4), np.uint8)
    images[:, 0, 0] = says
    table = pd.DataFrame({"source": list(map(str, range(len(labels)))), "label": labels, "split": "test"})
    return Dataset(images, table, classes)


@pytest.fixture
def model(tmp_path):
    return Model(tmp_path, "wink", "smile", "frown")


def test_figures_have_the_classes_of_the_data_set(model):
    faces = faces_of("wink", "smile", "frown", "smile", says=[0, 1, 2, 0], classes=("frown", "smile", "wink"))
    chosen = evaluation_set(faces, "d", "test", known=[model.classes])
    evaluation, predictions = evaluate_model(model, chosen)
    (scores,) = evaluation.scores
    assert predictions.shape == (4, 3)
    assert [one.emotion for one in scores.emotions] == ["frown", "smile", "wink"]
    assert scores.confusion == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert scores.accuracy.value == 0.75
    assert scores.most_confident_errors[0].label == "smile" and scores.most_confident_errors[0].prediction == "wink"
    assert tables.confusion_columns(scores) == ["label, predicted as:", "frown", "smile", "wink"]
    assert len(emotion_figures({"m": scores}, "recall").data[0].y) == 3
    assert confusion_matrix(scores.confusion, classes=chosen.classes).data[0].x[2] == "Wink"
    html = report_as_html(build_report(chosen, [(evaluation, predictions)]), {}, chosen.images)
    assert "Wink (1)" in html


def test_only_classes_that_both_know_are_compared_and_the_others_are_named(model):
    faces = faces_of("wink", "smile", "bored", says=[0, 2, 1], classes=("bored", "smile", "wink"))
    chosen = evaluation_set(faces, "d", "test", known=[model.classes])
    assert chosen.classes == ("smile", "wink") and chosen.not_compared == ("bored", "frown")
    evaluation, predictions = evaluate_model(model, chosen)
    assert evaluation.scores[0].faces == 2 and evaluation.scores[0].unlabelled == 1
    report = build_report(chosen, [(evaluation, predictions)])
    words = " ".join(tables.protocol_in_words(report))
    assert "Only classes that the data set and every model know are compared; not compared: bored, frown." in words


@pytest.mark.parametrize(("classes", "found"), [(("yes", "no"), "none is"), (("yes", "wink"), "only wink is")])
def test_fewer_than_two_common_classes_are_refused_with_both_lists(model, classes, found):
    faces = faces_of("yes", "yes", says=[0, 1], classes=classes)
    with pytest.raises(DatasetError, match=f"those of the models wink, smile, frown: {found} common to them"):
        evaluation_set(faces, "d", "test", known=[model.classes])


def test_a_card_says_its_own_classes(card_fields):
    measured = {**card_fields["measurements"][0], "confusion": [[3, 1], [0, 4]], "recall": {"wink": 0.75, "smile": 1}}
    measured |= {"precision": {"wink": 1.0, "smile": 0.8}, "f1": {"wink": 0.857, "smile": 0.889}}
    card = ModelCard.model_validate({**card_fields, "class_order": ("wink", "smile"), "measurements": [measured]})
    words = card_in_words(card)
    assert "predicted as: | wink | smile |\n|---|---|---|\n| wink | 3 | 1 |" in words
    assert "Recall against" in words and "wink 75 %, smile 100 %" in words


def test_a_chart_of_a_data_set_has_its_classes():
    chart = label_counts({"train": {"wink": 3, "unknown": 1}}, ("smile", "wink"))
    assert list(chart.data[0].y) == ["Smile", "Wink", "Unknown"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"faces": 60}, "has learned from few faces: 60"),
        ({"drawn": True}, "from drawn faces only"),
        ({"people": 1}, "from one person only"),
        ({}, None),
    ],
)
def test_a_model_says_what_little_it_has_learnt_from(card_fields, changes, words):
    card = ModelCard.model_validate({**card_fields, "training": {**card_fields["training"], **changes}})
    assert [words in one for one in cautions(card)] == ([True] if words else [])


def test_a_model_that_hardly_beats_guessing_says_so(card_fields):
    measured = {**card_fields["measurements"][0], "accuracy": 0.65, "recall": {}}
    card = {**card_fields, "class_order": ("wink", "smile")}
    poor = ModelCard.model_validate({**card, "measurements": [{**measured, "confusion": [[12, 0], [7, 1]]}]})
    assert "right in 65 % of the faces" in cautions(poor)[0] and "would be right in 60 %" in cautions(poor)[0]
    good = {**measured, "accuracy": 0.95, "confusion": [[12, 0], [1, 7]]}
    assert cautions(ModelCard.model_validate({**card, "measurements": [good]})) == []
