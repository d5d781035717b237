"""What was asked of a run: `config.json`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from emotion_core.emotions import EMOTIONS
from emotion_core.runs.errors import RunError, explain
from emotion_core.runs.folder import CONFIG_FILE, NAMES_IN_WORDS, is_run_name, no_such_run
from emotion_core.runs.recipes import STORED_BEFORE, Recipe
from emotion_core.seals import unsealed

VERSION: Literal[1] = 1


def _run_name(name: str) -> str:
    if not is_run_name(name):
        raise ValueError(NAMES_IN_WORDS)
    return name


class RunConfig(BaseModel):
    """What was asked, complete enough to repeat it.

    Attributes:
        name: of the run and its folder.
        data: name of a data set in the workspace.
        data_sha256: of the training data, see `store.Description`; filled in when the run is started.
        held_out: which share of the training faces is held out to validate on, as the data set has no validation split;
            else 0. Filled in when the run is started.
        architecture: name of a preset; that of the network started from, where one is.
        arguments: those of the preset that are not its defaults.
        start_from: name of a model, or "run:NAME" for the best network of an earlier run; None starts from scratch.
        frozen: train only the last layer that has weights, where `start_from` is given.
        classes: those of the data set; filled in when the run is started.
        recipe: how to train.
        workers: how many devices share each batch, see `jobs.workers`; None where Keras computes as it always does, or
            for as many as `on` has.
        on: the address of a Ray cluster that trains it, see `jobs.cluster_training`; None where this machine does.
        seed: of everything that is left to chance.
        created: when it was asked, as YYYY-MM-DDTHH:MM:SS.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    version: Literal[1] = VERSION
    name: Annotated[str, AfterValidator(_run_name)]
    data: str
    data_sha256: str = ""
    held_out: float = Field(default=0.0, ge=0, le=0.5)
    architecture: str
    arguments: dict[str, int | float | list[int]] = {}
    start_from: str | None = None
    frozen: bool = False
    classes: tuple[str, ...] = EMOTIONS
    recipe: Recipe
    workers: int | None = Field(default=None, ge=1, le=64)
    on: str | None = None
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    created: str = ""


def make_config(**fields: Any) -> RunConfig:
    """A `RunConfig` of its fields.

    Raises:
        RunError: a field is impossible; the message says which and what is allowed.
    """
    try:
        return RunConfig.model_validate({"created": time.strftime("%Y-%m-%dT%H:%M:%S"), **fields})
    except ValidationError as error:
        raise RunError(explain(error, RunConfig)) from None


def read_config(folder: Path) -> RunConfig:
    """What was asked of a run.

    Raises:
        RunError: there is no such run, or its `config.json` cannot be used.
    """
    path = folder / CONFIG_FILE
    raw = _read_json(path)
    version = raw.get("version") if isinstance(raw, dict) else None
    if version != VERSION:
        raise RunError(
            f"{path} is of version {version!r}, this program knows {VERSION}; use the program that wrote it, or start "
            "a new run"
        )
    if isinstance(recipe := raw.get("recipe"), dict):
        raw["recipe"] = STORED_BEFORE | recipe
    try:
        config = RunConfig.model_validate(raw)
    except ValidationError as error:
        reason = explain(error, RunConfig, kind="field")
        raise RunError(f"{path} was changed to what cannot be used: {reason}") from None
    if config.name != folder.name:
        raise RunError(f"{path} is of the run {config.name!r}; a run's folder must have the run's name")
    return config


def _read_json(path: Path) -> Any:
    try:
        return json.loads(unsealed(path.read_bytes()).decode("utf-8-sig"))  # some editors begin a file with a mark
    except FileNotFoundError:
        raise no_such_run(path.parent.name) from None
    except (OSError, ValueError, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise RunError(f"{path} cannot be read ({reason}); delete the run and start a new one") from None
