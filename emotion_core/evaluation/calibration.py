"""Making probabilities mean what they say, and finding below which it is better to say "uncertain"."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """The temperature under which a softmax's answers are likeliest (Guo et al. 2017, arXiv 1706.04599).

    Args:
        probabilities: (N, classes) as the network gives them.
        targets: (N, classes) shares that were true, rows summing to 1: one-hot labels or annotators' votes.

    Returns:
        A number from 0.2 to 5; above 1 where the network was too sure of itself.
    """
    logits = np.log(np.clip(probabilities.astype(np.float64), 1e-12, 1))

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        normalizer = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
        return float((normalizer - (targets * scaled).sum(1)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5)), method="bounded")
    return float(np.exp(found.x))


def abstain_threshold(probabilities: np.ndarray, labels: np.ndarray, most_wrong: float) -> float:
    """The lowest confidence from which on at most a share `most_wrong` of the answers given is wrong.

    It is read off the risk-coverage curve.

    Returns:
        A threshold from 0 to 1; the highest confidence seen where even the surest answers are wrong more often.
    """
    confidence, risk, _ = risk_coverage(probabilities, labels)
    allowed = np.flatnonzero(risk <= most_wrong)
    return float(confidence[allowed[-1] if len(allowed) else 0])


def risk_coverage(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010): what is gained by not answering where the model is unsure.

    Args:
        probabilities: (N, classes), rows summing to 1; N at least 1.
        labels: (N,) indices.

    Returns:
        One value for each confidence that occurs, the highest first: the confidence; the risk, which is the share of
        wrong answers among all at least as sure; and the coverage, which is the share of the faces that these are.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    wrong, confidence = (probabilities.argmax(axis=1) != labels)[order], confidence[order]
    answered = np.arange(1, len(wrong) + 1)
    last_of_equals = np.append(confidence[1:] != confidence[:-1], True)  # those equally sure are answered all or none
    curve = confidence, np.cumsum(wrong) / answered, answered / len(wrong)
    return curve[0][last_of_equals], curve[1][last_of_equals], curve[2][last_of_equals]
