"""Making the best network of a run a model that every page offers.

    python -m emotion_core.jobs.publishing RUN

prepares the model's folder within a run, which its process does at its end where TensorFlow is installed. Importing
this loads no Keras.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.command import own_command
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.held_out import with_validation
from emotion_core.datasets.integrity import verify
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.synthetic import NAME as DRAWN
from emotion_core.files import move_into_place, reach_disk, reach_disk_whole
from emotion_core.jobs import launcher
from emotion_core.jobs.leftovers import REPLACED, scratch_prefix
from emotion_core.jobs.sequences import evaluate_sequences
from emotion_core.models.card import CARD_FILE, KERAS_FILE, ModelCard, ModelError, read_card
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.models.registry import own_models_folder
from emotion_core.models.sequence import HEAD_FILE, SequenceCard, sequence_models_folder
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.folder import (
    BEST_FILE,
    EVALUATION_FILE,
    MODEL_FOLDER,
    NAMES_IN_WORDS,
    is_run_name,
    run_folder,
)
from emotion_core.runs.history import read_history
from emotion_core.runs.presets import SEQUENCE_NET
from emotion_core.runs.status import read_status
from emotion_core.workspace import SHIPPED_MODELS

if TYPE_CHECKING:
    import keras

    from emotion_core.jobs.assessment import Assessment
    from emotion_core.jobs.model_folder import Provenance


def publish(run: str, name: str | None = None, replace: bool = False) -> Path:
    """Make the best network of a run a model of the workspace, which every page offers; its folder.

    That of sequence-net becomes a sequence model, which Video offers.

    It is quick where the run's process has prepared it; else it takes a process with TensorFlow about ten seconds.

    Args:
        run: the run's name.
        name: of the model; that of the run if not given.
        replace: write over a model of the same name that is the user's own.

    Raises:
        RunError: the run is at work or has no network yet, or the name is taken or not allowed.
    """
    folder, name = run_folder(run), name or run
    of_clips = read_config(folder).architecture == SEQUENCE_NET
    models = sequence_models_folder() if of_clips else own_models_folder()
    check_model_name(name, replace, models)
    status = read_status(folder)
    if status.active or status.state == "queued":
        raise RunError(
            f"the run {run!r} is {status.state}; stop it, or wait until it is done, and use its network then"
        )
    if not (folder / MODEL_FOLDER / CARD_FILE).is_file():
        _prepare_elsewhere(folder)
    return _copied(folder / MODEL_FOLDER, models / name, name, SequenceCard if of_clips else ModelCard)


def check_model_name(name: str, replace: bool = False, models: Path | None = None) -> None:
    """Whether a model can be called so.

    Args:
        name: of the model.
        replace: whether a model of that name may be written over.
        models: the folder that it is to lie in; if not given, that of models for single faces.

    Raises:
        RunError: the name is not allowed, or taken and not to be replaced.
    """
    if not is_run_name(name):
        raise RunError(f"a model cannot be called {name!r}; allowed are {NAMES_IN_WORDS}")
    if name == "default" or (SHIPPED_MODELS / name).exists():
        raise RunError(f"{name!r} is the name of a model that ships; choose another one")
    if ((models or own_models_folder()) / name).exists() and not replace:
        raise RunError(f"there is a model {name!r} already; choose another name or replace it")


def published(folder: Path) -> list[str]:
    """The models of the workspace that are the network prepared in a run's folder, whatever they are called."""
    prepared = folder / MODEL_FOLDER
    models = sequence_models_folder() if (prepared / HEAD_FILE).is_file() else own_models_folder()
    network = _network_sum(prepared)
    cards = models.glob(f"*/{CARD_FILE}")
    return sorted(card.parent.name for card in cards if network and _network_sum(card.parent) == network)


def _network_sum(model: Path) -> str | None:
    """The sha256 of a model's network as its card has it; None without a card."""
    of_clips = (model / HEAD_FILE).is_file()
    try:
        card = read_card(model, SequenceCard if of_clips else ModelCard)
        # A model of few faces has no network of Keras.
        return card.files.get(HEAD_FILE) if of_clips else card.files.get(KERAS_FILE, card.files.get(LITERT_FILE))
    except ModelError:
        return None


def training_dataset(config: RunConfig) -> Dataset:
    """The data set of a run, as it was when the run was trained on it.

    Raises:
        RunError: it has changed since.
        DatasetError: it is gone or damaged.
    """
    if describe(config.data).sha256 != config.data_sha256:
        raise RunError(
            f"the data set {config.data!r} has changed since the run {config.name!r} was trained on it; "
            "take the changes back, or start a new run"
        )
    return open_dataset(config.data)


