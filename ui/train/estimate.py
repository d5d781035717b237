"""How long a run will take, by the training throughput of this machine, which is measured when nothing else runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core import jobs
from emotion_core.jobs import Workload
from emotion_core.runs import Recipe
from ui.shared.layout import count
from ui.shared.words import said
from ui.train.durations import duration

if TYPE_CHECKING:
    from emotion_core.datasets import Learned


def estimate(work: Workload, learned: Learned) -> None:
    """Say how long it will take, or that this is being measured, or why it cannot be."""
    if known := jobs.known_throughput(work):
        st.caption(_in_words(known, work.recipe, learned))
    elif jobs.has_failed(work):
        st.caption(
            f":material/timer_off: How long it will take could not be measured: see {jobs.LOG_FILE} in the workspace."
        )
    else:
        st.fragment(_measure, run_every=2.0)(work)


def _measure(work: Workload) -> None:
    """Have it measured as soon as nothing else trains or is measured, and say how that stands."""
    if jobs.known_throughput(work) or jobs.has_failed(work):
        st.rerun()
    if jobs.at_work():
        st.caption(":material/timer_off: There is no estimate of the time while a run is at work.")
        return
    try:
        jobs.measure_in_background(work)
    except OSError as error:
        words = said(error.strerror or error)
        st.caption(f":material/timer_off: How long it will take could not be measured: {words}.")
        return
    st.caption(":material/timer: Measuring the training throughput of this machine, to say how long it will take …")


def _in_words(faces_a_second: float, recipe: Recipe, learned: Learned) -> str:
    training, validation = sum(learned.training.values()), sum(learned.validation.values())
    seconds = jobs.seconds_of_run(faces_a_second, recipe.epochs, training, validation)
    return (
        f":material/timer: About {duration(seconds)} for {count(recipe.epochs, 'epoch')} of {count(training, 'face')}: "
        f"when it was measured, this machine trained on {faces_a_second:,.0f} faces a second."
    )
