"""The preset `few-shot`: a model that learns from few faces in seconds, on the embeddings of one that ships.

    import emotion_core as ec
    run = ec.train("my faces", "few-shot")
    ec.publish(run.name, "mine")

What comes of it is a model's folder like any other, but for the Keras file: its LiteRT file is that of the model that
it stands on, with another last layer. TensorFlow is not needed. Importing this loads no Keras.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.people import number_of_people, people_of
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.synthetic import NAME as DRAWN
from emotion_core.datasets.votes import COLUMNS as VOTES, NO_LABEL, has_votes
from emotion_core.evaluation import (
    Report,
    abstain_threshold,
    balancing_weights,
    build_report,
    evaluation_set,
    fit_temperature,
    group_measurements_of,
    measurements_of,
    own_labels,
    score,
)
from emotion_core.evaluation.labels import majority_of
from emotion_core.evaluation.run_evaluation import RunEvaluation
from emotion_core.files import locked, move_into_place
from emotion_core.jobs.assessment import MOST_WRONG
from emotion_core.jobs.leftovers import scratch_prefix
from emotion_core.jobs.model_folder import write_card
from emotion_core.jobs.new_run import named_recipe, new_config
from emotion_core.jobs.publishing import check_model_name, put_in_place
from emotion_core.models.card import Architecture, Calibration, ModelCard, Training, read_verified
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.few_shot import FEWEST_FACES, Head, fit_head
from emotion_core.models.litert_head import with_head
from emotion_core.models.prior import BALANCED, adjusted, log_shift, shares_of
from emotion_core.models.registry import load_classifier, own_models_folder
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.events import Epoch
from emotion_core.runs.folder import CONFIG_FILE, MODEL_FOLDER, run_folder
from emotion_core.runs.presets import FEW_SHOT
from emotion_core.runs.status import Status, write_status
from emotion_core.runs.writer import RunWriter
from emotion_core.seals import sealed

#: The model whose embeddings are learned on.
BASE = "emotion-net"
#: A mix of expressions that is not exchanged, see `adjusted`.
AS_IT_IS = np.zeros(1, np.float32)


def train_few_shot(data: str, name: str | None = None) -> Path:
    """Learn a head from the training faces of a stored data set; the folder of the run, which is done.

    Args:
        data: name of a data set in the workspace.
        name: of the run; one that is not taken if not given.

    Raises:
        RunError: there is no such data set, or a class of it has fewer than two training faces.
    """
    started = time.monotonic()
    try:
        described, dataset = describe(data), open_dataset(data)
    except DatasetError as error:
        raise RunError(str(error)) from None
    recipe = named_recipe("quick", {"epochs": 1})
    config = new_config(data, FEW_SHOT, recipe, name).model_copy(
        update={"data_sha256": described.sha256, "classes": dataset.classes}
    )
    folder = run_folder(config.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    taken = RunError(f"there is a run {config.name!r} already; choose another name, resume it or delete it")
    # Without the lock, what sweeps leftovers meanwhile would take the folder for one.
    with locked(folder.with_name(f".{folder.name}.lock"), busy=taken):
        if folder.exists():
            raise taken
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        drawn = described.source.startswith(DRAWN)
        report, head = write_few_shot(partial / MODEL_FOLDER, dataset, data, config.name, drawn=drawn)
        (partial / CONFIG_FILE).write_text(sealed(config.model_dump_json(indent=1)) + "\n", "utf-8")
        RunWriter(partial).event(_as_epoch(report, head, time.monotonic() - started))
        write_status(partial, Status(state="done", epoch=1, epochs=1))
        write_evaluation(partial, RunEvaluation(epoch=1, report=report))
        move_into_place(partial, folder)
    return folder


def write_few_shot(
    folder: Path,
    dataset: Dataset,
    data: str,
    name: str,
    *,
    groups: np.ndarray | None = None,
    drawn: bool = False,
    base: str | Classifier = BASE,
) -> tuple[Report, Head]:
    """The folder of a few-shot model: LiteRT file, card and README; how good it is, by cross-validation, and its head.

    Args:
        folder: made if it is not there.
        dataset: whose training split is learned from: its own labels, or where only annotators' votes name some of its
            classes, as they do contempt in FER+, what most annotators say.
        data, name: what the card calls the data set and the model.
        groups: (faces of the training split,) see `fit_head`; people, where the data set knows them, if not given.
        drawn: whether all faces are drawings.
        base: the model whose embeddings are learned on.

    Raises:
        RunError: a class has fewer than two faces.
    """
    started = time.monotonic()
    classifier = load_classifier(base) if isinstance(base, str) else base
    labelled = _with_faces_of_all_classes(dataset)
    training = labelled.of_classes().split("train")
    labels = own_labels(training)
    _check_counts(training, labels, data)
    head = fit_head(classifier.embed(training.images), labels, len(training.classes), _groups(training, groups))
    content = with_head(read_verified(classifier.folder, classifier.card, LITERT_FILE), head.weights, head.bias)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LITERT_FILE).write_bytes(content)
    report = _cross_validated(head, labelled, data, name)
    seconds = time.monotonic() - started
    source = data if labelled is dataset else f"{data}, labelled by most annotators"
    card = _card(classifier.card, training, head, hashlib.sha256(content).hexdigest(), (source, name), drawn, seconds)
    write_card(folder, card.model_copy(update=_measured(report, data)))
    return report, head


def publish_few_shot(
    dataset: Dataset, name: str, data: str, groups: np.ndarray | None = None, replace: bool = False
) -> Path:
    """Make a few-shot model of faces in memory a model of the workspace, which every page offers; its folder.

    Args:
        dataset, data, groups: see `write_few_shot`.
        name: of the model.
        replace: write over a model of the same name that is the user's own.

    Raises:
        RunError: the name is taken or not allowed, or a class has fewer than two faces.
    """
    check_model_name(name, replace)
    own_models_folder().mkdir(parents=True, exist_ok=True)
    target = own_models_folder() / name
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(), dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        write_few_shot(made, dataset, data, name, groups=groups)
        put_in_place(made, target, Path(scratch))
    return target


def _with_faces_of_all_classes(dataset: Dataset) -> Dataset:
    """The data set itself, or with its votes' majority for labels where its own lack a class that these have."""
    training = dataset.split("train")
    if not has_votes(dataset.table) or _fewest(own_labels(training), dataset) >= FEWEST_FACES:
        return dataset
    if _fewest(majority_of(training), dataset) < FEWEST_FACES:
        return dataset
    names = np.array([*dataset.classes, "unknown"], object)  # the last one for `NO_LABEL`, which is -1
    table = dataset.table.drop(columns=list(VOTES)).assign(label=names[majority_of(dataset)])
    return replace(dataset, table=table)


