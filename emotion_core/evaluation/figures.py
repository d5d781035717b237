"""All figures of a model's predictions where labels are known, with intervals: what cards and reports are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.calibration import calibration_error_interval, expected_calibration_error
from emotion_core.evaluation.intervals import interval, resampled


class Part(BaseModel):
    """What a report is made of: never changed, and read back as strictly as it was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


def written_as(name: str) -> Any:
    """A field that files call otherwise than the code does: others' programs read these files by their first names."""
    return Field(validation_alias=name, serialization_alias=name)


class Figure(Part):
    """A share from 0 to 1 with the ends of its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


class EmotionFigures(Part):
    """One emotion's figures; None where it has no faces to tell from.

    Attributes:
        faces: how many have this label.
        predicted: how often the model predicted it.
    """

    emotion: str
    faces: int
    predicted: int = written_as("answered")
    precision: Figure | None
    recall: Figure | None
    f1: Figure | None


class Figures(Part):
    """How good predictions are.

    Attributes:
        faces: how many have a label.
        macro_recall, macro_f1: means over the emotions that occur.
        expected_calibration_error: over 15 bins of confidence.
        coverage: the share of faces whose confidence reaches the model's threshold; the rest is "uncertain".
        selective_accuracy: the accuracy on those; None where there are none.
        emotions: one each, in the order of the classes.
        confusion: (classes, classes) counts in their order: rows are the labels, columns the predictions.
        missed: how many faces of each label no detector found, in the order of the classes, which are in no column of
            the confusion matrix and count as wrong; empty where whole pictures were predicted.
    """

    faces: int
    accuracy: Figure
    macro_recall: Figure
    macro_f1: Figure
    expected_calibration_error: Figure
    coverage: float = written_as("answered")
    selective_accuracy: float | None = written_as("accuracy_answered")
    emotions: list[EmotionFigures]
    confusion: list[list[int]]
    missed: list[int] = []


def figures_of(
    probabilities: np.ndarray,
    labels: np.ndarray,
    threshold: float,
    detected: np.ndarray | None = None,
    classes: Sequence[str] = EMOTIONS,
) -> Figures:
    """The figures of predictions.

    Args:
        probabilities: (N, len(classes)); N at least 1.
        labels: (N,) indices into `classes`.
        threshold: below this confidence the model says "uncertain".
        detected: (N,) bool, at least one of them true; the others count as wrong whatever their probabilities. None
            where whole pictures were predicted.
        classes: the names of the columns.
    """
    seen = np.ones(len(labels), bool) if detected is None else detected
    confusion = confusion_of(probabilities, labels, detected)
    right = probabilities.argmax(axis=1) == labels
    covered = (probabilities.max(axis=1) >= threshold) & seen
    return Figures(
        faces=len(labels),
        **overall(confusion),
        expected_calibration_error=_calibration_error(probabilities[seen], labels[seen]),
        coverage=float(covered.mean()),
        selective_accuracy=float(right[covered].mean()) if covered.any() else None,
        emotions=by_emotion(confusion, classes),
        confusion=confusion[:, : len(classes)].tolist(),
        missed=[] if detected is None else confusion[:, -1].tolist(),
    )


def overall(confusion: np.ndarray) -> dict[str, Figure]:
    """accuracy, macro_recall and macro_f1, from counts as `confusion_of` gives them."""
    known, spread = of_confusion(confusion), of_confusion(resampled(confusion))
    return {name: _figure(known[name], spread[name]) for name in ("accuracy", "macro_recall", "macro_f1")}


def by_emotion(confusion: np.ndarray, classes: Sequence[str] = EMOTIONS) -> list[EmotionFigures]:
    """The figures of each class, in their order, from counts as `confusion_of` gives them."""
    known, spread = of_confusion(confusion), of_confusion(resampled(confusion))
    predicted_so = confusion.sum(axis=0)[: len(classes)]
    counts = zip(classes, confusion.sum(axis=1).tolist(), predicted_so.tolist(), strict=True)
    return [
        EmotionFigures(
            emotion=emotion,
            faces=faces,
            predicted=predicted,
            **{
                name: None if np.isnan(known[name][place]) else _figure(known[name][place], spread[name][:, place])
                for name in ("precision", "recall", "f1")
            },
        )
        for place, (emotion, faces, predicted) in enumerate(counts)
    ]


def confusion_of(probabilities: np.ndarray, labels: np.ndarray, detected: np.ndarray | None = None) -> np.ndarray:
    """(classes, classes) counts: rows are the labels, columns the predictions.

    Where `detected`, (N,) bool, is given, there is one column more: the last column has the faces that were not.
    """
    predicted, count = probabilities.argmax(axis=1), probabilities.shape[1]
    if detected is not None:
        predicted = np.where(detected, predicted, count)
    counts = np.zeros((count, count + (detected is not None)), np.int64)
    np.add.at(counts, (labels, predicted), 1)
    return counts


def of_confusion(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """Figures from confusion matrices, any number of them at once; as scikit-learn gives them of one.

    Args:
        confusion: (..., classes, classes) counts: rows are the labels, columns the predictions. A further column, for
            faces without a prediction, counts among the faces and is wrong.

    Returns:
        accuracy, macro_recall and macro_f1 of shape (...), the means over the classes that occur; precision, recall
        and f1 of shape (..., classes), NaN where a class was never predicted, does not occur, or neither.
    """
    square = confusion[..., : confusion.shape[-2]]
    right = np.einsum("...ii->...i", square)
    true, predicted = confusion.sum(axis=-1), square.sum(axis=-2)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN here, and meant
        recall, precision, f1 = right / true, right / predicted, 2 * right / (true + predicted)
        accuracy = right.sum(axis=-1) / true.sum(axis=-1)
        occurs = (true > 0).sum(axis=-1)
        macro_recall = np.where(true > 0, recall, 0).sum(axis=-1) / occurs
        macro_f1 = np.where(true > 0, f1, 0).sum(axis=-1) / occurs
    return {
        "accuracy": accuracy,
        "macro_recall": macro_recall,
        "macro_f1": macro_f1,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def _figure(value: np.ndarray, spread: np.ndarray) -> Figure:
    low, high = interval(spread)
    return Figure(value=float(value), low=float(low), high=float(high))


def _calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> Figure:
    low, high = calibration_error_interval(probabilities, labels)
    return Figure(value=expected_calibration_error(probabilities, labels), low=low, high=high)
