"""From a trained network to a model's folder: measured, with its card; and "use this model" for a run.

    python -m emotion_core.jobs.publish RUN

prepares the model's folder within a run, which its process does at its end where TensorFlow is installed. Importing
this loads no Keras.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.command import own_command
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.votes import NO_LABEL
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.calibration import abstain_threshold, fit_temperature
from emotion_core.evaluation.metrics import measure_all, measure_groups
from emotion_core.evaluation.model_card import card_in_words
from emotion_core.files import replace_file
from emotion_core.jobs import launcher
from emotion_core.models.card import (
    CARD_FILE,
    KERAS_FILE,
    Architecture,
    GroupMeasurement,
    Measurement,
    ModelCard,
    ModelError,
    NetworkInput,
    Training,
    read_card,
)
from emotion_core.models.classifier import LITERT_FILE, Classifier, network_input, tempered
from emotion_core.models.prediction import predict_all
from emotion_core.networks.prediction import predict
from emotion_core.runs.chance import target_labels
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import Evaluation, Mistake
from emotion_core.runs.folder import (
    BEST_FILE,
    EVALUATION_FILE,
    MODEL_FOLDER,
    NAMES_IN_WORDS,
    is_run_name,
    run_folder,
)
from emotion_core.runs.history import Epoch, read_history
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.status import read_status
from emotion_core.workspace import SHIPPED_MODELS, workspace

if TYPE_CHECKING:
    import keras

HISTORY_FILE = "history.jsonl"
#: At most this share of the answers that are given is wrong; rarer confidence is called uncertain.
MOST_WRONG = 0.10
#: So many mistakes of each split are kept to be looked at.
MISTAKES = 60

Answers = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Provenance:
    """What a card says that cannot be read off the network.

    Attributes:
        name, summary, terms: as on the card.
        data: what was learnt from, in words.
        measured_on: what the measurements' splits are called, by split; these are measured.
        own_labels: what `Measurement.labels` calls the data set's own labels.
        recipe, seed: how it was trained.
        history: its finished epochs.
        arguments: those that the network was made with.
    """

    name: str
    summary: str
    terms: str
    data: str
    measured_on: dict[str, str]
    own_labels: str
    recipe: Recipe
    seed: int
    history: list[Epoch]
    arguments: dict[str, int | float | list[int]]


@dataclass(frozen=True)
class Assessment:
    """How good a network is; see `run.Evaluation` for the fields."""

    temperature: float
    abstain_threshold: float
    measurements: list[Measurement]
    groups: list[GroupMeasurement]
    mistakes: list[Mistake]


def publish(run: str, name: str | None = None, replace: bool = False) -> Path:
    """Make the best network of a run a model of the workspace, which every page offers; its folder.

    It is quick where the run's process has prepared it; else it takes a process with TensorFlow some ten seconds.

    Args:
        run: the run's name.
        name: of the model; that of the run if not given.
        replace: write over a model of the same name that is the user's own.

    Raises:
        RunError: the run is at work or has learnt nothing yet, or the name is taken or not allowed.
    """
    folder, name = run_folder(run), name or run
    check_model_name(name, replace)
    status = read_status(folder)
    if status.active or status.state == "queued":
        raise RunError(
            f"the run {run!r} is {status.state}; stop it, or wait until it is done, and use its network then"
        )
    if not (folder / MODEL_FOLDER / CARD_FILE).is_file():
        _prepare_elsewhere(folder)
    return _copied(folder / MODEL_FOLDER, workspace() / "models" / name, name)


def check_model_name(name: str, replace: bool = False) -> None:
    """Whether a model can be called so.

    Raises:
        RunError: the name is not allowed, or taken and not to be replaced.
    """
    if not is_run_name(name):
        raise RunError(f"a model cannot be called {name!r}; allowed are {NAMES_IN_WORDS}")
    if name == "default" or (SHIPPED_MODELS / name).exists():
        raise RunError(f"{name!r} is the name of a model that ships; choose another one")
    if (workspace() / "models" / name).exists() and not replace:
        raise RunError(f"there is a model {name!r} already; choose another name or replace it")


def published(folder: Path) -> list[str]:
    """The models of the workspace that are the network prepared in a run's folder, whatever they are called."""
    network = _network_sum(folder / MODEL_FOLDER)
    cards = (workspace() / "models").glob(f"*/{CARD_FILE}")
    return sorted(card.parent.name for card in cards if network and _network_sum(card.parent) == network)


def _network_sum(model: Path) -> str | None:
    """The sha256 of a model's Keras file as its card has it; None without a card."""
    try:
        return read_card(model).files.get(KERAS_FILE)
    except ModelError:
        return None