def _fewest(labels: np.ndarray, dataset: Dataset) -> int:
    """How many faces the rarest class has."""
    return int(np.bincount(labels[labels != NO_LABEL], minlength=len(dataset.classes)).min())


def _check_counts(training: Dataset, labels: np.ndarray, data: str) -> None:
    counts = np.bincount(labels, minlength=len(training.classes))
    if few := [f"{name} ({n})" for name, n in zip(training.classes, counts, strict=True) if n < FEWEST_FACES]:
        raise RunError(
            f"every class of {data!r} needs {FEWEST_FACES} training faces or more; too few are of {', '.join(few)}"
        )


def _groups(training: Dataset, groups: np.ndarray | None) -> np.ndarray | None:
    """Which faces are judged together: as asked, else those of one person where there are several people."""
    if groups is not None:
        return groups
    people = people_of(training.table)
    names, apart = np.unique(people, return_inverse=True)
    if len(names) < 2:
        return None
    unknown = people == ""
    apart[unknown] = len(names) + np.arange(unknown.sum())  # who is not known is somebody else
    return apart


def _cross_validated(head: Head, dataset: Dataset, data: str, name: str) -> Report:
    """How good the head is on the training faces, none of which it has seen, calibrated on these."""
    training = dataset.of_classes().split("train")
    known = dataset.table["label"].isin(dataset.classes) & (dataset.table["split"] == "train")
    faces = replace(evaluation_set(training, data, "train"), index=np.flatnonzero(known))
    labels = faces.labels["own"]
    shift = log_shift(np.full(len(faces.classes), 1 / len(faces.classes)), _shares(training))
    raw = adjusted(head.held_out, shift, temperature=1.0)
    found = _calibration(raw, labels)
    predictions = adjusted(raw, AS_IT_IS, found.temperature)
    scored = score(predictions, faces, name, found.abstain_threshold, found.temperature)
    return build_report(faces, [(scored, predictions)])


