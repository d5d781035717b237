"""A run that was trained elsewhere comes home: its history and its networks, as if it had been trained here.

Importing this loads no Keras.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.held_out import with_validation
from emotion_core.datasets.integrity import in_use, open_verified
from emotion_core.extras import need
from emotion_core.files import replace_file, replacing, temporary_folder
from emotion_core.jobs import launcher
from emotion_core.jobs.arrival import Arrival, progress_in, read_arrival
from emotion_core.jobs.checks import validated
from emotion_core.jobs.first_network import built
from emotion_core.jobs.reading import try_networks
from emotion_core.models.card import ModelError
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import EVALUATING, is_finished, rewound
from emotion_core.runs.folder import BEST_FILE, EVALUATION_FILE, LAST_FILE, LOG_FILE, METRICS_FILE, run_folder
from emotion_core.runs.progress import Progress
from emotion_core.runs.run import Run, find_run
from emotion_core.runs.status import read_status
from emotion_core.runs.writer import RunWriter

if TYPE_CHECKING:
    import keras


def adopt_run(bundle: str | Path) -> Run:
    """Bring in a run that `python run.zip` has trained elsewhere, and evaluate its best network.

    Where the run is here, it goes on from what has come home. Where it is not, it is made anew; its data set must be
    here.

    Args:
        bundle: the zip.

    Returns:
        The run as it is now: done, or stopped where there is more to train.

    Raises:
        RunError: the file is no bundle or is damaged, its data is not what it was bundled from, or the run works here,
            was asked for otherwise, or has come further than what arrives.
        DatasetError: its data set is damaged.
        OSError: a file cannot be read or written.
    """
    need("keras")
    bundle = Path(bundle)
    if not bundle.is_file():
        raise RunError(f"there is no file {bundle}")
    with temporary_folder("export") as scratch:
        arrival = read_arrival(bundle, Path(scratch))
        config = _known_here(arrival)
        _check_networks(arrival, config)
        folder = run_folder(config.name)
        if not folder.exists():
            launcher.create(config)
        with launcher.only_process_of(folder), in_use(config.data):
            _refuse_other_history(folder, arrival.progress)
            _take(folder, arrival)
    run = find_run(config.name)
    assert run is not None
    return run


def _known_here(arrival: Arrival) -> RunConfig:
    """The configuration of the run, which fits what is here.

    Raises:
        RunError: the run is here and was asked for otherwise, or its data is not here, or has changed.
    """
    config, folder = arrival.config, run_folder(arrival.config.name)
    try:
        here = validated(read_config(folder) if folder.exists() else config)
    except RunError as error:
        raise RunError(f"the run {config.name!r} cannot come home: {error}") from None
    if changed := [name for name in RunConfig.model_fields if getattr(here, name) != getattr(config, name)]:
        words = ", ".join(name.replace("_", " ") for name in changed)
        raise RunError(f"there is another run {config.name!r} here already, with another {words}; delete it first")
    return here


def _check_networks(arrival: Arrival, config: RunConfig) -> None:
    """Refuse networks that are not the configuration's own. Loads Keras, and runs nothing that they bring."""
    from emotion_core.training import checkpoint
    from emotion_core.training.fit import last_network

    wanted = _kinds(built(config))
    there = [arrival.folder / file for file in (LAST_FILE, BEST_FILE) if (arrival.folder / file).exists()]
    try:
        try_networks(there)
    except ModelError as error:
        names = " or ".join(path.name for path in there if path.name in str(error))
        raise RunError(f"its {names} holds no network of {config.architecture}, or a damaged one") from None
    for path in there:
        file = path.name
        try:
            network = last_network(arrival.folder) if file == LAST_FILE else checkpoint.load_network(path)
            fits = _kinds(network) == wanted
        except (ModelError, RunError, ValueError, AttributeError, TypeError):
            fits = False
        if not fits:
            raise RunError(f"its {file} holds no network of {config.architecture}, or a damaged one")
    _check_best(arrival)


def _check_best(arrival: Arrival) -> None:
    """Refuse a best network that is missing, or of an epoch that is not the best."""
    best, path = arrival.progress.best_epoch, arrival.folder / BEST_FILE
    if best and (not path.exists() or len(progress_in(path).history) != best):
        raise RunError(f"its {BEST_FILE} is not the network of its best epoch, which is {best}")


def _kinds(network: keras.Model) -> list[tuple[Any, ...]]:
    """What tells one kind of network from another, whatever its layers are called."""
    return [(type(layer).__name__, *(tuple(weight.shape) for weight in layer.weights)) for layer in network.layers]


def _refuse_other_history(folder: Path, progress: Progress) -> None:
    """Refuse what does not go on from where the run is here.

    Raises:
        RunError: it does not.
    """
    status = read_status(folder)
    if status.active or status.state == "queued":
        raise RunError(
            f"the run {folder.name!r} is {status.state} here; stop it, then bring in what was trained elsewhere"
        )
    if not (folder / LAST_FILE).exists():
        return
    here = progress_in(folder / LAST_FILE)
    common = here.history == progress.history[: len(here.history)]
    came, come = ((len(one.history), one.batch) for one in (here, progress))
    if common and (came < come or (came == come and not (folder / EVALUATION_FILE).exists() and progress.history)):
        return
    if common and came == come:
        raise RunError(f"the run {folder.name!r} is here already as the file has it, with {_epochs(here)}")
    if common or here.history[: len(progress.history)] == progress.history:
        raise RunError(
            f"the run {folder.name!r} has come further here ({_epochs(here)}) than in the file ({_epochs(progress)})"
        )
    raise RunError(
        f"the run {folder.name!r} went on here after it was bundled, with other epochs than those of the file; "
        "delete it here to take what was trained elsewhere instead"
    )


def _epochs(progress: Progress) -> str:
    count = len(progress.history)
    return f"{count} epoch{'' if count == 1 else 's'}"


def _take(folder: Path, arrival: Arrival) -> None:
    """Make the run what has come home, and evaluate it. The process of this run is this one meanwhile."""
    from emotion_core.jobs.publishing import evaluate_run, forget_evaluation

    writer, config, progress = RunWriter(folder), read_config(folder), arrival.progress
    done = is_finished(config.recipe, progress.history)
    with _failing(writer):
        epochs = {"epochs": config.recipe.epochs, "epoch": len(progress.history)}
        writer.status(state="running", doing=EVALUATING, batch=0, **epochs)
        forget_evaluation(folder)
        for file in (LAST_FILE, BEST_FILE):
            if (arrival.folder / file).exists():
                with replacing(folder / file) as partial:
                    shutil.copyfile(arrival.folder / file, partial)
        replace_file(folder / METRICS_FILE, rewound(arrival.batches, progress.history, progress.batch))
        _log(folder, arrival)
        if (folder / BEST_FILE).exists():
            evaluate_run(folder, config, with_validation(open_verified(config.data), config.data))
        writer.status(state="done" if done else "stopped", doing="")


def _log(folder: Path, arrival: Arrival) -> None:
    """Say in the run's log where it was trained."""
    with (folder / LOG_FILE).open("a", encoding="utf-8") as log:
        log.write(f"{_epochs(arrival.progress)} have come home; trained elsewhere with {arrival.where or 'nothing'}\n")


@contextmanager
def _failing(writer: RunWriter) -> Iterator[None]:
    """Say so where the run could not be taken; bringing the file in once more takes it."""
    try:
        yield
    except (RunError, DatasetError, ModelError, OSError) as error:
        writer.status(state="failed", doing="", error=f"what was trained elsewhere could not be brought in: {error}")
        raise