def evaluate_run(folder: Path, config: RunConfig, dataset: Dataset) -> None:
    """Evaluate the best network of a run and, where TensorFlow is installed, prepare its model.

    Raises:
        RunError: the best network is damaged.
        OSError: the folder is gone, or the disk is full.
    """
    from emotion_core.evaluation import RunEvaluation
    from emotion_core.training import checkpoint

    if config.architecture == SEQUENCE_NET:
        evaluate_sequences(folder, config, dataset, _provenance(folder, config))
        return
    network = checkpoint.load_network(folder / BEST_FILE)
    made = _provenance(folder, config)
    try:
        import_tensorflow()
    except ImportError:
        found = _assess_directly(network, config, dataset, made)
    else:
        found = _prepare(folder, network, dataset, made)
    epoch = checkpoint.load_progress(folder / BEST_FILE)[0].epoch
    write_evaluation(folder, RunEvaluation(epoch=epoch, report=found.trained, balanced=found.balanced))


def _assess_directly(network: keras.Model, config: RunConfig, dataset: Dataset, made: Provenance) -> Assessment:
    """How good a network is, without the file that inference runs."""
    from emotion_core.jobs.model_folder import assess_on
    from emotion_core.models.face_input import network_input
    from emotion_core.networks.prediction import predict
    from emotion_core.training.fit import input_of

    expected = input_of(network, config.recipe)
    return assess_on(lambda crops: predict(network, network_input(crops, expected)), dataset, made)


def _prepare(folder: Path, network: keras.Model, dataset: Dataset, made: Provenance) -> Assessment:
    """Write the model's folder within a run's, there whole or not at all; how good the model is."""
    from emotion_core.jobs.model_folder import write_model

    partial = folder / f".{MODEL_FOLDER}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    found = write_model(partial, network, dataset, made)
    shutil.rmtree(folder / MODEL_FOLDER, ignore_errors=True)
    move_into_place(partial, folder / MODEL_FOLDER)
    return found


def import_tensorflow() -> None:
    """Raise an ImportError where networks cannot be made into the file that inference runs."""
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ImportError(f"Keras computes with {keras.backend.backend()} in this process")
    import emotion_core.networks.conversion  # noqa: F401


def forget_evaluation(folder: Path) -> None:
    """Remove what was measured and prepared of a run that is going to be trained further."""
    (folder / EVALUATION_FILE).unlink(missing_ok=True)
    shutil.rmtree(folder / MODEL_FOLDER, ignore_errors=True)


def _provenance(folder: Path, config: RunConfig) -> Provenance:
    from emotion_core.jobs.model_folder import Provenance

    labels = "annotators' votes" if config.recipe.labels == "votes" else "its own labels"
    held_out = f", {config.held_out:.0%} of its training faces held out" if config.held_out else ""
    begun = f", starting from {config.start_from}" if config.start_from else ""
    terms = "what they may be used for is what its pictures may be used for."
    return Provenance(
        name=config.name,
        summary=f"{config.architecture} as the run {config.name} trained it on {config.data}{begun}.",
        terms=f"The weights were trained on the data set {config.data}: {terms}",
        data=f"{config.data}, {labels}{held_out}",
        evaluated_on=config.data,
        own_labels="own",
        recipe=config.recipe,
        seed=config.seed,
        history=read_history(folder),
        arguments=config.arguments,
        drawn=describe(config.data).source.startswith(DRAWN),
    )


def _prepare_elsewhere(folder: Path) -> None:
    """Let another process make the model's folder, so that this one does not load TensorFlow."""
    if not (folder / BEST_FILE).is_file():
        raise RunError(f"the run {folder.name!r} has no network yet; it has one after its first epoch")
    command = own_command("emotion_core.jobs.publishing", folder.name)
    done = subprocess.run(**command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise RunError(f"the model of the run {folder.name!r} could not be prepared: {reason}")


def _copied(prepared: Path, target: Path, name: str, kind: type[ModelCard]) -> Path:
    """A copy of a model's folder under another name, there whole or not at all; the model there was before is gone."""
    from emotion_core.jobs.model_folder import write_card

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(), dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        shutil.copytree(prepared, made)
        card = read_card(made, kind)
        write_card(made, card.model_copy(update={"name": name}))
        put_in_place(made, target, Path(scratch))
    return target


def put_in_place(made: Path, target: Path, scratch: Path) -> None:
    """Rename a model's folder to where it is to lie. What lay there goes into `scratch`.

    Whatever is raised meanwhile, also by Ctrl-C: what lay there lies there again, and the new model where it was made.
    Where this process is killed between the two renames, `sweep_leftovers` puts back what lay there.

    Raises:
        OSError: it cannot be renamed, or the disk is full or fails.
    """
    replaced = scratch / REPLACED / target.name
    replaced.parent.mkdir()
    reach_disk_whole(made)  # first: it takes long, and there is no model of that name between the next two steps
    try:
        if target.exists():
            os.rename(target, replaced)
        os.rename(made, target)
        reach_disk(target.parent)
    except BaseException:
        if target.exists() and not made.exists():
            os.rename(target, made)
        if replaced.exists() and not target.exists():
            os.rename(replaced, target)
        raise


def main(run: str) -> int:
    """Prepare the model's folder within a run."""
    folder = run_folder(run)
    try:
        with launcher.only_process_of(folder):  # it may be resumed, or prepared for somebody else, meanwhile
            config = read_config(folder)
            verify(config.data)
            dataset = with_validation(training_dataset(config), config.data)
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
