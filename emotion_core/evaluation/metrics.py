"""How good a model is on faces whose labels are known."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import accuracy_score, recall_score

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import NO_LABEL, majority_labels
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.card import Measurement


def own_labels(dataset: Dataset) -> np.ndarray:
    """The data set's own labels as indices into `EMOTIONS`, (N,) int64; `NO_LABEL` for those that are not ours."""
    return np.array([EMOTIONS.index(name) if name in EMOTIONS else NO_LABEL for name in dataset.table["label"]])


def seen_in_training(faces: Dataset, training: Dataset) -> np.ndarray:
    """Which faces are pixel for pixel among the training faces, (N,) bool."""
    known = {image.tobytes() for image in training.images}
    return np.array([image.tobytes() in known for image in faces.images], dtype=bool)


def expected_calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal bins of confidence (Guo et al. 2017, arXiv 1706.04599).

    Args:
        probabilities: (N, classes), rows summing to 1.
        labels: (N,) indices.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[places == b].mean() - confidence[places == b].mean()) * (places == b).mean() for b in set(places)]
    return float(sum(gaps))


def measure(
    probabilities: np.ndarray,
    labels: np.ndarray,
    *,
    data: str,
    split: str,
    labelled_by: str,
    without_training_duplicates: bool,
    test_time_augmentation: bool = False,
) -> Measurement:
    """The figures of a card for one set of faces; faces without a label are left out.

    Args:
        probabilities: (N, 7), columns in the order of `EMOTIONS`.
        labels: (N,) indices into `EMOTIONS`, or `NO_LABEL`.
        data, split, labelled_by, without_training_duplicates, test_time_augmentation: the protocol, for the record.
    """
    known = labels != NO_LABEL
    probabilities, labels = probabilities[known], labels[known]
    guesses = probabilities.argmax(axis=1)
    classes = np.unique(labels)
    recalls = recall_score(labels, guesses, labels=classes, average=None, zero_division=0.0)
    return Measurement.model_validate(
        {
            "data": data,
            "split": split,
            "labels": labelled_by,
            "without_training_duplicates": without_training_duplicates,
            "test_time_augmentation": test_time_augmentation,
            "faces": len(labels),
            "accuracy": round(float(accuracy_score(labels, guesses)), 4),
            "macro_recall": round(float(np.mean(recalls)), 4),
            "recall": {EMOTIONS[c]: round(float(r), 4) for c, r in zip(classes, recalls, strict=True)},
            "expected_calibration_error": round(expected_calibration_error(probabilities, labels), 4),
        }
    )


def measure_all(
    probabilities: np.ndarray, faces: Dataset, training: Dataset, data: str, split: str
) -> list[Measurement]:
    """By the annotators' majority and by the data set's labels, on all faces and without those seen in training."""
    new = ~seen_in_training(faces, training)
    kinds = (("ferplus-majority", majority_labels(faces.table)), ("fer2013", own_labels(faces)))
    return [
        measure(
            probabilities[rows],
            labels[rows],
            data=data,
            split=split,
            labelled_by=kind,
            without_training_duplicates=rows is new,
        )
        for kind, labels in kinds
        for rows in (np.ones(len(faces), dtype=bool), new)
    ]
