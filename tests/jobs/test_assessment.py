"""A network that is judged under both mixes of expressions, each with its own calibration."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation import evaluation_set
from emotion_core.jobs.assessment import LearnedMix, assess
from emotion_core.runs.recipes import Recipe

#: Of the training faces; validation has the same.
COUNTS = {"happy": 160, "sad": 20, "angry": 20}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    labels = [name for name, count in COUNTS.items() for _ in range(count)] * 2
    images = np.random.default_rng(0).integers(0, 256, (400, 8, 8)).astype(np.uint8)
    named = {
        "source": [str(row) for row in range(400)],
        "label": labels,
        "split": ["train"] * 200 + ["validation"] * 200,
    }
    return Dataset(images, pd.DataFrame(named))


def answers(labels: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Exact probabilities of faces that show little: what they say of each emotion, times how frequent it is."""
    random = np.random.default_rng(1)
    evidence = np.zeros((len(labels), len(EMOTIONS))) - 9
    evidence[:, prior > 0] = random.normal(0, 1.0, (len(labels), int((prior > 0).sum())))
    evidence[np.arange(len(labels)), labels] += 1.0
    powers = np.exp(evidence) * np.where(prior > 0, prior, 1)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("balance", ["none", "logits", "weights"])
def test_either_mix_has_its_own_figures_whatever_the_network_itself_answers_under(dataset, balance):
    mix = LearnedMix.of(Recipe(class_balance=balance), dataset)
    assert mix.answers_under == ("trained" if balance == "none" else "balanced")
    np.testing.assert_allclose(mix.shares[[0, 3, 5]], [0.1, 0.8, 0.1])
    faces = evaluation_set(dataset, "drawn", "validation")
    file_prior = mix.shares if balance == "none" else (mix.shares > 0) / 3
    raw = answers(faces.labels["own"], file_prior)
    found = assess(lambda images: raw, faces, mix, "mine", "own")
    trained, balanced = (report.evaluations[0] for report in (found.trained, found.balanced))
    assert (trained.prior, balanced.prior) == ("trained", "balanced")
    assert trained.scores[0].accuracy.value > balanced.scores[0].accuracy.value + 0.05
    assert balanced.scores[0].macro_recall.value > trained.scores[0].macro_recall.value + 0.1
    assert trained.abstain_threshold != balanced.abstain_threshold


def test_the_figures_are_the_same_whether_the_network_balances_or_what_it_answers_is_shifted(dataset):
    faces = evaluation_set(dataset, "drawn", "validation")
    plain, adjusted = (LearnedMix.of(Recipe(class_balance=balance), dataset) for balance in ("none", "logits"))
    raw = answers(faces.labels["own"], plain.shares)
    alike = answers(faces.labels["own"], (plain.shares > 0) / 3)
    one = assess(lambda images: raw, faces, plain, "mine", "own")
    other = assess(lambda images: alike, faces, adjusted, "mine", "own")
    for first, second in ((one.trained, other.trained), (one.balanced, other.balanced)):
        assert first.evaluations[0].scores[0].confusion == second.evaluations[0].scores[0].confusion
        assert first.evaluations[0].temperature == pytest.approx(second.evaluations[0].temperature, rel=1e-2)


def test_a_set_that_shows_one_emotion_alone_has_the_same_figures_under_both(dataset):
    labels = dataset.table["label"].where(dataset.table["split"] != "train", "happy")
    one = Dataset(dataset.images, dataset.table.assign(label=labels))
    mix = LearnedMix.of(Recipe(class_balance="logits"), one)
    assert not mix.shift_to("trained").any() and not mix.shift_to("balanced").any()
