"""Which mix of expressions is expected, and what a network's probabilities are under it.

A network learns the shares of its training set along with its faces: where most are neutral or happy, it says so of
doubtful ones. What it says is exact for pictures of that mix, and wrong for others. The shares can be taken out and
others put in, without any training (Saerens, Latinne and Decaestecker 2002, "Adjusting the outputs of a classifier to
new a priori probabilities"):

    p_wanted(emotion | face)  ~  p(emotion | face) / prior(emotion) * wanted(emotion)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np

BALANCED: Literal["balanced"] = "balanced"
TRAINED: Literal["trained"] = "trained"
#: Every expression alike; the mix that the network was trained on; or shares, by the emotion's name.
Prior = Literal["balanced", "trained"] | Mapping[str, float]

#: How far from 1 shares may sum, as they are often rounded.
ROUNDING = 0.01


def check_prior(prior: Prior, classes: tuple[str, ...]) -> Prior:
    """A prior that can be used: one of the two words, or a share for every class, summing to 1.

    Classes that are not named share equally what the named ones leave.

    Args:
        prior: as it was asked for.
        classes: those of the model.

    Raises:
        ValueError: it is none, names other classes, or has shares that are not above 0 or do not sum to 1.
    """
    if isinstance(prior, str):
        if prior not in (BALANCED, TRAINED):
            raise ValueError(f"unknown prior {prior!r}; allowed are {BALANCED}, {TRAINED}, or shares such as happy=0.3")
        return prior
    unknown = [name for name in prior if name not in classes]
    if unknown:
        raise ValueError(
            f"the prior names {', '.join(map(repr, unknown))}; the model's classes are {', '.join(classes)}"
        )
    for name, share in prior.items():
        if not (math.isfinite(share) and share > 0):
            raise ValueError(
                f"the prior of {name} is {share}; a share must be above 0, or that expression could never be answered "
                "(0.001 makes it rare)"
            )
    return _completed(prior, classes)


def _completed(prior: Mapping[str, float], classes: tuple[str, ...]) -> dict[str, float]:
    total = sum(prior.values())
    missing = [name for name in classes if name not in prior]
    if missing and total < 1 - ROUNDING:
        return {name: prior.get(name, (1 - total) / len(missing)) for name in classes}
    if missing:
        raise ValueError(
            f"the shares of the prior sum to {total:g} and leave nothing for {', '.join(missing)}; "
            "the named shares must sum to less than 1"
        )
    if abs(total - 1) > ROUNDING:
        raise ValueError(f"the shares of the prior sum to {total:g}; they must sum to 1")
    return {name: prior[name] / total for name in classes}


def parse_prior(text: str) -> Prior:
    """A prior from a shell: "balanced", "trained" or shares such as "happy=0.3,neutral=0.4".

    Raises:
        ValueError: it is none of these.
    """
    if "=" not in text:
        return check_prior(text, ())  # type: ignore[arg-type]
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        name = name.strip()
        try:
            share = float(number)
        except ValueError:
            raise ValueError(f"{part.strip()!r} is no share; write shares as happy=0.3,neutral=0.4") from None
        if name in shares:
            raise ValueError(f"the prior names {name!r} twice")
        shares[name] = share
    return shares


def shares_of(targets: np.ndarray) -> np.ndarray:
    """The prior of what is trained on: each class's share of it, summing to 1.

    Args:
        targets: (N, classes) shares, rows summing to 1: one-hot labels or annotators' votes; N at least 1.
    """
    totals = targets.sum(axis=0, dtype=np.float64)
    return totals / totals.sum()


def prior_as_text(prior: Prior) -> str:
    """A prior as `parse_prior` takes it, for files and as a key: "balanced", "trained" or "angry=0.1,happy=0.3"."""
    return prior if isinstance(prior, str) else ",".join(f"{name}={share:.4g}" for name, share in prior.items())


def prior_in_words(prior: Prior) -> str:
    """Which mix of expressions a prior expects, as the end of a sentence."""
    if isinstance(prior, str):
        return {BALANCED: "every expression alike", TRAINED: "as in the training data"}[prior]
    return ", ".join(f"{name} {100 * share:.3g} %" for name, share in prior.items())


def log_shift(learned: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What is added to log-probabilities that hold under one mix, so that they hold under another one: (classes,).

    A class of no share in what was learned stays as it is: how rare it seems says nothing, as there was none to see.
    """
    seen = (learned > 0) & (wanted > 0)
    shift = np.zeros(len(learned))
    shift[seen] = np.log(wanted[seen] / learned[seen])
    return shift.astype(np.float32)


def adjusted(probabilities: np.ndarray, shift: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities under another mix of expressions, calibrated.

    The mix is exchanged first, and then tempered (Guo et al. 2017, arXiv 1706.04599): the temperature is fitted on
    answers under the mix for which it is meant.

    Args:
        probabilities: (N, classes) float32 as the network gives them.
        shift: from `log_shift`; zeros leave the mix as it is.
        temperature: above 1 makes answers less certain.

    Returns:
        (N, classes) float32, rows summing to 1.
    """
    logits = (np.log(np.clip(probabilities, 1e-12, 1.0)) + shift) / np.float32(temperature)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
