"""Asking models about faces whose labels are known, and how good their predictions are.

report = evaluate(["emotion-net", "mine"], "fer2013")
report.to_frame()
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from emotion_core.classes import in_classes_of
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.integrity import open_verified
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.source import storable
from emotion_core.evaluation.clips import ask_over_time, is_over_time
from emotion_core.evaluation.found import found_faces
from emotion_core.evaluation.report import Evaluation, Report
from emotion_core.evaluation.scoring import build_report, score
from emotion_core.evaluation.sets import EvaluationSet, evaluation_set
from emotion_core.models.card import ModelError, card_sha256
from emotion_core.models.classifier import Classifier
from emotion_core.models.prediction import predict_all
from emotion_core.models.prior import TRAINED, Prior, prior_as_text
from emotion_core.models.registry import load_classifier
from emotion_core.models.sequence import SequenceModel
from emotion_core.progress import Progress, no_progress, part_of

Model = str | Path | Classifier | SequenceModel
Load = Callable[..., Dataset]


def _load_here(path: str | Path, votes: str | Path | None, progress: Progress) -> Dataset:
    return load_dataset(path, votes, ReadOptions(progress=progress))


@dataclass(frozen=True)
class Question:
    """What models are asked; see `emotion_core.jobs.evaluate`."""

    split: str = "validation"
    group: str | None = None
    flip: bool = False
    found: bool = False
    votes: str | Path | None = None
    prior: Prior = TRAINED


def evaluate(
    models: Model | Sequence[Model],
    data: str | Path | Dataset,
    asked: Question | None = None,
    progress: Progress = no_progress,
    load: Load = _load_here,
) -> Report:
    """Say how good models are on faces whose labels are known, by every kind of label that there is.

    Args:
        models: one or several: names, folders, or classifiers that are loaded already. Sequence models are evaluated by
            clip on a data set of clips, beside single frames of these: see docs/clips.md.
        data: a data set's name in the workspace, a file or folder of any form, or a data set that is open already.
        asked: the split, and what else is asked; by itself a single prediction each on the validation split.
        progress: is told how much is done, from 0 to 1.
        load: reads what lies at a path, if not in this process.

    Raises:
        ValueError: the prior is none for a model, or a sequence model is asked for what is of faces.
        ModelError: there is no such model, it cannot be used, or two have the same name.
        DatasetError: there is no such data set or split, or no face in it has a label that models know.
    """
    asked = asked or Question()
    several: Sequence[Model] = [models] if isinstance(models, str | Path | Classifier | SequenceModel) else models
    if any(map(is_over_time, several)):
        if asked.flip or asked.found or asked.group:
            raise ValueError("a sequence model is evaluated by clip: flip, found and group are about faces")
        dataset = find_dataset(data, asked.votes, load=load)
        return ask_over_time(several, dataset, name_of(data), asked.split, asked.prior, progress).report
    classifiers = _loaded(several, asked.prior)
    known = [one.classes for one in classifiers]
    dataset = find_dataset(data, asked.votes, load=load)
    faces = evaluation_set(dataset, name_of(data), asked.split, asked.group, known=known)
    return _report(classifiers, faces, asked.flip, asked.found, progress)


def _loaded(models: Sequence[Model], prior: Prior) -> list[Classifier]:
    """Models for single faces, under a mix of expressions; their names differ."""
    classifiers = [
        one.under(prior) if isinstance(one, Classifier) else load_classifier(cast("str | Path", one), prior)
        for one in models
    ]
    check_names([one.folder.name for one in classifiers])
    return classifiers


def _report(
    classifiers: Sequence[Classifier], faces: EvaluationSet, flip: bool, found: bool, progress: Progress
) -> Report:
    steps = len(classifiers) + found
    if found:
        faces = found_faces(faces, crop_size(classifiers), progress=part_of(progress, 0, steps))
    shares = [part_of(progress, number, steps) for number in range(int(found), steps)]
    evaluated = [evaluate_model(one, faces, flip, share) for one, share in zip(classifiers, shares, strict=True)]
    return build_report(faces, evaluated, flip)


def evaluate_model(
    classifier: Classifier, faces: EvaluationSet, flip: bool = False, progress: Progress = no_progress
) -> tuple[Evaluation, np.ndarray]:
    """Ask one model about every face.

    Args:
        flip: average each prediction with the mirror image's.
        progress: is told how much is done, from 0 to 1.

    Returns:
        The scores, and the predictions, (N, len(faces.classes)) float32.

    Raises:
        ModelError: the network predicts what are no numbers, or its card is gone.
    """
    sha256 = card_sha256(classifier.folder)  # before the predictions, which may take minutes
    answers = predict_all(classifier, faces.images, flip, progress)
    predictions = in_classes_of(answers, classifier.classes, faces.classes)
    name = storable(classifier.folder.name)
    scores = score(
        predictions,
        faces,
        name,
        classifier.abstain_threshold,
        classifier.temperature,
        sha256,
        prior_as_text(classifier.prior),
    )
    return scores, predictions


def crop_size(classifiers: Sequence[Classifier]) -> int:
    """The side of crops of which no model sees less than it can, in pixels."""
    return max(one.card.input.size for one in classifiers)


def check_names(names: Sequence[str]) -> None:
    """Whether models can be told apart in a report.

    Raises:
        ModelError: there are none, or two of the same name.
    """
    if not names:
        raise ModelError("no model is named; name one or several")
    if len(set(names)) < len(names):
        raise ModelError(f"the models {', '.join(names)} must have different names, to be told apart")


def find_dataset(
    data: str | Path | Dataset,
    votes: str | Path | None = None,
    progress: Progress = no_progress,
    load: Load = _load_here,
) -> Dataset:
    """A stored data set by its name, else what lies at a path.

    Args:
        load: reads what lies at a path, if not in this process: is given the path, the votes and `progress`.

    Raises:
        DatasetError: there is neither, or it cannot be used.
    """
    if isinstance(data, Dataset):
        return data
    if str(data) not in dataset_names() and os.path.exists(data):
        return load(data, votes, progress=progress)
    if votes is not None:
        raise DatasetError("votes go with a file or folder; the data sets of the workspace have theirs")
    return open_verified(str(data), progress)


def name_of(data: str | Path | Dataset) -> str:
    """What a report calls a data set: its name, or that of its file or folder."""
    if isinstance(data, Dataset):
        return "data set"
    return storable(os.path.basename(os.path.abspath(data)))  # "./" alone has no last part
