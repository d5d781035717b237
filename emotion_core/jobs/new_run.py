"""What is asked of a new run, for whoever asks: page, shell and notebook alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emotion_core.runs.config import RunConfig, make_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import RUN_PREFIX, unique_name
from emotion_core.runs.presets import SEQUENCE_NET
from emotion_core.runs.recipes import RECIPES, SEQUENCE, SEQUENCE_FIELDS, Recipe, make_recipe

#: What a new run is where nothing else is asked for.
DEFAULT_PRESET, DEFAULT_RECIPE, DEFAULT_SEED = "emotion-net", "quick", 1


def named_recipe(name: str, changes: Mapping[str, Any] | None = None) -> Recipe:
    """One of the recipes that are offered, with some hyperparameters set otherwise.

    Raises:
        RunError: there is no such recipe or hyperparameter, or its value is impossible.
    """
    if name not in RECIPES:
        raise RunError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    return make_recipe(RECIPES[name].recipe, **(changes or {}))


def recipe_for(preset: str | None, name: str, changes: Mapping[str, Any] | None = None) -> Recipe:
    """The recipe by which a preset is trained: the named one, or that of sequence-net, which has its own.

    Raises:
        RunError: as `named_recipe`, or sequence-net is asked for with another recipe, or with what it does not have.
    """
    if preset != SEQUENCE_NET:
        return named_recipe(name, changes)
    if name != DEFAULT_RECIPE:
        raise RunError(f"{SEQUENCE_NET} has a recipe of its own; leave out the recipe {name!r}")
    if others := sorted((changes or {}).keys() - set(SEQUENCE_FIELDS)):
        allowed = ", ".join(SEQUENCE_FIELDS)
        raise RunError(f"{SEQUENCE_NET} has no {', '.join(others)}; what can be set are {allowed}")
    return make_recipe(SEQUENCE, **(changes or {}))


def offered_name(about: str, preset: str, start_from: str | None = None) -> str:
    """What a run is called that nobody named: by its network and what else tells it from others."""
    if start_from:
        return unique_name(f"{start_from.removeprefix(RUN_PREFIX)} fine-tuned")
    return unique_name(f"{preset} {about}")


def new_config(
    data: str,
    preset: str | None = None,
    recipe: Recipe | None = None,
    name: str | None = None,
    start_from: str | None = None,
    frozen: bool = False,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    on: str | None = None,
) -> RunConfig:
    """What is asked of a new run.

    Args:
        data: name of a data set in the workspace.
        preset: which network; that of `start_from` where one is given.
        recipe: how it is trained; `DEFAULT_RECIPE` if not given.
        name: of the run; one that is not taken if not given.
        start_from: a model, or "run:NAME", to train further.
        frozen: train only its last layer.
        seed: of all that is left to chance.
        workers: how many devices share each batch; None where Keras computes as it always does, or for as many as the
            cluster has.
        on: address of the Ray cluster that trains it; None for this machine.

    Raises:
        RunError: something of this is impossible, or both a network and something to start from are given.
    """
    if preset and start_from:
        raise RunError(f"{start_from!r} brings its own network; leave out the preset, or begin without it")
    return make_config(
        name=name or offered_name(data, preset or DEFAULT_PRESET, start_from),
        data=data,
        architecture=preset or DEFAULT_PRESET,
        start_from=start_from,
        frozen=frozen,
        recipe=recipe or recipe_for(preset, DEFAULT_RECIPE),
        seed=seed,
        workers=workers,
        on=on,
    )
