"""How good models are on one split of one data set, with all that is needed to judge the figures.

faces = faces_to_judge(open_dataset("fer2013"), "fer2013", "validation")
evaluation, answers = evaluate(load_classifier("default"), faces)
report = report_of(faces, False, [(evaluation, answers)])
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import SPLITS, Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.reading import storable
from emotion_core.datasets.votes import COLUMNS, NO_LABEL, has_votes
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from emotion_core.evaluation.calibration import Bin, reliability, risk_coverage
from emotion_core.evaluation.comparison import Comparison, compare
from emotion_core.evaluation.figures import Figure, Figures, Part, confusion_of, figures_of, overall
from emotion_core.evaluation.groups import GROUP_COLUMN, Group, group_columns, groups_in
from emotion_core.evaluation.metrics import contents, kinds_of_labels, seen_in_training
from emotion_core.models.card import ModelCard, card_sha256
from emotion_core.models.classifier import Classifier
from emotion_core.models.prediction import answers_of

OWN = "own"
#: A curve is drawn through at most so many points.
CURVE_POINTS = 200
#: So many of the surest mistakes are kept.
MISTAKES = 60


class CurvePoint(Part):
    """At a lowest confidence: the share of faces that are answered, and the share of wrong ones among them."""

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


class Mistake(Part):
    """A wrong answer.

    Attributes:
        row: the face's place in the split, from 0.
        source: what the face was called where it came from.
        label, answer, confidence: what it was to be, what was said and how sure.
        votes: what annotators said; empty where there are none.
    """

    row: int
    source: str
    label: str
    answer: str
    confidence: float
    votes: dict[str, int]


class Judgement(Figures):
    """A model's answers judged by one kind of label.

    Attributes:
        labels: by which, one of `model_card.LABELS_IN_WORDS`.
        without_training_duplicates: whether faces that are pixel for pixel also in training were left out.
        unlabelled: faces without a label of the seven, left out.
        curve: the risk-coverage curve.
    """

    labels: Literal["own", "ferplus-majority"]
    without_training_duplicates: bool
    unlabelled: int
    reliability: list[Bin]
    curve: list[CurvePoint]
    groups: list[GroupFigures]
    mistakes: list[Mistake]

    def calibration(self) -> tuple[float, tuple[float, float]]:
        """The expected calibration error and the ends of its interval."""
        error = self.expected_calibration_error
        return error.value, (error.low, error.high)


class Evaluation(Part):
    """One model on one split: the judgements by every kind of label, with and without faces known from training.

    Attributes:
        model: the name of its folder, by which it is asked for.
        card_sha256: of the model's card, which names the sums of its files.
    """

    model: str
    card_sha256: str
    temperature: float
    abstain_threshold: float
    judgements: list[Judgement]

    def judgement(self, labels: str, without_training_duplicates: bool = False) -> Judgement | None:
        """The judgement by one kind of label, if there is one."""
        for one in self.judgements:
            if (one.labels, one.without_training_duplicates) == (labels, without_training_duplicates):
                return one
        return None


class Report(Part):
    """Models on the same faces.

    Attributes:
        data, split: which faces.
        data_sha256: of the faces' content and labels in their order.
        faces: how many the split holds.
        in_training: how many of them are pixel for pixel also in the data set's training split; None for that split
            itself, or where there is none.
        flip_averaged: whether each answer is the mean of a face's and its mirror image's (test-time augmentation).
        date: when, as YYYY-MM-DD.
        evaluations: one a model.
        comparisons: every pair of models by every kind of label.
    """

    data: str
    split: str
    data_sha256: str
    faces: int
    in_training: int | None
    flip_averaged: bool
    date: str
    evaluations: list[Evaluation]
    comparisons: list[Comparison]

    def kinds(self) -> list[tuple[str, bool]]:
        """By which labels, and without which faces, all the models are judged."""
        return [(one.labels, one.without_training_duplicates) for one in self.evaluations[0].judgements]


@dataclass(frozen=True)
class Faces:
    """The faces of one split, and by what answers for them are judged.

    Attributes:
        data, split: which faces.
        images: (N, h, w) grey or (N, h, w, 3) RGB, uint8.
        table: one row a face, as `Dataset.table`.
        labels: (N,) indices into `EMOTIONS` or `NO_LABEL`, by kind of label.
        in_training: (N,) bool, whether a face is pixel for pixel also in training; None where that says nothing.
        groups: see `groups_in`.
        sha256: of the faces' content and labels.
    """

    data: str
    split: str
    images: np.ndarray
    table: pd.DataFrame
    labels: dict[str, np.ndarray]
    in_training: np.ndarray | None
    groups: list[Group]
    sha256: str

    def __len__(self) -> int:
        return len(self.table)


def faces_to_judge(dataset: Dataset, data: str, split: str, group_column: str | None = None) -> Faces:
    """One split of a data set, ready for any number of models.

    Args:
        data: what the data set is called.
        split: one of `SPLITS`.
        group_column: a column of the table whose values are groups; that called "group" is taken if it is there.

    Raises:
        DatasetError: the data set has no such split or column, or none of its faces shows one of the seven emotions.
    """
    splits = splits_of(dataset.table)
    if split not in splits:
        there = " and ".join(f"{name} ({count:,})" for name, count in splits.items()) or "no faces at all"
        raise DatasetError(f"the data set {data} has no {split} split; it has {there}")
    columns = group_columns(dataset.table)
    if group_column is None and GROUP_COLUMN in columns:
        group_column = GROUP_COLUMN
    if group_column is not None and group_column not in columns:
        raise DatasetError(
            f"the data set {data} has no column {group_column!r} to group by; it has {', '.join(columns) or 'none'}"
        )
    faces = dataset.split(split)
    table = faces.table
    labels = kinds_of_labels(table, OWN)
    if all((one == NO_LABEL).all() for one in labels.values()):
        found = ", ".join(sorted(set(table["label"].astype(str)))[:10])
        raise DatasetError(
            f"no face of the {split} split of {data} is labelled {', '.join(EMOTIONS)}, which are all that models "
            f"know; it has {found}"
        )
    known = seen_in_training(faces, dataset) if split != "train" and "train" in splits else None
    groups = groups_in(faces.images, table, group_column)
    return Faces(data, split, faces.images, table, labels, known, groups, _sha256(faces))


def splits_of(table: pd.DataFrame) -> dict[str, int]:
    """The splits that have faces, and how many, in the order of `SPLITS`."""
    counts = table["split"].value_counts()
    return {name: int(counts[name]) for name in SPLITS if counts.get(name, 0)}


def evaluate(
    classifier: Classifier, faces: Faces, flip: bool = False, progress: Callable[[float], None] = lambda share: None
) -> tuple[Evaluation, np.ndarray]:
    """Ask a model about every face and judge its answers.

    Args:
        flip: average each face's answer with its mirror image's.
        progress: is told how much is done, from 0 to 1.

    Returns:
        The figures, and the answers, (N, 7) float32.

    Raises:
        ModelError: the network answers with what are no numbers, or its card is gone.
    """
    sha256 = card_sha256(classifier.folder)  # before the answers, which may take minutes
    answers = answers_of(classifier, faces.images, flip, progress)
    name = storable(classifier.folder.name)
    return judged(name, classifier.card, sha256, faces, answers), answers


def judged(model: str, card: ModelCard, sha256: str, faces: Faces, answers: np.ndarray) -> Evaluation:
    """A model's answers, (N, 7), judged by every kind of label, with and without the faces known from training.

    Args:
        sha256: of the model's card.
    """
    judgements = [
        _judgement(answers, faces, kind, rows, without, card.abstain_threshold) for kind, without, rows in _ways(faces)
    ]
    return Evaluation(
        model=model,
        card_sha256=sha256,
        temperature=card.temperature,
        abstain_threshold=card.abstain_threshold,
        judgements=judgements,
    )


def report_of(faces: Faces, flip: bool, models: Sequence[tuple[Evaluation, np.ndarray]]) -> Report:
    """The evaluations of one or more models on the same faces, with the comparison of every two of them.

    Args:
        flip: whether the answers are averaged over mirror images.
        models: each model's evaluation and answers.
    """
    return Report(
        data=faces.data,
        split=faces.split,
        data_sha256=faces.sha256,
        faces=len(faces),
        in_training=None if faces.in_training is None else int(faces.in_training.sum()),
        flip_averaged=flip,
        date=time.strftime("%Y-%m-%d"),
        evaluations=[evaluation for evaluation, _ in models],
        comparisons=list(_comparisons(faces, models)),
    )


def _ways(faces: Faces) -> Iterator[tuple[str, bool, np.ndarray]]:
    """By which labels, without faces known from training or with them, and which faces these are, (N,) bool."""
    for kind, labels in faces.labels.items():
        labelled = labels != NO_LABEL
        if labelled.any():
            yield kind, False, labelled
        if faces.in_training is not None and faces.in_training.any() and (labelled & ~faces.in_training).any():
            yield kind, True, labelled & ~faces.in_training


def _comparisons(faces: Faces, models: Sequence[tuple[Evaluation, np.ndarray]]) -> Iterator[Comparison]:
    for kind, without, rows in _ways(faces):
        right = [answers[rows].argmax(axis=1) == faces.labels[kind][rows] for _, answers in models]
        for first, second in combinations(range(len(models)), 2):
            names = models[first][0].model, models[second][0].model
            yield compare(*names, right[first], right[second], kind, without)


def _judgement(
    answers: np.ndarray, faces: Faces, kind: str, rows: np.ndarray, without: bool, threshold: float
) -> Judgement:
    given, labels = answers[rows], faces.labels[kind][rows]
    return Judgement(
        **dict(figures_of(given, labels, threshold)),
        labels=kind,  # type: ignore[arg-type]
        without_training_duplicates=without,
        unlabelled=int((faces.labels[kind] == NO_LABEL).sum()),
        reliability=reliability(given, labels),
        curve=_curve(given, labels),
        groups=list(_groups(faces, kind, rows, answers)),
        mistakes=list(_mistakes(faces, kind, rows, answers)),
    )


def _curve(answers: np.ndarray, labels: np.ndarray) -> list[CurvePoint]:
    curve = np.column_stack(risk_coverage(answers, labels))
    kept = np.unique(np.linspace(0, len(curve) - 1, min(CURVE_POINTS, len(curve))).round().astype(int))
    return [CurvePoint(confidence=c, coverage=coverage, risk=risk) for c, risk, coverage in curve[kept].tolist()]


def _groups(faces: Faces, kind: str, rows: np.ndarray, answers: np.ndarray) -> Iterator[GroupFigures]:
    for group in faces.groups:
        here = rows & group.faces
        if here.any():
            found = overall(confusion_of(answers[here], faces.labels[kind][here]))
            yield GroupFigures(
                by=group.by,
                group=group.name,
                faces=int(here.sum()),
                accuracy=found["accuracy"],
                macro_recall=found["macro_recall"],
            )


def _mistakes(faces: Faces, kind: str, rows: np.ndarray, answers: np.ndarray) -> Iterator[Mistake]:
    """The surest mistakes, the surest first."""
    said, confidence = answers.argmax(axis=1), answers.max(axis=1)
    wrong = np.flatnonzero(rows & (said != faces.labels[kind]))
    for row in wrong[np.argsort(-confidence[wrong], kind="stable")][:MISTAKES]:
        yield Mistake(
            row=int(row),
            source=str(faces.table["source"][row]),
            label=EMOTIONS[faces.labels[kind][row]],
            answer=EMOTIONS[said[row]],
            confidence=float(confidence[row]),
            votes=_votes(faces.table, int(row)),
        )


def _votes(table: pd.DataFrame, row: int) -> dict[str, int]:
    """What annotators said of a face, the most frequent first; empty where nobody was asked."""
    if not has_votes(table):
        return {}
    counts = {name: int(table[column][row]) for name, column in zip(FERPLUS_VOTES, COLUMNS, strict=True)}
    return {name: count for name, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count}


def _sha256(faces: Dataset) -> str:
    """Of the faces' content and labels in their order."""
    lines = "".join(
        f"{content},{label}\n" for content, label in zip(contents(faces), faces.table["label"], strict=True)
    )
    return hashlib.sha256(lines.encode()).hexdigest()
