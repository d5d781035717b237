"""The figures that a model's card keeps of a report."""

from __future__ import annotations

from emotion_core.evaluation.figures import Figure
from emotion_core.evaluation.report import Report, Scores
from emotion_core.models.card import ElsewhereMeasurement, GroupMeasurement, Measurement


def measurements_of(report: Report, data: str | None = None) -> list[Measurement]:
    """The figures of a report's only model: by the annotators' majority, where there is one, and by the own labels.

    Each with all faces and without those seen in training, also where that makes no difference, so that the card says
    so. Where all faces were seen in training, there are none without them.

    Args:
        data: what the card calls the data set; its name if not given.
    """
    (evaluation,) = report.evaluations
    found = []
    for labels in reversed(list(dict.fromkeys(one.labels for one in evaluation.scores))):
        whole = evaluation.scores_by(labels)
        without = whole if report.in_training == 0 else evaluation.scores_by(labels, True)
        found += [
            _measurement(scores, report, data or report.data, excluded, evaluation.prior)
            for scores, excluded in ((whole, False), (without, True))
            if scores
        ]
    return found


def elsewhere_measurement(report: Report) -> ElsewhereMeasurement:
    """The figures of a report's only model on faces that have nothing to do with its training."""
    (evaluation,) = report.evaluations
    scores = evaluation.scores[0]
    return ElsewhereMeasurement.model_validate(
        {
            "data": report.data,
            "found": report.detected is not None,
            "missed": sum(scores.missed),
            "prior": evaluation.prior,
            "test_time_augmentation": report.flip_averaged,
            "faces": scores.faces,
            **_with_interval("accuracy", scores.accuracy),
            **_with_interval("macro_recall", scores.macro_recall),
            "recall": {one.emotion: round(one.recall.value, 4) for one in scores.emotions if one.recall},
        }
    )


def group_measurements_of(report: Report) -> list[GroupMeasurement]:
    """The accuracy of a report's only model on each group of faces."""
    (evaluation,) = report.evaluations
    return [
        GroupMeasurement(
            by=group.by,
            group=group.group,
            labels=scores.labels,
            faces=group.faces,
            accuracy=round(group.accuracy.value, 4),
        )
        for scores in evaluation.scores
        if not scores.without_training_duplicates
        for group in scores.groups
    ]


def _measurement(
    scores: Scores, report: Report, data: str, without_training_duplicates: bool, prior: str
) -> Measurement:
    known = {one.emotion: one for one in scores.emotions}
    return Measurement.model_validate(
        {
            "data": data,
            "split": report.split,
            "labels": scores.labels,
            "without_training_duplicates": without_training_duplicates,
            "test_time_augmentation": report.flip_averaged,
            "prior": prior,
            "faces": scores.faces,
            "confusion": scores.confusion,
            **_with_interval("accuracy", scores.accuracy),
            **_with_interval("macro_recall", scores.macro_recall),
            **_with_interval("expected_calibration_error", scores.expected_calibration_error),
            "precision": {name: round(one.precision.value, 4) for name, one in known.items() if one.precision},
            "recall": {name: round(one.recall.value, 4) for name, one in known.items() if one.recall},
            "f1": {name: round(one.f1.value, 4) for name, one in known.items() if one.f1},
            "coverage": round(scores.coverage, 4),
            "selective_accuracy": None if scores.selective_accuracy is None else round(scores.selective_accuracy, 4),
        }
    )


def _with_interval(name: str, figure: Figure) -> dict[str, object]:
    """A figure and its interval as fields of a `Measurement`; cards have shares to four digits."""
    return {name: round(figure.value, 4), f"{name}_interval": (round(figure.low, 4), round(figure.high, 4))}
