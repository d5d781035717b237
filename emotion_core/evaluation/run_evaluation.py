"""How good the network of a training run is: the file `evaluation.json` in the run's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import BaseModel

from emotion_core.evaluation.figures import Figure, Part, by_emotion, overall
from emotion_core.evaluation.report import Evaluation, Misclassification, Report, Scores
from emotion_core.models.card import Labels, Measurement
from emotion_core.models.prior import parse_prior, prior_in_words

#: The version of the files that this program writes. Those of the one before name none.
VERSION: Literal[2] = 2


class RunEvaluation(Part):
    """How good the best network of a run is, on the validation split.

    Attributes:
        epoch: the one that the network is from; 0 if the run was stopped within its first.
        report: of this one network, under the run's name, where the mix of expressions is that of training.
        balanced: the same where every expression is as likely as another; None of runs of the version before.
    """

    version: Literal[2] = VERSION
    epoch: int
    report: Report
    balanced: Report | None = None

    @property
    def evaluation(self) -> Evaluation:
        """That of the network, the first one that the report has."""
        return self.report.evaluations[0]

    @property
    def compared(self) -> list[Evaluation]:
        """What the network is compared with on the same faces: for sequence-net, single frames; else nothing."""
        return self.report.evaluations[1:]

    def compared_in_words(self) -> list[str]:
        """How good the network is by clip beside single frames, a line each."""
        return [
            f"{self.report.split}, by clip: {one.model}: {one.scores[0].accuracy.value:.1%} accuracy on "
            f"{one.scores[0].faces:,} clips, {one.scores[0].macro_recall.value:.1%} mean recall"
            for one in self.report.evaluations
        ]

    @property
    def by_mix(self) -> list[tuple[str, Scores]]:
        """How good the network is under each mix of expressions, in words, by every kind of label."""
        return [
            (prior_in_words(parse_prior(evaluation.prior)), scores)
            for report in filter(None, (self.report, self.balanced))
            for evaluation in report.evaluations[:1]
            for scores in evaluation.scores
            if not scores.without_training_duplicates
        ]


def read_run_evaluation(content: bytes, run: str, trained_on: Labels = "own") -> RunEvaluation:
    """The content of `evaluation.json`, as this version or the one before wrote it.

    Args:
        run: the run's name.
        trained_on: the labels that the run was trained on, by which the version before kept the errors.

    Raises:
        ValueError: it is neither.
    """
    found = json.loads(content)
    if isinstance(found, dict) and "measurements" in found:
        return _of_the_version_before(_Before.model_validate(found), run, trained_on)
    return RunEvaluation.model_validate(found)


class _MistakeBefore(BaseModel):
    split: str
    row: int
    source: str
    label: str
    prediction: str
    confidence: float


class _Before(BaseModel):
    epoch: int
    temperature: float
    abstain_threshold: float
    measurements: list[Measurement]
    mistakes: list[_MistakeBefore]


def _of_the_version_before(before: _Before, run: str, trained_on: Labels) -> RunEvaluation:
    """The report of the same figures. What was measured on the test split, by versions yet older, is left out."""
    measured = [one for one in before.measurements if one.split == "validation" and one.confusion]
    if not measured:
        raise ValueError("it has no figures of the validation split")
    errors = [
        Misclassification(
            index=one.row, votes={}, **one.model_dump(include={"source", "label", "prediction", "confidence"})
        )
        for one in before.mistakes
        if one.split == "validation"
    ]
    evaluation = Evaluation(
        model=run,
        card_sha256=None,
        temperature=before.temperature,
        abstain_threshold=before.abstain_threshold,
        scores=[_scores(one, errors if one.labels == trained_on else []) for one in _distinct(measured)],
    )
    report = Report(
        data=measured[0].data,
        split="validation",
        data_sha256="",
        faces=max(one.faces for one in measured),
        in_training=None,
        flip_averaged=False,
        date="",
        evaluations=[evaluation],
        comparisons=[],
    )
    return RunEvaluation(epoch=before.epoch, report=report)


def _distinct(measured: list[Measurement]) -> Iterator[Measurement]:
    """By the data set's own labels first, as reports have them; without training's faces only where that differs."""
    whole = {one.labels: one.faces for one in measured if not one.without_training_duplicates}
    for one in sorted(measured, key=lambda one: (one.labels == "ferplus-majority", one.without_training_duplicates)):
        if not one.without_training_duplicates or one.faces != whole.get(one.labels):
            yield one


def _scores(measured: Measurement, errors: list[Misclassification]) -> Scores:
    """The figures that counts tell are worked out anew from them; the others are as they were written."""
    counts = np.array(measured.confusion)
    without = measured.without_training_duplicates
    return Scores(
        faces=measured.faces,
        **overall(counts),
        expected_calibration_error=_calibration_error(measured),
        coverage=1.0 if measured.coverage is None else measured.coverage,
        selective_accuracy=measured.accuracy if measured.coverage is None else measured.selective_accuracy,
        emotions=by_emotion(counts),
        confusion=measured.confusion,
        missed=[],
        labels=measured.labels,
        without_training_duplicates=without,
        counted="faces",
        unlabelled=0,
        reliability=[],
        curve=[],
        groups=[],
        most_confident_errors=[] if without else errors,
    )


def _calibration_error(measured: Measurement) -> Figure:
    value = measured.expected_calibration_error
    low, high = measured.expected_calibration_error_interval or (value, value)
    return Figure(value=value, low=low, high=high)
