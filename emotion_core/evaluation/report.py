"""How good models are on one split of one data set, with all that is needed to weigh the figures.

A report can be written to JSON and read back. `evaluate` (evaluator.py) asks models and gives one; `build_report`
(scoring.py) makes one of predictions that are there already.
"""

from __future__ import annotations

from html import escape
from typing import Literal

import pandas as pd

from emotion_core.evaluation.calibration import Bin
from emotion_core.evaluation.comparison import Comparison
from emotion_core.evaluation.figures import Figure, Figures, Part, written_as
from emotion_core.models.card import Labels
from emotion_core.models.prior import TRAINED, parse_prior, prior_in_words


class CurvePoint(Part):
    """At a lowest confidence: the share of faces that are predicted, and the share of wrong predictions among them."""

    confidence: float
    coverage: float
    risk: float


class GroupFigures(Part):
    """Figures of the faces of one group; see `groups.Group`."""

    by: str
    group: str
    faces: int
    accuracy: Figure
    macro_recall: Figure


class Misclassification(Part):
    """A face whose prediction is not its label.

    Attributes:
        row: the face's place in the split, from 0; None where an earlier version has not written it down.
        index: its place in the whole data set, from 0; None likewise.
        source: what the face was called where it came from.
        label, prediction: emotions.
        confidence: of the prediction, 0 to 1.
        votes: what annotators said, the most frequent first; empty where there are none.
    """

    row: int | None = None
    index: int | None = None
    source: str
    label: str
    prediction: str = written_as("answer")
    confidence: float
    votes: dict[str, int]


class Scores(Figures):
    """How good a model's predictions are by one kind of label.

    Attributes:
        labels: which, one of `model_card.LABELS_IN_WORDS`.
        without_training_duplicates: whether faces that are pixel for pixel also in training were left out.
        counted: what `faces` counts: faces, or clips, each of which has one answer.
        unlabelled: faces without a label of the seven, left out.
        reliability: the reliability diagram.
        curve: the risk-coverage curve.
        most_confident_errors: the most confident first.
    """

    labels: Labels
    without_training_duplicates: bool
    counted: Literal["faces", "clips"] = "faces"
    unlabelled: int
    reliability: list[Bin]
    curve: list[CurvePoint]
    groups: list[GroupFigures]
    most_confident_errors: list[Misclassification] = written_as("mistakes")

    def calibration(self) -> tuple[float, tuple[float, float]]:
        """The expected calibration error and the ends of its interval."""
        error = self.expected_calibration_error
        return error.value, (error.low, error.high)


class Evaluation(Part):
    """One model on one split: its scores by every kind of label, with and without faces known from training.

    Attributes:
        model: the name of its folder, by which it is asked for; of a run, the run's name.
        card_sha256: of the model's card, which names the sums of its files; None where it has no card yet.
        prior: the mix of expressions that the predictions expect: "balanced", "trained", or shares such as
            "angry=0.1,...". Versions before knew only "trained".
    """

    model: str
    card_sha256: str | None
    temperature: float
    abstain_threshold: float
    prior: str = TRAINED
    scores: list[Scores] = written_as("judgements")

    def scores_by(self, labels: str, without_training_duplicates: bool = False) -> Scores | None:
        """The scores by one kind of label, if there are any."""
        for one in self.scores:
            if (one.labels, one.without_training_duplicates) == (labels, without_training_duplicates):
                return one
        return None


class Report(Part):
    """Models on the same faces. A notebook shows it as a table.

    Attributes:
        data, split: which faces.
        data_sha256: of the faces' content and labels in their order; empty where an earlier version has not written it.
        faces: how many the split holds.
        in_training: how many of them are pixel for pixel also in the data set's training split; None for that split
            itself, or where it is not known.
        detected: how many of them a detector found, where they were detected and cropped as in photos, and the others
            count as wrong; None where they were taken whole.
        flip_averaged: whether each prediction is the mean of a face's and its mirror image's (test-time augmentation).
        date: when, as YYYY-MM-DD; empty where an earlier version has not written it.
        evaluations: one a model.
        comparisons: every pair of models by every kind of label.
    """

    data: str
    split: str
    data_sha256: str
    faces: int
    in_training: int | None
    detected: int | None = None
    flip_averaged: bool
    date: str
    evaluations: list[Evaluation]
    comparisons: list[Comparison]
    not_compared: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """What is counted, "faces" or "clips"."""
        return next((scores.counted for one in self.evaluations for scores in one.scores), "faces")

    def priors_in_words(self) -> str:
        """Which mix of expressions the predictions expect, as the end of a sentence."""
        by_model = {one.model: prior_in_words(parse_prior(one.prior)) for one in self.evaluations}
        if len(set(by_model.values())) == 1:
            return next(iter(by_model.values()))
        return "; ".join(f"{model}: {words}" for model, words in by_model.items())

    def kinds(self) -> list[tuple[str, bool]]:
        """By which labels, and whether without the faces known from training, all the models are scored."""
        return [(one.labels, one.without_training_duplicates) for one in self.evaluations[0].scores]

    def to_frame(self) -> pd.DataFrame:
        """The figures of all models: one row a model and kind of label. Shares are from 0 to 1."""
        return pd.DataFrame([_row(one, scores) for one in self.evaluations for scores in one.scores])

    def _repr_html_(self) -> str:
        title = (
            f"{self.data}, {self.split}: {self.faces:,} {self.counted}, expected: {self.priors_in_words()}, {self.date}"
        )
        table = self.to_frame().to_html(index=False, float_format="{:.3f}".format)  # which escapes names
        verdicts = "".join(f"<li>{escape(one.in_words(self.counted))}</li>" for one in self.comparisons)
        return f"<p>{escape(title)}</p>{table}<ul>{verdicts}</ul>"


def _row(evaluation: Evaluation, scores: Scores) -> dict[str, object]:
    row: dict[str, object] = {
        "model": evaluation.model,
        "prior": evaluation.prior,
        "labels": scores.labels,
        "without_training_duplicates": scores.without_training_duplicates,
        "faces": scores.faces,
    }
    for name in ("accuracy", "macro_recall", "macro_f1", "expected_calibration_error"):
        figure: Figure = getattr(scores, name)
        row |= {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
    return row | {"coverage": scores.coverage, "selective_accuracy": scores.selective_accuracy}