def write_model(folder: Path, network: keras.Model, dataset: Dataset, made: Provenance) -> Assessment:
    """The folder of a trained network: Keras file, LiteRT file, history, card and README.

    The temperature and the abstain threshold are fitted on the validation split, and the figures measured, through the
    LiteRT file and the classifier that everything else uses. Needs TensorFlow.

    Args:
        folder: made if it is not there.
        network: computes in 32 bits and has one head.
        dataset: what it learnt from, with the splits to measure on.
        made: what the card says besides.
    """
    from emotion_core.networks.conversion import to_litert

    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(to_litert(network))
    card = _card(network, made, len(dataset.of_emotions().split("train")), folder)
    _write_card(folder, card)
    found = assess(partial(predict_all, Classifier(folder)), dataset, made.recipe, made.measured_on, made.own_labels)
    figures = {"temperature": found.temperature, "abstain_threshold": found.abstain_threshold}
    card = card.model_copy(update={**figures, "measurements": found.measurements, "groups": found.groups})
    _write_card(folder, card)
    return found


def assess(
    answers: Answers, dataset: Dataset, recipe: Recipe, measured_on: dict[str, str], own: str = "own"
) -> Assessment:
    """Calibrate a network on the validation split, and say how good it then is.

    Args:
        answers: (N, h, w) or (N, h, w, 3) uint8 -> (N, 7), not calibrated.
        dataset: with a validation split of labelled faces.
        recipe: says which labels were learnt.
        measured_on: splits to measure on, and what they are called; those without faces are left out.
        own: what `Measurement.labels` calls the data set's own labels.
    """
    parts = {split: rows for split in measured_on if len(rows := np.flatnonzero(dataset.table["split"] == split))}
    faces = {split: _taken(dataset, rows) for split, rows in parts.items()}
    raw = {split: answers(part.images) for split, part in faces.items()}
    labels = {split: target_labels(recipe, part) for split, part in faces.items()}
    known = labels["validation"] != NO_LABEL
    temperature = fit_temperature(raw["validation"][known], np.eye(len(EMOTIONS))[labels["validation"][known]])
    calibrated = {split: tempered(probabilities, temperature) for split, probabilities in raw.items()}
    threshold = abstain_threshold(calibrated["validation"][known], labels["validation"][known], MOST_WRONG)
    measurements = [
        one
        for split, part in faces.items()
        for one in measure_all(calibrated[split], part, dataset, measured_on[split], split, own, threshold)
    ]
    mistakes = [
        one
        for split, rows in parts.items()
        for one in _worst(split, rows, faces[split], calibrated[split], labels[split])
    ]
    groups = measure_groups(calibrated["validation"], faces["validation"], own=own)
    return Assessment(temperature, threshold, measurements, groups, mistakes)


def learnt_from(config: RunConfig) -> Dataset:
    """The data set of a run, as it was when the run learnt from it.

    Raises:
        RunError: it has changed since.
        DatasetError: it is gone or damaged.
    """
    if describe(config.data).sha256 != config.data_sha256:
        raise RunError(
            f"the data set {config.data!r} has changed since the run {config.name!r} learnt from it; "
            "take the changes back, or start a new run"
        )
    return open_dataset(config.data)


def evaluate_run(folder: Path, config: RunConfig, dataset: Dataset) -> None:
    """Measure the best network of a run, write `evaluation.json` and, where TensorFlow is installed, prepare its model.

    Raises:
        RunError: the best network is damaged.
        OSError: the folder is gone, or the disk is full.
    """
    from emotion_core.training import checkpoint
    from emotion_core.training.fit import input_of

    network = checkpoint.load_network(folder / BEST_FILE)
    made = _provenance(folder, config)
    try:
        import_tensorflow()
    except ImportError:
        found = assess(_answers(network, input_of(network, config.recipe)), dataset, config.recipe, made.measured_on)
    else:
        partial = folder / f".{MODEL_FOLDER}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        found = write_model(partial, network, dataset, made)
        shutil.rmtree(folder / MODEL_FOLDER, ignore_errors=True)
        os.rename(partial, folder / MODEL_FOLDER)
    epoch = checkpoint.load_progress(folder / BEST_FILE)[0].epoch
    evaluation = Evaluation(
        epoch=epoch,
        temperature=found.temperature,
        abstain_threshold=found.abstain_threshold,
        measurements=found.measurements,
        mistakes=found.mistakes,
    )
    replace_file(folder / EVALUATION_FILE, evaluation.model_dump_json(indent=1).encode())


def _answers(network: keras.Model, expected: NetworkInput) -> Answers:
    return lambda crops: predict(network, network_input(crops, expected))


def import_tensorflow() -> None:
    """Raise an ImportError where networks cannot be made into the file that inference runs."""
    import emotion_core.networks.conversion  # noqa: F401


def forget_evaluation(folder: Path) -> None:
    """Remove what was measured and prepared of a run that is going to learn more."""
    (folder / EVALUATION_FILE).unlink(missing_ok=True)
    shutil.rmtree(folder / MODEL_FOLDER, ignore_errors=True)


