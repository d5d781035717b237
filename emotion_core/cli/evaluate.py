"""The command that says how good models are: python -m emotion_core evaluate --model NAME --data NAME --split test."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emotion_core.cli import priors
from emotion_core.cli.console import STANDARD_OUTPUT, progress_of, say, without_native_messages, write_file, write_json

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import Evaluation, EvaluationSet, Figure, Report, Scores
    from emotion_core.models import Classifier, ModelCard


def evaluate(
    data: Annotated[str, typer.Option(help="A data set's name in the workspace, or a file or folder of any form.")],
    model: Annotated[list[str] | None, typer.Option(help="A model's name or folder. May be repeated.")] = None,
    split: Annotated[str, typer.Option(help="Which faces: train, validation or test.")] = "test",
    votes: Annotated[Path | None, typer.Option(exists=True, help="FER+'s fer2013new.csv, for a path.")] = None,
    group: Annotated[str | None, typer.Option(help="A column of the data set by which faces are grouped.")] = None,
    flip: Annotated[bool, typer.Option("--flip", help="Average each prediction with the mirror image's.")] = False,
    found: Annotated[bool, typer.Option("--found", help="Detect and crop the faces first; misses are wrong.")] = False,
    prior: Annotated[str, typer.Option(help=priors.HELP)] = "trained",
    json: Annotated[str | None, typer.Option(help="Write all figures as JSON to this file; - for output.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report with its charts to this file.")] = None,
) -> None:
    """Say how good models are on faces whose labels are known, by every kind of label that there is."""
    from emotion_core.datasets import SPLITS
    from emotion_core.evaluation import build_report, is_over_time

    if split not in SPLITS:
        raise typer.BadParameter(f"unknown split {split!r}; allowed are {', '.join(SPLITS)}")
    _check_outputs(json, html, data, votes)
    if any(map(is_over_time, model or [])):
        if flip or found or group:
            raise typer.BadParameter("a sequence model is evaluated by clip: leave out --flip, --found, --group")
        _by_clip(model or [], data, votes, split, prior, json, html)
        return
    classifiers = _classifiers(model or ["default"], prior)
    faces = _faces(data, votes, split, group, classifiers)
    if found:
        faces = _found(faces, classifiers)
    report = build_report(faces, _evaluated(classifiers, faces, flip), flip)
    if json is not None:
        write_json(json, report.model_dump(mode="json"))
    if html is not None:
        cards = {evaluated.model: one.card for evaluated, one in zip(report.evaluations, classifiers, strict=True)}
        _write_html(html, report, cards, faces.images)
    if json != STANDARD_OUTPUT:
        say("\n".join(_in_words(report)))


def _by_clip(
    models: list[str], data: str, votes: Path | None, split: str, prior: str, json: str | None, html: Path | None
) -> None:
    """Say how good sequence models are on clips, beside single frames of these."""
    from emotion_core.evaluation import ask_over_time, find_dataset, is_over_time, name_of
    from emotion_core.jobs import load_dataset

    with progress_of("Reading") as progress:
        dataset = find_dataset(data, votes, progress, load_dataset)
    loaded = [priors.load_sequence_model(name, prior) if is_over_time(name) else name for name in models]
    with progress_of("Looking at clips") as progress, without_native_messages():
        asked = ask_over_time(loaded, dataset, name_of(data), split, progress=progress)
    if json is not None:
        write_json(json, asked.report.model_dump(mode="json"))
    if html is not None:
        cards = {one.folder.name: one.card for one in loaded if not isinstance(one, str)}
        _write_html(html, asked.report, cards, asked.faces.images)
    if json != STANDARD_OUTPUT:
        _say_by_clip(asked.report)


def _say_by_clip(report: Report) -> None:
    from emotion_core.evaluation import about_classes, comparison_in_words, labels_in_words

    say(f"{report.data}, {report.split}: {report.faces:,} clips")
    for words in about_classes(report):
        say(words)
    for evaluation in report.evaluations:
        for one in evaluation.scores:
            accuracy = one.accuracy
            say(
                f"  {evaluation.model}: {accuracy.value:.1%} accuracy by clip against {labels_in_words(one.labels)} "
                f"({100 * accuracy.low:.1f} to {100 * accuracy.high:.1f}), mean recall {one.macro_recall.value:.1%}"
            )
    for compared in report.comparisons:
        say(f"  {comparison_in_words(compared, report.counted)}")


def _check_outputs(json: str | None, html: Path | None, *inputs: str | Path | None) -> None:
    """Refuse files that cannot or should not be written, before minutes are spent on what goes into them."""
    outputs = [Path(json)] if json not in (None, STANDARD_OUTPUT) else []
    outputs += [html] if html is not None else []
    if len({os.path.realpath(one) for one in outputs}) < len(outputs):
        raise typer.BadParameter("--json and --html name the same file")
    read = {os.path.realpath(one) for one in inputs if one is not None and os.path.isfile(one)}
    for output in outputs:
        if os.path.realpath(output) in read:
            raise typer.BadParameter(f"{output} is what is evaluated; name another file for the report")
        if os.path.isdir(output):
            raise typer.BadParameter(f"cannot write {output} (Is a directory)")
        if not os.path.isdir(output.parent):
            raise typer.BadParameter(f"cannot write {output} (there is no folder {output.parent})")


def _classifiers(models: list[str], prior: str) -> list[Classifier]:
    """Models by their names or folders, each once, for a mix of expressions.

    Raises:
        ModelError: there is no such model, it cannot be used, or two have the same name.
    """
    from emotion_core.evaluation import check_names
    from emotion_core.models import find_model

    folders = [find_model(name) for name in dict.fromkeys(models)]
    check_names([folder.name for folder in folders])
    return [priors.load_classifier(folder, prior) for folder in folders]


def _faces(
    data: str, votes: Path | None, split: str, group: str | None, classifiers: list[Classifier]
) -> EvaluationSet:
    from emotion_core.evaluation import evaluation_set, find_dataset, name_of
    from emotion_core.jobs import load_dataset

    with progress_of("Reading") as progress:
        dataset = find_dataset(data, votes, progress, load_dataset)
    return evaluation_set(dataset, name_of(data), split, group, known=[one.classes for one in classifiers])


def _found(faces: EvaluationSet, classifiers: list[Classifier]) -> EvaluationSet:
    from emotion_core.evaluation import crop_size, found_faces

    with progress_of("Detecting faces") as progress:
        return found_faces(faces, crop_size(classifiers), progress=progress)


def _evaluated(classifiers: list[Classifier], faces: EvaluationSet, flip: bool) -> list[tuple[Evaluation, np.ndarray]]:
    from emotion_core.evaluation import evaluate_model

    evaluated = []
    for classifier in classifiers:
        with progress_of(classifier.folder.name) as progress, without_native_messages():
            evaluated.append(evaluate_model(classifier, faces, flip, progress))
    return evaluated


def _write_html(path: Path, report: Report, cards: Mapping[str, ModelCard], images: np.ndarray) -> None:
    from emotion_core.visuals import report_as_html

    write_file(path, report_as_html(report, cards, images))


def _in_words(report: Report) -> list[str]:
    from emotion_core.evaluation import about_classes, comparison_in_words, faces_in_words

    flip = ", each prediction averaged with the mirror image's" if report.flip_averaged else ""
    lines = [f"{report.data}, {report.split}: {faces_in_words(report.faces)}{flip}"]
    lines.append(f"expected mix of expressions: {report.priors_in_words()}")
    lines += about_classes(report)
    if report.detected is not None:
        lines.append(f"{report.detected:,} of them were detected and cropped as in photos; the others count as wrong")
    if report.in_training is not None:
        lines.append(f"{report.in_training:,} of them are pixel for pixel also in the training split")
    for evaluation in report.evaluations:
        lines += ["", *_of_one_model(evaluation)]
    if report.comparisons:
        lines += ["", "Compared on the same faces:"]
        for one in report.comparisons:
            lines.append(f"  {comparison_in_words(one)}")
    return lines


def _of_one_model(evaluation: Evaluation) -> list[str]:
    from emotion_core.evaluation import calibration_in_words, labels_in_words

    lines = [evaluation.model]
    for scores in evaluation.scores:
        accuracy, recall = scores.accuracy, scores.macro_recall
        lines.append(
            f"  accuracy against {labels_in_words(scores.labels, scores.without_training_duplicates)}: "
            f"{accuracy.value:.1%} of {scores.faces:,} ({100 * accuracy.low:.1f} to {100 * accuracy.high:.1f}), "
            f"mean recall {recall.value:.1%}, calibration error {calibration_in_words(*scores.calibration())}"
            + (f"; {scores.unlabelled:,} without such a label left out" if scores.unlabelled else "")
        )
    for scores in evaluation.scores:
        if not scores.without_training_duplicates:
            lines += ["", *_by_emotion(scores)]
    return lines


def _by_emotion(scores: Scores) -> list[str]:
    from emotion_core.evaluation import group_in_words, labels_in_words

    def share(figure: Figure | None) -> str:
        return "-" if figure is None else f"{figure.value:.1%}"

    lines = [
        f"  against {labels_in_words(scores.labels)}",
        f"  {'':12}{'faces':>7}{'precision':>11}{'recall':>9}{'F1':>9}",
    ]
    lines += [
        f"  {one.emotion:12}{one.faces:>7,}{share(one.precision):>11}{share(one.recall):>9}{share(one.f1):>9}"
        for one in scores.emotions
    ]
    lines += [
        f"  {group_in_words(one.by, one.group)}: {one.accuracy.value:.1%} of {one.faces:,} "
        f"({100 * one.accuracy.low:.1f} to {100 * one.accuracy.high:.1f})"
        for one in scores.groups
    ]
    return lines
