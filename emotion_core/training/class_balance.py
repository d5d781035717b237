"""Making rare emotions count as much as frequent ones while a network is trained.

By weights: each face counts the more, the rarer its emotion is. Or within the loss: the network's log-probabilities
are shifted by the log of the emotions' shares before they are compared with the labels, so that the shares need not be
learned, and what the network itself answers holds where all emotions are alike (logit adjustment: Menon et al. 2021,
arXiv 2007.07314; balanced softmax: Ren et al. 2020, arXiv 2007.10740).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from emotion_core.models.prior import log_shift

CROSSENTROPY = "categorical_crossentropy"
_TINY = 1e-7


def face_weights(shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights under which every emotion counts for as much as any other; the mean of those of usable faces stays 1.

    Args:
        shares: (N, classes) targets; the largest says which emotion a face is of.
        weights: (N,) how much faces count already; 0 for those that are not usable.
    """
    classes = shares.argmax(axis=1)
    counts = np.bincount(classes, weights=weights, minlength=shares.shape[1])
    each = np.where(counts > 0, counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1)), 0)
    return (weights * each[classes]).astype(np.float32)


def logit_shift(shares: np.ndarray) -> np.ndarray:
    """What is added to log-probabilities that hold where all emotions are alike: (classes,), 0 for those of no share.

    Args:
        shares: (classes,) the emotions' shares in training, summing to 1.
    """
    seen = shares > 0
    return log_shift(seen / seen.sum(), shares)


def loss_and_metrics(shift: np.ndarray | None) -> tuple[Any, list[keras.metrics.Metric]]:
    """The loss of a head, its accuracy and its loss without any penalty, for predictions that `shift` is added to."""
    if shift is None:
        # The loss that Keras reports of one head is a mean over batches on one backend and over faces on another.
        crossentropy = keras.metrics.CategoricalCrossentropy(name="crossentropy")
        return CROSSENTROPY, [keras.metrics.CategoricalAccuracy(name="accuracy"), crossentropy]
    loss = _of_shifted(keras.losses.categorical_crossentropy, shift)
    accuracy = _of_shifted(keras.metrics.categorical_accuracy, shift)
    mean = keras.metrics.MeanMetricWrapper
    return loss, [mean(accuracy, name="accuracy"), mean(loss, name="crossentropy")]


def _of_shifted(measure: Callable[[Any, Any], Any], shift: np.ndarray) -> Callable[[Any, Any], Any]:
    """A measure of targets and probabilities that takes the shifted probabilities instead."""

    def measured(targets: Any, probabilities: Any) -> Any:
        logits = keras.ops.log(keras.ops.clip(probabilities, _TINY, 1.0)) + shift
        return measure(targets, keras.ops.softmax(logits))

    return measured
