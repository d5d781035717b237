"""A model's predictions for many faces, in parts: so that progress can be shown, and whoever waits can stop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emotion_core.models.card import ModelError
from emotion_core.models.classifier import Classifier
from emotion_core.progress import Progress, no_progress

#: Faces of one part: a fraction of a second of work.
FACES_AT_ONCE = 256


def predict_in_parts(
    classifier: Classifier, images: np.ndarray, flip: bool = False, start: int = 0
) -> Iterator[np.ndarray]:
    """Probabilities of faces, `FACES_AT_ONCE` at a time; nothing is computed before it is asked for.

    Args:
        images: (N, h, w) grey or (N, h, w, 3) RGB, uint8; a memory map is read as it is needed.
        flip: predict the mean of each face's probabilities and its mirror image's (test-time augmentation).
        start: the first face to predict, where the ones before it are predicted already.

    Yields:
        (n, len(classifier.classes)) float32.

    Raises:
        ModelError: the network's predictions are not numbers.
    """
    name = classifier.card.name
    for first in range(start, len(images), FACES_AT_ONCE):
        part = np.asarray(images[first : first + FACES_AT_ONCE])
        found = classifier.predict_proba(part)
        if flip:
            found = (found + classifier.predict_proba(part[:, :, ::-1])) / 2
        if not np.isfinite(found).all():
            raise ModelError(f"the predictions of the model {name} are not numbers; its weights are broken")
        yield found


def predict_all(
    classifier: Classifier,
    images: np.ndarray,
    flip: bool = False,
    progress: Progress = no_progress,
) -> np.ndarray:
    """All of `predict_in_parts` at once, (N, classes) float32; `progress` is told the share done, from 0 to 1."""
    parts = [np.empty((0, len(classifier.classes)), np.float32)]
    done = 0
    for part in predict_in_parts(classifier, images, flip):
        parts.append(part)
        done += len(part)
        progress(done / len(images))
    return np.concatenate(parts)


def embed_all(classifier: Classifier, images: np.ndarray, progress: Progress = no_progress) -> np.ndarray:
    """The embeddings of many faces, (N, D) float32, N at least 1, made in parts; `progress` as of `predict_all`.

    Raises:
        ModelError: the model's file was written by an earlier version, without embeddings.
    """
    parts = []
    for first in range(0, len(images), FACES_AT_ONCE):
        parts.append(classifier.embed(np.asarray(images[first : first + FACES_AT_ONCE])))
        progress(min(1.0, (first + FACES_AT_ONCE) / len(images)))
    return np.concatenate(parts)
