"""Learning from few faces, in seconds and without TensorFlow: a small head on a trained network's embeddings.

The head is a logistic regression on the embeddings, whose strength of regularization is chosen by cross-validation, and
which becomes the last layer of the network's own file. Which head to take was measured: see docs/model-log.md.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emotion_core.models.card import ModelError

#: The strengths that are tried, as scikit-learn's C for embeddings of spread 1: the lower, the more regular.
STRENGTHS = (0.001, 0.01, 0.1, 1.0)
#: Into so many parts the faces are cut for cross-validation, and into fewer where a class has fewer groups.
FOLDS = 5
#: So many faces a class are needed: one to learn from and one to be judged by.
FEWEST_FACES = 2


@dataclass(frozen=True)
class Head:
    """A dense layer from embeddings to logits.

    Attributes:
        weights: (classes, D) float32.
        bias: (classes,) float32.
        strength: one of `STRENGTHS`, chosen by cross-validation.
        held_out: (N, classes) float32, each training face's probabilities by a head that has not seen it, nor any other
            face of its group.
        folds: into how many parts the faces were cut.
        loss: of `held_out`, the mean negative log-likelihood with every class counting alike.
    """

    weights: np.ndarray
    bias: np.ndarray
    strength: float
    held_out: np.ndarray
    folds: int
    loss: float

    def predict_proba(self, embeddings: np.ndarray) -> np.ndarray:
        """(N, D) to (N, classes) float32, rows summing to 1; every class alike expected."""
        return softmax(embeddings @ self.weights.T + self.bias)


def fit_head(embeddings: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray | None = None) -> Head:
    """Learn a head, every class counting alike however many faces it has.

    Args:
        embeddings: (N, D) float32, of `Classifier.embed`.
        labels: (N,) indices of classes.
        classes: how many there are.
        groups: (N,) numbers of groups, such as pictures taken in the same second; faces of one are never judged by what
            was learned from another of it. None takes each face by itself.

    Raises:
        ModelError: a class has fewer than `FEWEST_FACES` faces.
    """
    counts = np.bincount(labels, minlength=classes)
    if counts.min(initial=FEWEST_FACES) < FEWEST_FACES or classes < 2:
        raise ModelError(
            f"every class needs {FEWEST_FACES} faces or more to be learned, and there must be two classes; "
            f"the faces by class are {', '.join(map(str, counts.tolist()))}"
        )
    mean, spread = embeddings.mean(axis=0), max(float(embeddings.std()), 1e-6)
    scaled = (embeddings - mean) / spread
    folds = list(_folds(labels, np.arange(len(labels)) if groups is None else groups))
    tried = {strength: _held_out(scaled, labels, classes, folds, strength) for strength in STRENGTHS}
    strength = min(tried, key=lambda one: _loss(tried[one], labels))
    weights, bias = fitted(scaled, labels, classes, strength)
    return Head(
        weights=(weights / spread).astype(np.float32),
        bias=(bias - weights @ mean / spread).astype(np.float32),
        strength=strength,
        held_out=tried[strength],
        folds=len(folds),
        loss=_loss(tried[strength], labels),
    )


def prepare() -> None:
    """Load what heads are learned with, which takes a second the first time: then the first head need not wait."""
    importlib.import_module("sklearn.linear_model")
    importlib.import_module("sklearn.model_selection")


def most_confused(confusion: np.ndarray) -> tuple[int, int] | None:
    """The label and the prediction, as indices, that most wrong answers have; None where all are right.

    Args:
        confusion: (classes, classes) counts, rows are the labels.
    """
    wrong = confusion - np.diag(np.diag(confusion))
    if not wrong.any():
        return None
    label, prediction = np.unravel_index(wrong.argmax(), wrong.shape)
    return int(label), int(prediction)


def _folds(labels: np.ndarray, groups: np.ndarray) -> Iterator[np.ndarray]:
    """The places of the faces that are left out, part by part; where a class is of one group, this is cut, too."""
    from sklearn.model_selection import StratifiedGroupKFold

    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        if len(np.unique(groups[own])) < FEWEST_FACES:
            groups = groups.copy()
            groups[own[len(own) // 2 :]] = groups.max(initial=0) + 1
    fewest = min(len(np.unique(groups[labels == label])) for label in np.unique(labels))
    splitter = StratifiedGroupKFold(max(2, min(FOLDS, fewest)), shuffle=True, random_state=0)
    with warnings.catch_warnings():  # it warns where a class has fewer faces than parts
        warnings.simplefilter("ignore", UserWarning)
        yield from (left_out for _, left_out in splitter.split(labels, labels, groups))


def _held_out(
    scaled: np.ndarray, labels: np.ndarray, classes: int, folds: list[np.ndarray], strength: float
) -> np.ndarray:
    found = np.full((len(labels), classes), 1 / classes, np.float32)
    for left_out in folds:
        seen = np.ones(len(labels), bool)
        seen[left_out] = False
        if len(np.unique(labels[seen])) > 1:
            weights, bias = fitted(scaled[seen], labels[seen], classes, strength)
            found[left_out] = softmax(scaled[left_out] @ weights.T + bias)
    return found


def fitted(scaled: np.ndarray, labels: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of all classes; one without faces is never answered."""
    from sklearn.linear_model import LogisticRegression

    there = np.unique(labels)
    with warnings.catch_warnings():  # that it could go on a little says nothing of use
        warnings.simplefilter("ignore")
        fitted = LogisticRegression(C=strength, class_weight="balanced", max_iter=200, tol=1e-3).fit(scaled, labels)
    weights, bias = np.zeros((classes, scaled.shape[1])), np.full(classes, -30.0)
    rows, addends = fitted.coef_, fitted.intercept_
    if len(there) == 2:  # one row, for the second class against the first
        rows, addends = np.vstack([-rows / 2, rows / 2]), np.concatenate([-addends / 2, addends / 2])
    weights[there], bias[there] = rows, addends
    return weights, bias


def _loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The mean negative log-likelihood, every class counting alike."""
    losses = -np.log(np.clip(probabilities[np.arange(len(labels)), labels], 1e-7, 1))
    return float(np.mean([losses[labels == label].mean() for label in np.unique(labels)]))


def softmax(logits: np.ndarray) -> np.ndarray:
    """(N, classes) float32, rows summing to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
