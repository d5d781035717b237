"""Training from a program: a run is started, followed to its end, and given back.

    import emotion_core as ec
    run = ec.train("drawn faces", "mini-xception", on_epoch=print)
    ec.publish(run.name, "mine")

The run is a process of its own, as on the page: it goes on if this program ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from emotion_core.extras import need
from emotion_core.jobs import launcher
from emotion_core.jobs.few_shot import train_few_shot
from emotion_core.jobs.new_run import DEFAULT_RECIPE, DEFAULT_SEED, new_config, recipe_for
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import Epoch
from emotion_core.runs.presets import FEW_SHOT
from emotion_core.runs.recipes import Recipe, make_recipe
from emotion_core.runs.run import Run, find_run

#: Seconds between two looks at a run's folder.
LOOK = 0.3

OnEpoch = Callable[[Epoch], object]


def train(
    data: str,
    preset: str | None = None,
    recipe: str | Recipe = DEFAULT_RECIPE,
    name: str | None = None,
    *,
    epochs: int | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    start_from: str | None = None,
    frozen: bool = False,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    on: str | None = None,
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Train a network on a data set, and wait for it. An interrupt (Ctrl-C) stops it, keeping what it has learned.

    Args:
        data: name of a data set. Where it has no validation split some faces are held out: `datasets.with_validation`.
        preset: which network: one of `PRESETS`, "few-shot", or "sequence-net" for clips; emotion-net if not given.
        recipe: how it is trained: one of `RECIPES`, or your own.
        name: of the run; one that is not taken if not given.
        epochs: passes over the training faces, instead of the recipe's.
        hyperparameters: set otherwise than in the recipe: {"learning_rate": 0.01, "augmentation": {"rotation": 10}}.
        start_from: a model, or "run:NAME", to train further instead of a new network.
        frozen: train only its last layer.
        seed: of all that is left to chance.
        workers: how many devices share each batch, on JAX; what is learned is the same for any number.
        on: the Ray cluster that trains it: HOST:PORT, or "auto" for the one here or one made of this machine.
        on_epoch: is called with every epoch as it is finished. What it raises stops the run.

    Returns:
        The run as it ended: done, or stopped.

    Raises:
        RunError: something of this is impossible, the run was deleted meanwhile, or it failed; the message says why.
    """
    if preset == FEW_SHOT:
        _refuse_for_few_shot(recipe, epochs, hyperparameters, start_from, frozen, workers or on)
        return _existing(train_few_shot(data, name).name)
    need("keras")
    changes = dict(hyperparameters or {}) | ({} if epochs is None else {"epochs": epochs})
    chosen = recipe_for(preset, recipe, changes) if isinstance(recipe, str) else make_recipe(recipe, **changes)
    config = new_config(data, preset, chosen, name, start_from, frozen, seed, workers, on)
    return wait(launcher.start(config).name, on_epoch)


def _refuse_for_few_shot(
    recipe: str | Recipe,
    epochs: int | None,
    hyperparameters: Mapping[str, Any] | None,
    start_from: str | None,
    frozen: bool,
    workers: int | str | None,
) -> None:
    """Refuse what says how a network is trained: a head on embeddings has none of it."""
    if recipe != DEFAULT_RECIPE or epochs is not None or hyperparameters or start_from or frozen or workers:
        raise RunError(f"{FEW_SHOT} takes no recipe, epochs, hyperparameters, start or workers; leave them out")


def resume_training(name: str, on_epoch: OnEpoch | None = None, on: str | None = None) -> Run:
    """Resume a run that was stopped or has failed, and wait for it, as `train` does.

    Args:
        name: of the run.
        on_epoch: is called with every epoch as it is finished.
        on: the Ray cluster that trains it from now on, if another than before.

    Raises:
        RunError: there is no such run, it cannot be resumed, or it failed.
    """
    need("keras")
    known = _epochs_of(name)
    launcher.resume(name, on)
    return wait(name, on_epoch, known)


def wait(name: str, on_epoch: OnEpoch | None = None, known: int = 0) -> Run:
    """Wait until a run has ended; see `train`.

    Args:
        name: of the run.
        on_epoch: is called with every epoch as it is finished.
        known: so many of its first epochs are not called back.

    Raises:
        RunError: there is no such run, it was deleted, or it failed.
    """
    try:
        run = _followed(name, on_epoch, known)
    except KeyboardInterrupt:
        launcher.stop(name)
        run = _followed(name)
    except Exception:
        with suppress(RunError):  # it was deleted
            launcher.stop(name)
        raise
    if run.status.state == "failed":
        raise RunError(f"the run {name!r} failed: {run.status.error}")
    return run


def follow(name: str) -> Iterator[Run]:
    """A run again and again as it stands, until it has ended. Moves the queue on.

    Raises:
        RunError: there is no such run, or it was deleted.
    """
    while True:
        launcher.advance()
        run = _existing(name)
        yield run
        if not run.status.active and run.status.state != "queued":
            return
        time.sleep(LOOK)


def _existing(name: str) -> Run:
    """A run that was there just now; raises a RunError if it was deleted since."""
    run = find_run(name)
    if run is None:
        raise RunError(f"there is no run {name!r} any more: it was deleted")
    return run


def _followed(name: str, on_epoch: OnEpoch | None = None, known: int = 0) -> Run:
    for run in follow(name):
        new = run.history[known:]
        known = len(run.history)
        if on_epoch:
            for epoch in new:
                on_epoch(epoch)
    return run


def _epochs_of(name: str) -> int:
    """How many epochs of a run are finished."""
    run = find_run(name)
    return len(run.history) if run else 0
