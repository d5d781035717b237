"""The shipped models on all of PublicTest, through the path that everything else uses."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.votes import NO_LABEL, majority_labels
from emotion_core.evaluation.labels import own_labels
from emotion_core.evaluation.model_card import measurement
from emotion_core.models.card import read_card
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import SHIPPED_MODELS

pytestmark = pytest.mark.timeout(600)

SHIPPED = sorted(card.parent for card in SHIPPED_MODELS.glob("*/card.json"))


@pytest.mark.parametrize("labels", ["fer2013", "ferplus-majority"])
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_models_card_says_what_is_measured_here(public_test, answers_to_public_test, folder, labels):
    true = own_labels(public_test) if labels == "fer2013" else majority_labels(public_test.table)
    right = answers_to_public_test(folder, "trained").argmax(axis=1) == true
    on_card = measurement(read_card(folder), labels)
    assert on_card is not None
    assert on_card.faces == np.sum(true != NO_LABEL)
    assert on_card.accuracy == pytest.approx(np.mean(right[true != NO_LABEL]), abs=0.001)


def test_emotion_net_agrees_with_ferplus_majority_in_88_of_100_faces_with_their_mirror_images(
    public_test, answers_to_public_test
):
    folder = SHIPPED_MODELS / "emotion-net"
    mirrored = load_classifier(folder, "trained").predict_proba(public_test.images[:, :, ::-1])
    answers = answers_to_public_test(folder, "trained") + mirrored
    true = majority_labels(public_test.table)
    assert np.mean((answers.argmax(axis=1) == true)[true != NO_LABEL]) >= 0.88


def test_emotion_net_recalls_84_of_100_faces_of_each_expression_where_every_one_is_alike(
    public_test, answers_to_public_test
):
    answers = answers_to_public_test(SHIPPED_MODELS / "emotion-net", "balanced").argmax(axis=1)
    true = majority_labels(public_test.table)
    assert np.mean([np.mean(answers[true == label] == label) for label in range(7)]) >= 0.84
