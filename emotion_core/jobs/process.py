"""What the process of a run does from its start to its end: `python -m emotion_core train --run NAME`."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.held_out import with_validation
from emotion_core.datasets.integrity import in_use, open_verified
from emotion_core.jobs import launcher
from emotion_core.jobs.checks import validated
from emotion_core.jobs.cluster_training import learn_on_cluster
from emotion_core.jobs.first_network import first_network
from emotion_core.jobs.sequences import learn_sequences
from emotion_core.jobs.workers import prepare_beside_workers, prepare_workers, share_batches
from emotion_core.models.card import ModelError
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import EVALUATING, STARTING, is_finished
from emotion_core.runs.folder import LAST_FILE, LOG_FILE, forget_stop, run_folder
from emotion_core.runs.presets import SEQUENCE_NET
from emotion_core.runs.writer import RunWriter

if TYPE_CHECKING:
    from emotion_core.datasets.dataset import Dataset

#: What the page answers with comes first.
NICENESS = 10


def execute_run(name: str) -> int:
    """Work at a run until it is done, or asked to stop; the process' exit status.

    Raises:
        RunError: there is no such run, it does not wait, or another process works at it or at another run.
    """
    folder = run_folder(name)
    with launcher.only_process_of(folder):
        launcher.claim(folder)
        os.nice(max(0, NICENESS - os.nice(0)))  # one that the run before has started is nice already
        writer = RunWriter(folder)
        with _stopped_by_signals(writer):
            problem = _problem(folder, writer)
        if problem:
            print(problem, file=sys.stderr)
            with suppress(OSError):  # the folder is gone, or the disk is full
                writer.status(state="failed", doing="", error=problem)
    launcher.advance()
    return 1 if problem else 0


def _problem(folder: Path, writer: RunWriter) -> str | None:
    """Train and evaluate; why that failed, in one sentence, or None."""
    try:
        _train_and_evaluate(folder, writer)
    except (RunError, DatasetError, ModelError) as error:
        return str(error)
    except OSError as error:
        if not folder.is_dir():
            return f"the folder of the run {folder.name!r} was deleted while it ran"
        if error.errno == errno.ENOSPC:
            return "the disk is full; make room and resume the run from its last finished epoch"
        return f"a file could not be used ({error}); resume the run from its last finished epoch"
    except Exception as error:
        traceback.print_exc()
        if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
            return "the memory ran out; close other programs and resume the run, or start one with smaller batches"
        return f"it failed unexpectedly ({type(error).__name__}); what it printed is in {folder / LOG_FILE}"
    return None


def _train_and_evaluate(folder: Path, writer: RunWriter) -> None:
    config = validated(read_config(folder))
    with in_use(config.data):
        _train(folder, writer, config)


def _train(folder: Path, writer: RunWriter, config: RunConfig) -> None:
    writer.status(state="running", doing=STARTING, epochs=config.recipe.epochs)
    if config.on:
        prepare_beside_workers()
    elif config.workers:
        prepare_workers(config.workers)
    from emotion_core.jobs.publishing import evaluate_run, forget_evaluation

    forget_evaluation(folder)
    if config.workers and not config.on:
        share_batches(config.workers)
    dataset = with_validation(open_verified(config.data), config.data)
    learn = learn_sequences if config.architecture == SEQUENCE_NET else _learn_faces
    if config.on:
        learn = learn_on_cluster
    done = learn(folder, writer, config, dataset)
    writer.status(state="running" if done else "stopping", doing=EVALUATING)
    evaluate_run(folder, config, dataset)
    forget_stop(folder)
    writer.status(state="done" if done else "stopped", doing="")


def _learn_faces(folder: Path, writer: RunWriter, config: RunConfig, dataset: Dataset) -> bool:
    """Train the network of a run on faces, or go on with it; whether it has come to its end."""
    from emotion_core.training.fit import Trainer
    from emotion_core.training.preparation import faces_of

    network = None if (folder / LAST_FILE).exists() else first_network(config)
    progress = Trainer(network, faces_of(dataset, config.recipe), config.recipe, writer, config.seed).fit()
    return is_finished(config.recipe, progress.history)


@contextmanager
def _stopped_by_signals(writer: RunWriter) -> Iterator[None]:
    """Let SIGTERM and the first Ctrl-C be what STOP is; a second Ctrl-C ends the process at once."""

    def stop(number: int, frame: object) -> None:
        writer.stop_signalled = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