def _provenance(folder: Path, config: RunConfig) -> Provenance:
    learnt = "annotators' votes" if config.recipe.labels == "votes" else "its own labels"
    begun = f", going on from {config.start_from}" if config.start_from else ""
    terms = "what they may be used for is what its pictures may be used for."
    return Provenance(
        name=config.name,
        summary=f"{config.architecture} as the run {config.name} trained it on {config.data}{begun}.",
        terms=f"The weights were learnt from the data set {config.data}: {terms}",
        data=f"{config.data}, {learnt}",
        measured_on={"validation": config.data},  # the test split is for the end, and for the page Evaluate
        own_labels="own",
        recipe=config.recipe,
        seed=config.seed,
        history=read_history(folder),
        arguments=config.arguments,
    )


def _card(network: keras.Model, made: Provenance, faces: int, folder: Path) -> ModelCard:
    from emotion_core.networks.architectures import multiply_adds
    from emotion_core.training.fit import input_of

    recipe = {key: value for key, value in made.recipe.model_dump().items() if key not in ("scale", "offset")}
    recipe["epochs"] = len(made.history)
    (folder / HISTORY_FILE).write_text("".join(f"{epoch.line()}\n" for epoch in made.history))
    return ModelCard(
        name=made.name,
        summary=made.summary,
        class_order=EMOTIONS,
        input=input_of(network, made.recipe),
        temperature=1.0,
        abstain_threshold=0.0,
        architecture=Architecture(
            name=network.name,
            parameters=network.count_params(),
            multiply_adds=multiply_adds(network),
            arguments=made.arguments,
        ),
        training=Training(
            data=made.data,
            faces=faces,
            recipe=recipe,
            seed=made.seed,
            date=time.strftime("%Y-%m-%d"),
            seconds=sum(epoch.seconds for epoch in made.history),
            versions={"python": platform.python_version(), **_versions("keras", "tensorflow", "jax")},
        ),
        measurements=[],
        terms=made.terms,
        files={
            file: hashlib.sha256((folder / file).read_bytes()).hexdigest()
            for file in (KERAS_FILE, LITERT_FILE, HISTORY_FILE)
        },
    )


def _versions(*packages: str) -> dict[str, str]:
    """Those of the packages that the process works with."""
    found = {}
    for package in packages:
        if package in sys.modules:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                continue
    return found


def _write_card(folder: Path, card: ModelCard) -> None:
    replace_file(folder / CARD_FILE, card.to_json())
    (folder / "README.md").write_text(card_in_words(card), "utf-8")


def _worst(split: str, rows: np.ndarray, faces: Dataset, calibrated: np.ndarray, labels: np.ndarray) -> list[Mistake]:
    answers, confidence = calibrated.argmax(axis=1), calibrated.max(axis=1)
    wrong = np.flatnonzero((answers != labels) & (labels != NO_LABEL))
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:MISTAKES]
    sources = faces.table["source"].to_numpy()
    return [
        Mistake(
            split=split,
            row=int(rows[face]),
            source=str(sources[face]),
            label=EMOTIONS[labels[face]],
            prediction=EMOTIONS[answers[face]],
            confidence=round(float(confidence[face]), 4),
        )
        for face in surest
    ]


def _taken(dataset: Dataset, rows: np.ndarray) -> Dataset:
    return Dataset(np.asarray(dataset.images[rows]), dataset.table.iloc[rows].reset_index(drop=True))


def _prepare_elsewhere(folder: Path) -> None:
    """Let another process make the model's folder, so that this one does not load TensorFlow."""
    if not (folder / BEST_FILE).is_file():
        raise RunError(f"the run {folder.name!r} has no network yet; it has one after its first epoch")
    command = own_command("emotion_core.jobs.publish", folder.name)
    done = subprocess.run(**command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise RunError(f"the model of the run {folder.name!r} could not be prepared: {reason}")


def _copied(prepared: Path, target: Path, name: str) -> Path:
    """A copy of a model's folder under another name, there whole or not at all; the model there was before is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        shutil.copytree(prepared, made)
        card = ModelCard.model_validate_json((made / CARD_FILE).read_bytes())
        _write_card(made, card.model_copy(update={"name": name}))
        if target.exists():
            os.rename(target, Path(scratch) / "replaced")
        os.rename(made, target)
    return target


def main(run: str) -> int:
    """Prepare the model's folder within a run."""
    folder = run_folder(run)
    try:
        with launcher.only_process_of(folder):  # it may be resumed, or prepared for somebody else, meanwhile
            config = read_config(folder)
            dataset = learnt_from(config)
            import_tensorflow()
            evaluate_run(folder, config, dataset)
    except ImportError as error:
        print(f"TensorFlow, which makes the file that inference runs, cannot be loaded ({error})", file=sys.stderr)
        return 1
    except (RunError, ValueError, OSError) as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
