"""The command that says how good models are: python -m emotion_core evaluate --model NAME --data NAME --split test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emotion_core.console import STANDARD_OUTPUT, progress_of, write_json

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.evaluation.figures import Figure
    from emotion_core.evaluation.report import Evaluation, Judgement, Report
    from emotion_core.inference.card import ModelCard


def evaluate(
    data: Annotated[str, typer.Option(help="A data set's name in the workspace, or a file or folder of any form.")],
    model: Annotated[list[str] | None, typer.Option(help="A model's name or folder. May be repeated.")] = None,
    split: Annotated[str, typer.Option(help="Which faces: train, validation or test.")] = "test",
    votes: Annotated[Path | None, typer.Option(exists=True, help="FER+'s fer2013new.csv, for a path.")] = None,
    group: Annotated[str | None, typer.Option(help="A column of the data set by which faces are grouped.")] = None,
    flip: Annotated[bool, typer.Option("--flip", help="Average each answer with the mirror image's.")] = False,
    json: Annotated[str | None, typer.Option(help="Write all figures as JSON to this file; - for output.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report with its charts to this file.")] = None,
) -> None:
    """Say how good models are on faces whose labels are known, by every kind of label that there is."""
    from emotion_core.cli import without_native_messages
    from emotion_core.datasets.dataset import SPLITS
    from emotion_core.evaluation.report import evaluate, faces_to_judge, report_of
    from emotion_core.inference.classifier import load_classifier

    if split not in SPLITS:
        raise typer.BadParameter(f"unknown split {split!r}; allowed are {', '.join(SPLITS)}")
    with without_native_messages():
        classifiers = [load_classifier(name) for name in dict.fromkeys(model or ["default"])]
    names = [classifier.folder.name for classifier in classifiers]
    if len(set(names)) < len(names):
        raise typer.BadParameter(f"the models {', '.join(names)} must have different names, to be told apart")
    faces = faces_to_judge(_dataset(data, votes), Path(data).name, split, group)
    done = []
    for classifier in classifiers:
        with progress_of(classifier.folder.name) as progress, without_native_messages():
            done.append(evaluate(classifier, faces, flip, progress))
    report = report_of(faces, flip, done)
    if json is not None:
        write_json(json, report.model_dump(mode="json"))
    if html is not None:
        _write_html(html, report, {one.folder.name: one.card for one in classifiers}, faces.images)
    if json != STANDARD_OUTPUT:
        print("\n".join(_in_words(report)))


def _dataset(data: str, votes: Path | None) -> Dataset:
    """A stored set by its name, else what lies at a path.

    Raises:
        DatasetError: there is neither, or it cannot be used.
    """
    from emotion_core.datasets.formats import load_dataset
    from emotion_core.datasets.store import dataset_names, open_dataset

    if data not in dataset_names() and Path(data).exists():
        with progress_of("Reading") as progress:
            return load_dataset(data, votes, progress=progress)
    if votes is not None:
        raise typer.BadParameter("--votes goes with a path; the data sets of the workspace have theirs")
    return open_dataset(data)


def _write_html(path: Path, report: Report, cards: dict[str, ModelCard], images: np.ndarray) -> None:
    from emotion_core.visuals.evaluation_html import report_as_html

    try:
        path.write_text(report_as_html(report, cards, images), "utf-8")
    except OSError as error:
        raise typer.BadParameter(f"cannot write {path} ({error.strerror})") from None


def _in_words(report: Report) -> list[str]:
    from emotion_core.evaluation.model_card import faces_in_words, way_in_words

    flip = ", each answer averaged with the mirror image's" if report.flip_averaged else ""
    lines = [f"{report.data}, {report.split}: {faces_in_words(report.faces)}{flip}"]
    if report.in_training is not None:
        lines.append(f"{report.in_training:,} of them are pixel for pixel also in the training split")
    for evaluation in report.evaluations:
        lines += ["", *_of_one_model(evaluation)]
    if report.comparisons:
        lines += ["", "Compared on the same faces:"]
        for one in report.comparisons:
            lines.append(f"  by {way_in_words(one.labels, one.without_training_duplicates)}: {one.in_words()}")
    return lines


def _of_one_model(evaluation: Evaluation) -> list[str]:
    from emotion_core.evaluation.model_card import calibration_in_words, way_in_words

    lines = [evaluation.model]
    for judgement in evaluation.judgements:
        accuracy, recall = judgement.accuracy, judgement.macro_recall
        lines.append(
            f"  by {way_in_words(judgement.labels, judgement.without_training_duplicates)}: "
            f"{accuracy.value:.1%} of {judgement.faces:,} ({100 * accuracy.low:.1f} to {100 * accuracy.high:.1f}), "
            f"macro recall {recall.value:.1%}, calibration error {calibration_in_words(*judgement.calibration())}"
            + (f"; {judgement.unlabelled:,} without such a label left out" if judgement.unlabelled else "")
        )
    for judgement in evaluation.judgements:
        if not judgement.without_training_duplicates:
            lines += ["", *_by_emotion(judgement)]
    return lines


def _by_emotion(judgement: Judgement) -> list[str]:
    from emotion_core.evaluation.groups import group_in_words
    from emotion_core.evaluation.model_card import way_in_words

    def share(figure: Figure | None) -> str:
        return "-" if figure is None else f"{figure.value:.1%}"

    lines = [f"  by {way_in_words(judgement.labels)}", f"  {'':12}{'faces':>7}{'precision':>11}{'recall':>9}{'F1':>9}"]
    lines += [
        f"  {one.emotion:12}{one.faces:>7,}{share(one.precision):>11}{share(one.recall):>9}{share(one.f1):>9}"
        for one in judgement.emotions
    ]
    lines += [
        f"  {group_in_words(one.by, one.group)}: {one.accuracy.value:.1%} of {one.faces:,} "
        f"({100 * one.accuracy.low:.1f} to {100 * one.accuracy.high:.1f})"
        for one in judgement.groups
    ]
    return lines
