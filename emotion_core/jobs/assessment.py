"""How good a trained network is, calibrated for both mixes of expressions. Importing this loads no Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import NO_LABEL
from emotion_core.evaluation import (
    EvaluationSet,
    Report,
    abstain_threshold,
    balancing_weights,
    build_report,
    fit_temperature,
    group_measurements_of,
    measurements_of,
    own_labels,
    score,
)
from emotion_core.models.card import Calibration, Labels, ModelCard, classes_in
from emotion_core.models.prior import BALANCED, TRAINED, adjusted, log_shift
from emotion_core.runs.class_balance import balance_of, learned_shares
from emotion_core.runs.recipes import Recipe

#: At most this share of the predictions that are given is wrong; those of less confidence are called uncertain.
MOST_WRONG = 0.10
#: The split that a model is calibrated and evaluated on; the test split is for the end, and for the page Evaluate.
SPLIT = "validation"
#: So many digits of a share tell one face of a million.
DIGITS = 6

Mix = Literal["trained", "balanced"]
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class LearnedMix:
    """The mix of expressions that a network was trained on.

    Attributes:
        shares: (classes,) of each emotion in what was learned, summing to 1.
        answers_under: the mix under which what the network itself answers holds: "balanced" where its training made up
            for these shares.
    """

    shares: np.ndarray
    answers_under: Mix

    @classmethod
    def of(cls, recipe: Recipe, dataset: Dataset) -> LearnedMix:
        """That of a network trained with a recipe on a data set's training split."""
        training = dataset.split("train").of_classes()
        counts = np.bincount(own_labels(training), minlength=len(training.classes))
        balanced = balance_of(recipe, counts.tolist()) != "none"
        return cls(learned_shares(recipe, training), BALANCED if balanced else TRAINED)

    def shift_to(self, mix: Mix) -> np.ndarray:
        """What is added to the network's log-probabilities so that they hold under a mix, (classes,)."""
        seen = self.shares > 0
        mixes = {TRAINED: self.shares, BALANCED: seen / seen.sum()}
        return log_shift(mixes[self.answers_under], mixes[mix])


@dataclass(frozen=True)
class Assessment:
    """How good a network is under both mixes, each with its own calibration, on the same faces.

    Attributes:
        mix: what it was trained on.
        trained: where the mix of expressions is that of training.
        balanced: where every expression is as likely as another.
    """

    mix: LearnedMix
    trained: Report
    balanced: Report

    def on(self, card: ModelCard, data: str) -> ModelCard:
        """The card with what was found.

        Args:
            data: what the card calls the data set that the network was evaluated on.
        """
        trained, balanced = (
            Calibration(temperature=one.temperature, abstain_threshold=one.abstain_threshold)
            for one in (self.trained.evaluations[0], self.balanced.evaluations[0])
        )
        prior = {
            name: round(float(share), DIGITS) for name, share in zip(classes_in(card), self.mix.shares, strict=True)
        }
        return card.model_copy(
            update={
                **trained.model_dump(),
                "balanced": balanced,
                "prior": prior,
                "answers_under": self.mix.answers_under,
                "measurements": measurements_of(self.trained, data) + measurements_of(self.balanced, data),
                "groups": group_measurements_of(self.trained),
            }
        )


def assess(predict: Predict, faces: EvaluationSet, mix: LearnedMix, name: str, trained_on: Labels) -> Assessment:
    """Calibrate a network for both mixes on faces whose labels are known, and say how good it then is.

    Args:
        predict: (N, h, w) or (N, h, w, 3) uint8 -> (N, classes), not calibrated.
        faces: of the validation split.
        mix: what the network was trained on.
        name: what reports call it.
        trained_on: by which of the faces' labels it is calibrated.
    """
    raw, labels = predict(faces.images), faces.labels[trained_on]
    trained, balanced = (_report(raw, faces, labels, mix, wanted, name) for wanted in (TRAINED, BALANCED))
    return Assessment(mix, trained, balanced)


def _report(
    raw: np.ndarray, faces: EvaluationSet, labels: np.ndarray, mix: LearnedMix, wanted: Mix, name: str
) -> Report:
    """How good predictions are under one mix once they are calibrated for it by labels, `NO_LABEL` where unknown."""
    known, shift = labels != NO_LABEL, mix.shift_to(wanted)
    weights = balancing_weights(labels[known]) if wanted == BALANCED else None
    uncalibrated = adjusted(raw[known], shift, temperature=1.0)
    temperature = fit_temperature(uncalibrated, np.eye(len(faces.classes))[labels[known]], weights)
    predictions = adjusted(raw, shift, temperature)
    threshold = abstain_threshold(predictions[known], labels[known], MOST_WRONG, weights)
    scores = score(predictions, faces, name, threshold, temperature, prior=wanted)
    return build_report(faces, [(scores, predictions)])
