"""The mix of expressions that a model's answers are meant for, and what its card says of that mix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emotion_core.models.card import Calibration, ModelCard, ModelError
from emotion_core.models.prior import BALANCED, TRAINED, Prior, check_prior, log_shift


@dataclass(frozen=True)
class Mix:
    """How a model answers under one mix of expressions.

    Attributes:
        prior: "balanced", "trained", or a share for each class, summing to 1.
        shift: see `prior.log_shift`, in the order of the card's classes.
        calibration: the temperature and the threshold for this mix.
    """

    prior: Prior
    shift: np.ndarray
    calibration: Calibration


def mix_of(card: ModelCard, prior: Prior) -> Mix:
    """What a card says of answering under a prior.

    A card of an earlier version does not say what its network was trained on, so that nothing can be taken out: where
    every expression alike is asked of it, the mix is that of training.

    Raises:
        ModelError: shares are asked of a model whose card does not say what it was trained on.
        ValueError: the prior is none for this model; see `prior.check_prior`.
    """
    asked = check_prior(prior, card.class_order)
    trained = Calibration(temperature=card.temperature, abstain_threshold=card.abstain_threshold)
    if card.prior is None:
        if not isinstance(asked, str):
            raise ModelError(f"{without_prior_in_words(card)}; no shares of expressions can be set for it")
        return Mix(TRAINED, np.zeros(len(card.class_order), np.float32), trained)
    learned = np.array([card.prior[name] for name in card.class_order])
    alike = (learned > 0) / (learned > 0).sum()
    under = alike if card.answers_under == BALANCED else learned
    if asked == TRAINED:
        return Mix(TRAINED, log_shift(under, learned), trained)
    wanted = alike if isinstance(asked, str) else np.array([asked[name] for name in card.class_order])
    return Mix(asked, log_shift(under, wanted), card.balanced or trained)


def mix_of_the_file(card: ModelCard) -> Mix:
    """The mix under which the probabilities in a model's file hold as they are, once they are tempered."""
    return mix_of(card, card.answers_under)


def without_prior_in_words(card: ModelCard) -> str:
    """What is said where the mix of expressions cannot be set: without a full stop."""
    return (
        f"the model {card.name} was made by an earlier version and does not say which mix of expressions it was "
        "trained on, so it answers as it was trained"
    )
