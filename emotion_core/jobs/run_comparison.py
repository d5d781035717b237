"""Which of two runs has the better network, or was one lucky?

    compare_runs(find_run("first"), find_run("second"))[0].in_words()

Runs that were validated on the same faces are compared face by face, others by their accuracies alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from emotion_core.classes import in_classes_of
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.held_out import with_validation
from emotion_core.evaluation import (
    Comparison,
    EvaluationSet,
    Scores,
    SeparateComparison,
    build_report,
    compare_separate,
    evaluation_set,
)
from emotion_core.jobs.publishing import training_dataset
from emotion_core.models.card import ModelError
from emotion_core.models.prediction import predict_all
from emotion_core.models.prior import TRAINED
from emotion_core.models.registry import load_classifier
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.folder import MODEL_FOLDER
from emotion_core.runs.run import Run

#: Of a run and the faces it was validated on: what its network predicts, (N, the faces' classes).
Predict = Callable[[Run, EvaluationSet], np.ndarray]


def validation_faces(run: Run) -> EvaluationSet:
    """The faces that a run was validated on.

    Raises:
        RunError: its configuration cannot be read, or the data set has changed since.
        DatasetError: the data set is gone or damaged.
    """
    if run.config is None:
        raise RunError(run.problem or f"what was asked of the run {run.name!r} cannot be read")
    dataset = with_validation(training_dataset(run.config), run.config.data)
    return evaluation_set(dataset, run.config.data, "validation")


def validation_predictions(run: Run, faces: EvaluationSet) -> np.ndarray:
    """What a run's best network predicts for the faces it was validated on, (N, the faces' classes) float32.

    Raises:
        ModelError: the run has no network that can be used.
    """
    network = load_classifier(run.folder / MODEL_FOLDER).under(TRAINED)
    return in_classes_of(predict_all(network, faces.images), network.classes, faces.classes)


def compare_runs(
    first: Run, second: Run, predict: Predict = validation_predictions
) -> Sequence[Comparison] | Sequence[SeparateComparison]:
    """How the validation accuracies of two runs' best networks differ, by every kind of label that both know.

    Args:
        predict: what is asked for predictions; a page keeps those that it has.

    Returns:
        Comparisons face by face where both were validated on the same faces and these are still there with both
        networks, else comparisons of two accuracies on different faces.

    Raises:
        RunError: one was not evaluated, or they know no kind of label in common.
    """
    found = [read_evaluation(run.folder) for run in (first, second)]
    for run, one in zip((first, second), found, strict=True):
        if one is None:
            raise RunError(f"the run {run.name!r} was not evaluated at its end, or its evaluation is damaged")
    evaluations = [one.evaluation for one in found if one]
    (report, other) = (one.report for one in found if one)
    if report.split == other.split == "validation" and report.data_sha256 == other.data_sha256 != "":
        try:
            faces = validation_faces(first)
            if faces.sha256 == report.data_sha256:
                asked = zip(evaluations, (predict(first, faces), predict(second, faces)), strict=True)
                return build_report(faces, list(asked)).comparisons
        except (RunError, DatasetError, ModelError):
            pass  # the faces or a network are gone: what was found at the end of the runs is all there is
    return _separate(first, second, [one.scores for one in evaluations])


def _separate(first: Run, second: Run, scores: Sequence[Sequence[Scores]]) -> Sequence[SeparateComparison]:
    ours, theirs = ({one.labels: one for one in each if not one.without_training_duplicates} for each in scores)
    common = [labels for labels in ours if labels in theirs]
    if not common:
        raise RunError(f"the runs {first.name!r} and {second.name!r} were validated by different kinds of labels")
    return [
        compare_separate(first.name, second.name, _counts(ours[labels]), _counts(theirs[labels]), labels)
        for labels in common
    ]


def _counts(scores: Scores) -> tuple[int, int]:
    return round(scores.accuracy.value * scores.faces), scores.faces
