"""From predictions to a report. No model is asked: predictions and labels are all that it takes.

faces = evaluation_set(open_dataset("fer2013"), "fer2013", "validation")
evaluation = score(predictions, faces, "my network", abstain_threshold=0.5)
report = build_report(faces, [(evaluation, predictions)])
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import cast

import numpy as np
import pandas as pd

from emotion_core.datasets.votes import COLUMNS, NO_LABEL, has_votes
from emotion_core.emotions import FERPLUS_VOTES
from emotion_core.evaluation.calibration import reliability, risk_coverage
from emotion_core.evaluation.comparison import Comparison, compare
from emotion_core.evaluation.figures import confusion_of, figures_of, overall
from emotion_core.evaluation.report import CurvePoint, Evaluation, GroupFigures, Misclassification, Report, Scores
from emotion_core.evaluation.sets import EvaluationSet
from emotion_core.models.card import Labels
from emotion_core.models.prior import TRAINED

#: A curve is drawn through at most so many points.
CURVE_POINTS = 200
#: So many of the most confident errors are kept.
ERRORS_KEPT = 60


def score(
    predictions: np.ndarray,
    faces: EvaluationSet,
    model: str,
    abstain_threshold: float = 0.0,
    temperature: float = 1.0,
    card_sha256: str | None = None,
    prior: str = TRAINED,
) -> Evaluation:
    """How good predictions are by every kind of label, with and without the faces known from training.

    Args:
        predictions: (N, len(faces.classes)) calibrated probabilities, one row a face.
        faces: what was predicted. Those that were looked for and not detected count as wrong.
        model: what the report calls the model.
        abstain_threshold: below this confidence the model says "uncertain".
        temperature: that the predictions were calibrated by.
        card_sha256: of the model's card, where it has one.
        prior: the mix of expressions that the predictions expect, see `emotion_core.models.prior.prior_as_text`.
    """
    return Evaluation(
        model=model,
        card_sha256=card_sha256,
        temperature=temperature,
        abstain_threshold=abstain_threshold,
        prior=prior,
        scores=[
            _scores(predictions, faces, kind, rows, without, abstain_threshold)
            for kind, without, rows in _kinds_and_rows(faces)
        ],
    )


def build_report(
    faces: EvaluationSet, models: Sequence[tuple[Evaluation, np.ndarray]], flip_averaged: bool = False
) -> Report:
    """The evaluations of one or more models on the same faces, with the comparison of every two of them.

    Args:
        models: each model's evaluation and predictions.
        flip_averaged: whether the predictions are averaged over mirror images.
    """
    return Report(
        data=faces.data,
        split=faces.split,
        data_sha256=faces.sha256,
        faces=len(faces),
        in_training=None if faces.in_training is None else int(faces.in_training.sum()),
        detected=None if faces.detected is None else int(faces.detected.sum()),
        flip_averaged=flip_averaged,
        date=time.strftime("%Y-%m-%d"),
        not_compared=faces.not_compared,
        evaluations=[evaluation for evaluation, _ in models],
        comparisons=list(_comparisons(faces, models)),
    )


def confused(predictions: np.ndarray, faces: EvaluationSet, scores: Scores, label: int, prediction: int) -> np.ndarray:
    """The faces in one cell of a confusion matrix, as `imported_rows`.

    Args:
        predictions: (N, classes) probabilities, as the scores were made of.
        scores: whose confusion matrix it is.
        label, prediction: the cell's row and column, indices into the classes; the column after the last class is that
            of faces that were not detected.
    """
    kinds = {(kind, without): rows for kind, without, rows in _kinds_and_rows(faces)}
    rows = kinds[scores.labels, scores.without_training_duplicates]
    cell = rows & (faces.labels[scores.labels] == label) & (_predicted(predictions, faces) == prediction)
    return imported_rows(faces, np.flatnonzero(cell))


def imported_rows(faces: EvaluationSet, rows: np.ndarray) -> np.ndarray:
    """From faces of a split to rows of the import that the data set is or comes from, where excluded faces count."""
    return faces.table["row"].to_numpy()[rows] if "row" in faces.table else faces.index[rows]


def _kinds_and_rows(faces: EvaluationSet) -> Iterator[tuple[Labels, bool, np.ndarray]]:
    """By which labels, without faces known from training or with them, and which faces these are, (N,) bool.

    Left out where there are no faces, or none was detected.
    """
    for kind, labels in faces.labels.items():
        labelled = labels != NO_LABEL
        ways = [(False, labelled)]
        if faces.in_training is not None and faces.in_training.any():
            ways.append((True, labelled & ~faces.in_training))
        for without, rows in ways:
            if (rows if faces.detected is None else rows & faces.detected).any():
                yield cast(Labels, kind), without, rows


def _comparisons(faces: EvaluationSet, models: Sequence[tuple[Evaluation, np.ndarray]]) -> Iterator[Comparison]:
    for kind, without, rows in _kinds_and_rows(faces):
        right = [(_predicted(predictions, faces) == faces.labels[kind])[rows] for _, predictions in models]
        for first, second in combinations(range(len(models)), 2):
            names = models[first][0].model, models[second][0].model
            yield compare(*names, right[first], right[second], kind, without)


def _scores(
    predictions: np.ndarray, faces: EvaluationSet, kind: Labels, rows: np.ndarray, without: bool, threshold: float
) -> Scores:
    labels = faces.labels[kind]
    seen = rows if faces.detected is None else rows & faces.detected
    return Scores(
        **dict(figures_of(predictions[rows], labels[rows], threshold, _detected(faces, rows), faces.classes)),
        labels=kind,
        without_training_duplicates=without,
        counted=faces.counted,
        unlabelled=int((labels == NO_LABEL).sum()),
        reliability=reliability(predictions[seen], labels[seen]),
        curve=_curve(predictions[seen], labels[seen], share=float(seen.sum() / rows.sum())),
        groups=list(_groups(predictions, faces, kind, rows)),
        most_confident_errors=list(_most_confident_errors(predictions, faces, kind, rows)),
    )


def _detected(faces: EvaluationSet, rows: np.ndarray) -> np.ndarray | None:
    return None if faces.detected is None else faces.detected[rows]


def _predicted(predictions: np.ndarray, faces: EvaluationSet) -> np.ndarray:
    """(N,) indices into the classes; for faces that were not detected the number of classes."""
    predicted = predictions.argmax(axis=1)
    return predicted if faces.detected is None else np.where(faces.detected, predicted, len(faces.classes))


def _curve(predictions: np.ndarray, labels: np.ndarray, share: float) -> list[CurvePoint]:
    """The risk-coverage curve of a share of the faces, at most `CURVE_POINTS` of its points."""
    curve = np.column_stack(risk_coverage(predictions, labels))
    kept = np.unique(np.linspace(0, len(curve) - 1, min(CURVE_POINTS, len(curve))).round().astype(int))
    return [
        CurvePoint(confidence=c, coverage=coverage * share, risk=risk) for c, risk, coverage in curve[kept].tolist()
    ]


def _groups(predictions: np.ndarray, faces: EvaluationSet, kind: str, rows: np.ndarray) -> Iterator[GroupFigures]:
    for group in faces.groups:
        here = rows & group.faces
        if here.any():
            found = overall(confusion_of(predictions[here], faces.labels[kind][here], _detected(faces, here)))
            yield GroupFigures(
                by=group.by,
                group=group.name,
                faces=int(here.sum()),
                accuracy=found["accuracy"],
                macro_recall=found["macro_recall"],
            )


def _most_confident_errors(
    predictions: np.ndarray, faces: EvaluationSet, kind: str, rows: np.ndarray
) -> Iterator[Misclassification]:
    predicted, confidence = _predicted(predictions, faces), predictions.max(axis=1)
    wrong = np.flatnonzero(rows & (predicted != faces.labels[kind]) & (predicted < len(faces.classes)))
    for row in wrong[np.argsort(-confidence[wrong], kind="stable")][:ERRORS_KEPT]:
        yield Misclassification(
            row=int(row),
            index=int(faces.index[row]),
            source=str(faces.table["source"][row]),
            label=faces.classes[faces.labels[kind][row]],
            prediction=faces.classes[predicted[row]],
            confidence=float(confidence[row]),
            votes=_votes(faces.table, int(row)),
        )


def _votes(table: pd.DataFrame, row: int) -> dict[str, int]:
    """What annotators said of a face, the most frequent first; empty where nobody was asked."""
    if not has_votes(table):
        return {}
    counts = {name: int(table[column][row]) for name, column in zip(FERPLUS_VOTES, COLUMNS, strict=True)}
    return {name: count for name, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count}
