"""Training as the pages see it: how things stand, and what a click does to a run."""

from __future__ import annotations

from typing import Any

import streamlit as st

from emotion_core import jobs
from emotion_core.runs import RunConfig, RunError, find_run, read_status, run_folder, run_names
from ui.shared import access, history
from ui.shared.layout import choose, count
from ui.shared.notifications import attempt, notify_after_rerun
from ui.shared.top import to_the_top

#: Which part of the page is shown, and which run; both stand in the address, whose names all pages share.
PART, RUN = history.TRAIN_PART, history.TRAIN_RUN
NEW, RUNS, COMPARE = "New run", "Runs", "Compare"
#: States in which a run's page is shown anew again and again.
LIVE = ("queued", "running", "stopping")


def training_state() -> str:
    """The run at work, or how many there are, in a few words."""
    names = access.run_names()
    for name in names:
        try:
            status = read_status(run_folder(name))
        except RunError:
            continue
        if status.active:
            return f"Training: epoch {status.epoch} of {status.epochs}" if status.epoch else "Training: starting"
    return f"Training: {count(len(names), 'run')}" if names else "Training: none yet"


# What the buttons do; for callbacks


def show(part: str, run: str | None = None) -> None:
    """Turn to a part of the page, and to a run."""
    choose(PART, part)
    if run is not None:
        choose(RUN, run)


def start(config: RunConfig) -> bool:
    """Begin a run and show it, or show the same one that is begun already; whether it is shown."""
    new = config.name not in run_names()
    shown = attempt(lambda: _begin(config))
    if shown:
        if new:
            access.claim(access.RUN, config.name)
        show(RUNS, config.name)
        to_the_top()
    return shown


def _begin(config: RunConfig) -> None:
    jobs.give_up()
    try:
        jobs.start(config)
    except RunError:
        # Asked only now, as another click, or another server, may begin the same run at any moment.
        if not _begun(config):
            raise


def _begun(config: RunConfig) -> bool:
    """Whether a run of this name waits or works, and is what is asked for."""
    try:
        run = find_run(config.name)
    except RunError:  # said when it is started
        return False
    if run is None or run.config is None or run.status.state not in LIVE:
        return False
    return _asked(run.config) == _asked(config)


def _asked(config: RunConfig) -> dict[str, Any]:
    """What was asked for, without what is filled in when a run starts."""
    filled = {"created", "data_sha256", "held_out", "architecture", "arguments"}
    return {
        **config.model_dump(exclude=filled),
        "recipe": config.recipe.model_dump(exclude={"scale", "offset", "class_balance"}),
    }


def stop(name: str, now: bool = False) -> None:
    """Ask a run to stop."""
    attempt(lambda: jobs.stop(name, now))


def resume(name: str) -> None:
    """Go on with a run, unless another click has seen to that."""
    run = find_run(name)
    if run is None or run.status.state not in LIVE:
        attempt(lambda: jobs.resume(name))


def delete(name: str) -> None:
    """Remove a run."""
    if attempt(lambda: jobs.delete(name)):
        access.release(access.RUN, name)
        notify_after_rerun(f"The run {name} is deleted.")
        st.session_state[RUN] = None  # it is not missed
