"""How good sequence models are on clips whose labels are known, beside what single frames of the same clips say.

report = evaluate("subtle", "clips")
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from emotion_core.classes import in_classes_of
from emotion_core.datasets.clips import CLIP, clips_as_faces, clips_in
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.source import storable
from emotion_core.evaluation.report import Evaluation, Report
from emotion_core.evaluation.scoring import build_report, score
from emotion_core.evaluation.sets import EvaluationSet, evaluation_set
from emotion_core.evaluation.single_frames import WAYS, single_frames
from emotion_core.models.card import ModelError, card_sha256
from emotion_core.models.classifier import Classifier
from emotion_core.models.prediction import embed_all, predict_all
from emotion_core.models.prior import TRAINED, Prior, prior_as_text
from emotion_core.models.registry import model_names
from emotion_core.models.sequence import (
    HEAD_FILE,
    SequenceModel,
    load_sequence_model,
    resampled,
    sequence_model_names,
)
from emotion_core.progress import Progress, no_progress, part_of


def is_over_time(model: object) -> bool:
    """Whether what was asked for, a name, a folder or a model, is a sequence model."""
    if isinstance(model, SequenceModel):
        return True
    if not isinstance(model, str | Path):
        return False
    by_name = str(model) in sequence_model_names() and str(model) not in model_names()
    return by_name or os.path.isfile(os.path.join(model, HEAD_FILE))  # which a name too long for a file is not


@dataclass(frozen=True, eq=False)
class OverTime:
    """What sequence models, and single frames, said of clips.

    Attributes:
        report: how good that is.
        faces: the clips, each shown by its middle frame.
        predictions: by the names in the report, (clips, len(faces.classes)) float32.
    """

    report: Report
    faces: EvaluationSet
    predictions: dict[str, np.ndarray]


def ask_over_time(
    models: Sequence[object],
    dataset: Dataset,
    data: str,
    split: str,
    prior: Prior = TRAINED,
    progress: Progress = no_progress,
) -> OverTime:
    """Ask sequence models about every clip of a split, and the models that they stand on about their single frames.

    Args:
        models: names, folders, or sequence models that are loaded already.
        data: what the report calls the data set.
        split, prior, progress: see `emotion_core.jobs.evaluate`.

    Raises:
        ModelError: other models are among them, or one cannot be used.
        DatasetError: the data set has no clips, no such split, or no clip of a class that all know.
    """
    if not all(map(is_over_time, models)):
        raise ModelError("a sequence model is evaluated by clip, other models by face: evaluate them one after another")
    loaded = [
        one if isinstance(one, SequenceModel) else load_sequence_model(cast("str | Path", one), prior) for one in models
    ]
    faces = _clips_to_evaluate(dataset, data, split, [one.classes for one in loaded])
    clips = dataset.rows((dataset.table[CLIP] != "").to_numpy())
    frames = clips.split(split)
    answered: list[tuple[Evaluation, np.ndarray]] = []
    bases = {one.base.folder: one.base for one in loaded}
    for number, base in enumerate(bases.values()):
        embeddings = embed_all(base, frames.images, part_of(progress, number, 2 * len(bases)))
        answered += [_over_time(one, frames, embeddings, faces) for one in loaded if one.base.folder == base.folder]
    for number, base in enumerate(bases.values(), start=len(bases)):
        answered += _single_frames(base, clips, frames, faces, part_of(progress, number, 2 * len(bases)))
    progress(1.0)
    report = build_report(faces, answered)
    names = {one.folder.name for one in loaded}
    compared = [one for one in report.comparisons if names & {one.first, one.second}]
    predictions = {evaluation.model: answers for evaluation, answers in answered}
    return OverTime(report.model_copy(update={"comparisons": compared}), faces, predictions)


def _clips_to_evaluate(dataset: Dataset, data: str, split: str, known: Sequence[Sequence[str]] = ()) -> EvaluationSet:
    """The clips of a split, each as its middle frame, whose place in the data set is its index.

    Args:
        known: as of `evaluation_set`.

    Raises:
        DatasetError: there are no clips, no such split, or no clip of a class that all know.
    """
    clips = clips_in(dataset.table)
    if not clips:
        raise DatasetError(f"the data set {data} has no clips, and a sequence model reads clips")
    faces = evaluation_set(clips_as_faces(dataset), data, split, known=known)
    middles = np.array([one.rows[len(one.rows) // 2] for one in clips], np.int64)
    return replace(faces, index=middles[faces.index], counted="clips")


def _over_time(
    model: SequenceModel, frames: Dataset, embeddings: np.ndarray, faces: EvaluationSet
) -> tuple[Evaluation, np.ndarray]:
    """What a sequence model says of the clips that `frames` are of, and how good that is."""
    answers = np.stack([model.predict_clip(one.seconds, embeddings[one.rows]) for one in clips_in(frames.table)])
    answers = in_classes_of(answers, model.classes, faces.classes)
    name, prior = model.folder.name, prior_as_text(model.prior)
    sha256 = card_sha256(model.folder)
    return score(answers, faces, name, model.abstain_threshold, model.temperature, sha256, prior), answers


def _single_frames(
    base: Classifier, dataset: Dataset, frames: Dataset, faces: EvaluationSet, progress: Progress
) -> list[tuple[Evaluation, np.ndarray]]:
    """What single frames say of the same clips; nothing where they can be asked in no way.

    As at the end of training it is a linear head on the same embeddings, learnt from the frames of the data set's
    training clips; where there are none, or they are what is evaluated, it is the model for single faces itself.
    """
    learnt = _by_learnt_head(base, dataset, frames, faces, progress) or _by_itself(base, frames, faces)
    return [(score(answers, faces, storable(name)), answers) for name, answers in learnt.items()]


def _by_learnt_head(
    base: Classifier, dataset: Dataset, frames: Dataset, faces: EvaluationSet, progress: Progress
) -> dict[str, np.ndarray]:
    known = replace(dataset, classes=faces.classes).of_classes()
    training, validation = (known.split(name) for name in ("train", "validation"))
    labels = _labels(training)
    if faces.split == "train" or len(np.unique(labels)) < 2:
        return {}
    # Where no clips are there to choose by, those that it is learnt from must do.
    choosing = validation if clips_in(validation.table) else training
    learnt, chosen, asked = (
        _sequences(base, one, part_of(progress, number, 3)) for number, one in enumerate((training, choosing, frames))
    )
    steps = np.concatenate(learnt)
    mean, spread = steps.mean(axis=0), np.maximum(steps.std(axis=0), 1e-6)
    scaled = [[(one - mean) / spread for one in some] for some in (learnt, chosen, asked)]
    by_way = single_frames(scaled[0], labels, scaled[1], _labels(choosing), len(faces.classes), scaled[2])
    return {f"single frames, {way}": answers for way, answers in by_way.items()}


def _by_itself(base: Classifier, frames: Dataset, faces: EvaluationSet) -> dict[str, np.ndarray]:
    if not set(faces.classes) <= set(base.classes):
        return {}
    answers = in_classes_of(predict_all(base, frames.images), base.classes, faces.classes)
    clips = clips_in(frames.table)
    return {
        f"{base.folder.name} frame by frame, {way}": np.stack([joined(answers[one.rows]) for one in clips])
        for way, joined in WAYS.items()
    }


def _labels(frames: Dataset) -> np.ndarray:
    """(clips,) indices of classes."""
    return np.array([frames.classes.index(one.label) for one in clips_in(frames.table)], np.int64)


def _sequences(base: Classifier, frames: Dataset, progress: Progress) -> list[np.ndarray]:
    embeddings = embed_all(base, frames.images, progress)
    return [resampled(one.seconds, embeddings[one.rows]) for one in clips_in(frames.table)]
