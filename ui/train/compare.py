"""Several runs laid over each other, and what differed between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core import jobs
from emotion_core.inference import percent
from emotion_core.runs import Run, find_run
from ui.train import actions

if TYPE_CHECKING:
    import pandas as pd

#: Seconds between two looks at runs at work.
BEAT = 2.0
CHOSEN, CURVE = "compared", "compared_curve"
#: What a curve is called, and its name in the history.
CURVES = {
    "validation accuracy": "val_accuracy",
    "validation loss": "val_loss",
    "training accuracy": "accuracy",
    "training loss": "loss",
}
#: Of a run's configuration, what says nothing about how it was trained.
NO_DIFFERENCE = ("version", "name", "created")


def compare(runs: list[Run]) -> None:
    """Widgets and results for comparing runs that have finished an epoch."""
    offered = {run.name: run for run in runs if run.history and run.config}
    if len(offered) < 2:
        st.info("There is nothing to compare yet: that takes two runs with a finished epoch each.")
        return
    names = st.multiselect("Runs", list(offered), default=list(offered)[:2], key=CHOSEN)
    chosen = [offered[name] for name in names]
    if not chosen:
        return
    curve = st.segmented_control("Curve", list(CURVES), default="validation accuracy", key=CURVE, required=True)
    live = any(run.status.state in actions.LIVE for run in chosen)
    st.fragment(_laid_over, run_every=BEAT if live else None)(names, str(curve), live)


def _laid_over(names: list[str], curve: str, live: bool) -> None:
    """The curves and the table, shown anew while one of the runs is at work."""
    if live:
        jobs.advance()
    chosen = [run for name in names if (run := find_run(name)) and run.history and run.config]
    if not chosen or (live and not any(run.status.state in actions.LIVE for run in chosen)):
        st.rerun()
    _chart(chosen, curve)
    if len({run.monitor for run in chosen}) > 1:
        st.caption(
            "Each run's validation accuracy is by the labels that it trains on, which differ between these runs."
        )
    st.dataframe(differences(chosen), hide_index=True)


def _chart(chosen: list[Run], curve: str) -> None:
    from emotion_core.visuals import compared_curves

    figure = compared_curves({run.name: monitored(run) for run in chosen}, CURVES[curve])
    st.plotly_chart(figure, key="compared chart", alt=f"{curve} of each run by epoch", config={"displaylogo": False})


def monitored(run: Run) -> list[dict[str, Any]]:
    """The epochs of a run, their "val_accuracy" being by the labels that it trains on."""
    return [{**epoch.as_row(), "val_accuracy": getattr(epoch, run.monitor)} for epoch in run.history]


def differences(runs: list[Run]) -> pd.DataFrame:
    """One row a run: how it went, and of what was asked only what differs."""
    import pandas as pd

    asked = {run.name: flat(run.config.model_dump(exclude=set(NO_DIFFERENCE))) for run in runs if run.config}
    names = dict.fromkeys(name for one in asked.values() for name in one)
    differing = [name for name in names if len({repr(one.get(name)) for one in asked.values()}) > 1]
    return pd.DataFrame([{**_went(run), **_asked(asked[run.name], differing)} for run in runs])


def flat(content: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Nested settings as one level: {"recipe": {"epochs": 3}} as {"epochs": 3}."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            found |= flat(value, "" if key == "recipe" else f"{key} ")
        else:
            found[before + key] = value
    return found


def _went(run: Run) -> dict[str, Any]:
    best = run.best  # none where the first epoch diverged
    return {
        "Run": run.name,
        "State": run.status.state,
        "Epochs trained": len(run.history),
        "Best epoch": str(best.epoch) if best else "–",
        "Validation accuracy": percent(run.best_accuracy) if run.best_accuracy is not None else "–",
        "Minutes": round(sum(epoch.seconds for epoch in run.history) / 60, 1),
    }


def _asked(asked: dict[str, Any], names: list[str]) -> dict[str, str]:
    return {name.replace("_", " ").capitalize(): str(asked.get(name, "–")) for name in names}