def _calibration(held_out: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> Calibration:
    """Temperature and threshold, fitted on faces that were left out in turn."""
    # Never sharper than the head itself: that few faces are all right says little of how sure one may be of others.
    temperature = max(1.0, fit_temperature(held_out, np.eye(held_out.shape[1])[labels], weights))
    threshold = abstain_threshold(adjusted(held_out, AS_IT_IS, temperature), labels, MOST_WRONG, weights)
    return Calibration(temperature=temperature, abstain_threshold=threshold)


def _measured(report: Report, data: str) -> dict[str, Any]:
    """What a card says of how good a model is."""
    (evaluation,) = report.evaluations
    return {
        "temperature": evaluation.temperature,
        "abstain_threshold": evaluation.abstain_threshold,
        "measurements": measurements_of(report, f"{data}, cross-validated"),
        "groups": group_measurements_of(report),
    }


def _shares(training: Dataset) -> np.ndarray:
    return shares_of(np.eye(len(training.classes))[own_labels(training)])


def _card(
    base: ModelCard, training: Dataset, head: Head, sha256: str, named: tuple[str, str], drawn: bool, seconds: float
) -> ModelCard:
    """The card, without what was measured."""
    data, name = named
    counts = Counter(training.table["label"])
    by_class = ", ".join(f"{label} {counts[label]}" for label in training.classes)
    change = (len(head.bias) - len(base.class_order)) * (head.weights.shape[1] + 1)
    labels = own_labels(training)
    return ModelCard(
        name=name,
        summary=f"A head on {base.name}'s embeddings, learned from {len(training)} faces of {data}: {by_class}. "
        "It was evaluated by cross-validation on these very faces, left out in turn; expect lower accuracy on "
        "other people and in other light.",
        class_order=training.classes,
        colours=dict(training.colours),
        input=base.input,
        temperature=1.0,
        abstain_threshold=0.0,
        prior=dict(zip(training.classes, map(float, _shares(training)), strict=True)),
        answers_under=BALANCED,
        balanced=_calibration(head.held_out, labels, balancing_weights(labels)),
        architecture=Architecture(
            name=FEW_SHOT,
            parameters=base.architecture.parameters + change,
            multiply_adds=base.architecture.multiply_adds + change,
        ),
        training=Training(
            data=data,
            faces=len(training),
            recipe={"preset": FEW_SHOT, "base": base.name, "strength": head.strength, "folds": head.folds},
            seed=0,
            date=time.strftime("%Y-%m-%d"),
            seconds=round(seconds, 2),
            versions={},
            drawn=drawn,
            people=number_of_people(training.table),
        ),
        measurements=[],
        terms=f"The head was learned from {data}: what it may be used for is what its pictures may be used for. The "
        f"network below it is {base.name}: {base.terms}",
        files={LITERT_FILE: sha256},
    )


def _as_epoch(report: Report, head: Head, seconds: float) -> Epoch:
    """What a finished run has in its history: one epoch, whose figures are those of cross-validation."""
    (evaluation,) = report.evaluations
    accuracy = evaluation.scores[0].accuracy.value
    found: dict[str, Any] = {
        "loss": head.loss,
        "accuracy": accuracy,
        "val_loss": head.loss,
        "val_accuracy": accuracy,
        "learning_rate": 0.0,
    }
    return Epoch(epoch=1, **found, seconds=round(seconds, 2), best=True)
