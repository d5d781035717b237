"""The shipped models on all of PublicTest, through the path that everything else uses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.votes import NO_LABEL, majority_labels
from emotion_core.evaluation.labels import own_labels
from emotion_core.evaluation.model_card import measurement
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import SHIPPED_MODELS

pytestmark = pytest.mark.timeout(600)

SHIPPED = sorted(card.parent for card in SHIPPED_MODELS.glob("*/card.json"))


@pytest.fixture(scope="module")
def accuracies(public_test):
    """By a model's folder: accuracy and number of faces by each kind of label."""
    labels = {"fer2013": own_labels(public_test), "ferplus-majority": majority_labels(public_test.table)}
    measured: dict[Path, dict[str, tuple[float, int]]] = {}

    def accuracies(folder: Path) -> dict[str, tuple[float, int]]:
        if folder not in measured:
            answers = load_classifier(folder, "trained").predict_proba(public_test.images).argmax(axis=1)
            measured[folder] = {
                kind: (float(np.mean((answers == true)[true != NO_LABEL])), int(np.sum(true != NO_LABEL)))
                for kind, true in labels.items()
            }
        return measured[folder]

    return accuracies


@pytest.mark.parametrize("labels", ["fer2013", "ferplus-majority"])
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_models_card_says_what_is_measured_here(accuracies, folder, labels):
    clf, (accuracy, faces) = load_classifier(folder), accuracies(folder)[labels]
    on_card = measurement(clf.card, labels)
    assert on_card is not None
    assert on_card.faces == faces
    assert on_card.accuracy == pytest.approx(accuracy, abs=0.001)


def test_emotion_net_agrees_with_ferplus_majority_in_88_of_100_faces_with_their_mirror_images(public_test):
    clf = load_classifier(SHIPPED_MODELS / "emotion-net", "trained")
    answers = clf.predict_proba(public_test.images) + clf.predict_proba(public_test.images[:, :, ::-1])
    true = majority_labels(public_test.table)
    assert np.mean((answers.argmax(axis=1) == true)[true != NO_LABEL]) >= 0.88


def test_emotion_net_recalls_84_of_100_faces_of_each_expression_where_every_one_is_alike(public_test):
    answers = load_classifier(SHIPPED_MODELS / "emotion-net").predict_proba(public_test.images).argmax(axis=1)
    true = majority_labels(public_test.table)
    assert np.mean([np.mean(answers[true == label] == label) for label in range(7)]) >= 0.84
