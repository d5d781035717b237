"""One run on the page, shown anew again and again while it is at work."""

from __future__ import annotations

from itertools import takewhile
from typing import Literal

import streamlit as st

from emotion_core import jobs
from emotion_core.inference import figure_in_percent
from emotion_core.runs import (
    LOG_FILE,
    METRICS_FILE,
    STARTING,
    TRAINING,
    Run,
    find_run,
    has_damage,
    is_few_shot,
    read_log,
)
from ui.shared import access
from ui.shared.layout import plain
from ui.shared.words import said, sentence, without_paths
from ui.train import actions
from ui.train.curves import curves
from ui.train.durations import short_duration
from ui.train.few_faces import few_faces_figures
from ui.train.model import use_model
from ui.train.result import result, what_was_asked

#: Seconds between two looks at a run at work.
BEAT = 0.75
#: A state as it is said, with its symbol and colour.
STATES: dict[str, tuple[str, str, Literal["gray", "blue", "orange", "red", "green"]]] = {
    "queued": (":material/hourglass_empty:", "Waiting", "gray"),
    "running": (":material/play_circle:", "Training", "blue"),
    "stopping": (":material/stop_circle:", "Stopping", "orange"),
    "stopped": (":material/pause_circle:", "Stopped", "orange"),
    "failed": (":material/error:", "Failed", "red"),
    "done": (":material/check_circle:", "Done", "green"),
}


def run_view(name: str) -> None:
    """A run: how it stands, and once it has ended its result."""
    run = find_run(name)
    if run is None:
        st.warning(f"The run {plain(name)} is gone: it was deleted.", icon=":material/delete:")
        return
    live = run.status.state in actions.LIVE
    st.fragment(_progress_view, run_every=BEAT if live else None)(name, live)
    if not live:
        if run.history and run.config:
            use_model(run)
        if not is_few_shot(run):
            st.fragment(curves)(run)
        result(run)
    what_was_asked(run)


def _progress_view(name: str, live: bool) -> None:
    """How a run stands, its buttons and, while it learns, its curves; at its end the whole page is shown anew."""
    if live:
        jobs.advance()
    run = find_run(name)
    if run is None or (run.status.state in actions.LIVE) != live:
        st.rerun()
        return
    _head(run)
    if run.status.state == "queued":
        _queue(run)
    else:
        if run.status.active:
            _progress(run)
        (few_faces_figures if is_few_shot(run) else _figures)(run)
    _buttons(run)
    if live:
        curves(run)


def _head(run: Run) -> None:
    symbol, word, colour = STATES[run.status.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(run.name), anchor=False, width="content")
        st.badge(word, icon=symbol, color=colour)
    for problem in filter(None, (run.problem or _damage(run), run.status.error)):
        if problem == run.status.error and run.status.state != "failed":
            st.info(said(sentence(problem)), icon=":material/info:")
        else:
            st.error(said(sentence(problem)), icon=":material/error:")
    if run.status.state == "failed" and (lines := read_log(run.folder, 15)):
        with st.expander(f"The last lines of {LOG_FILE}"):
            st.code(without_paths("\n".join(lines)), language=None)


def _damage(run: Run) -> str | None:
    """What is said of a run some of whose batches are not what was written."""
    if run.status.active or run.status.state == "queued" or not has_damage(run.folder):
        return None
    return f"a line of its {METRICS_FILE} is damaged and left out of the curves"


def _queue(run: Run) -> None:
    """What a run waits for."""
    if not jobs.has_room():
        st.warning("The disk is full: it starts when there is room.", icon=":material/hard_drive:")
    before = _listed([*jobs.at_work(), *takewhile(lambda name: name != run.name, jobs.queue())])
    st.caption(f"One run trains at a time. Before this one: {before or 'none, it is about to start'}.")


def _progress(run: Run) -> None:
    """How far a run at work has come."""
    status = run.status
    if waiting := _listed(jobs.queue()):
        st.caption(f"After this run: {waiting}.")
    share = (status.epoch - 1 + status.batch / max(status.batches, 1)) / max(status.epochs, 1)
    where = f"Epoch {status.epoch} of {status.epochs}, batch {status.batch} of {status.batches}"
    if status.doing == STARTING or not status.epoch:
        where = "Starting: loading the program and preparing the network, which takes about ten seconds"
    doing = "" if status.doing in ("", STARTING, TRAINING) else f": {status.doing}"
    if status.state == "stopping":
        doing = ": it finishes what it is doing, then stops"
    st.progress(min(max(share, 0.0), 1.0), where + doing)


def _listed(names: list[str]) -> str:
    return ", ".join(map(plain, access.named(names)))


def _figures(run: Run) -> None:
    starting = run.status.doing == STARTING  # what there is then is from before it was stopped
    left = None if starting else run.seconds_left
    speed = None if starting else run.status.images_per_second
    with st.grid(min_column_width=150):
        st.metric("Epochs", f"{len(run.history)} of {run.status.epochs or '?'}")
        st.metric(
            "Best validation accuracy",
            figure_in_percent(run.best_accuracy) if run.best_accuracy is not None else "–",
            f"epoch {run.best.epoch}" if run.best else None,
            delta_color="off",
            delta_arrow="off",
        )
        if run.status.active:
            st.metric("Faces a second", f"{speed:,.0f}" if speed else "–")
            st.metric("Time left", short_duration(left) if left else "–")


def _buttons(run: Run) -> None:
    """What can be done to a run. Stop is not called just that: so is Streamlit's own button that stops a page."""
    if not access.may_change(access.RUN, run.name):
        return
    with st.container(horizontal=True):
        if run.status.state in ("queued", "running"):
            st.button(
                "Stop training",
                on_click=actions.stop,
                args=(run.name,),
                key=f"stop {run.name}",
                icon=":material/stop:",
                help="What it has learned is kept.",
            )
        if run.status.state == "stopping":
            st.button(
                "End it now",
                on_click=actions.stop,
                args=(run.name, True),
                key=f"end {run.name}",
                icon=":material/cancel:",
                help="What it learned in this epoch is lost; the epochs before are kept.",
            )
        if run.status.state in ("stopped", "failed") and run.config:
            st.button(
                "Resume",
                on_click=actions.resume,
                args=(run.name,),
                key=f"resume {run.name}",
                icon=":material/play_arrow:",
                type="primary",
            )
