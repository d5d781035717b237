"""Several runs laid over each other, and what differed between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core import jobs
from emotion_core.inference import figure_in_percent
from emotion_core.runs import RECIPES, Run, find_run, is_few_shot
from ui.shared.layout import choose, plain
from ui.shared.steady import steady_chart
from ui.train import actions
from ui.train.curves import CHART, Scale, scale_widgets
from ui.train.difference import which_is_better

if TYPE_CHECKING:
    import pandas as pd

#: Seconds between two looks at runs at work.
BEAT = 2.0
CHOSEN, CURVE, TABLE = "compared", "compared_curve", "table of runs"
#: Which curves are laid over each other, and how they begin in the history.
CURVES = {"Validation": "val_", "Training": ""}
#: Of a run's configuration, what says nothing about how it was trained.
NO_DIFFERENCE = ("version", "name", "created")


def compare(runs: list[Run]) -> None:
    """All runs in a table, and those chosen of them that have finished an epoch, laid over each other."""
    offered = {run.name: run for run in runs if run.history and run.config}
    if len(offered) < 2:
        st.info("There is nothing to compare yet: that takes two runs with a finished epoch each.")
        return
    wished = st.session_state.get(CHOSEN, st.query_params.get_all(CHOSEN))
    names = [name for name in wished if name in offered]
    if gone := [name for name in wished if name not in offered]:
        st.warning(f"Not here, or no longer: {', '.join(map(plain, gone))}.", icon=":material/delete:")
    if names != wished or not wished:
        choose(CHOSEN, names or list(offered)[:2])
    _table(list(offered.values()))
    names = st.multiselect("Compared", list(offered), key=CHOSEN, bind="query-params")
    chosen = [offered[name] for name in names]
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        curve = st.segmented_control("Curves", list(CURVES), default="Validation", key=CURVE, required=True)
        scale = scale_widgets("compared")
    live = any(run.status.state in actions.LIVE for run in chosen)
    st.fragment(_laid_over, run_every=BEAT if live else None)(names, CURVES[str(curve)], scale, live)
    which_is_better(chosen)


def _table(runs: list[Run]) -> None:
    """One row a run, sorted by a click on a heading; those that are ticked are compared."""

    def take() -> None:
        rows = st.session_state[TABLE].selection.rows
        if rows:
            choose(CHOSEN, [runs[row].name for row in rows])

    st.dataframe(
        [_row(run) for run in runs],
        key=TABLE,
        hide_index=True,
        on_select=take,
        selection_mode="multi-row",
        column_config={
            "Best": st.column_config.NumberColumn(format="%.1f %%", help="Validation accuracy of the best epoch."),
            "Time": st.column_config.NumberColumn(format="%.1f min"),
        },
        alt="The runs that have finished an epoch, with what they were trained on and how good they became",
    )
    st.caption("Tick several rows to compare them; a click on a heading sorts.")


def _row(run: Run) -> dict[str, Any]:
    assert run.config
    return {
        "Run": run.name,
        "Data": run.config.data,
        "Preset": run.config.architecture,
        "Recipe": "none"
        if is_few_shot(run)
        else next((name for name, one in RECIPES.items() if one.recipe == run.config.recipe), "own"),
        "Best": run.best_accuracy if run.best_accuracy is None else round(100 * run.best_accuracy, 1),
        "Epochs": len(run.history),
        "Time": sum(epoch.seconds for epoch in run.history) / 60,
        "State": run.status.state,
    }


def _laid_over(names: list[str], curve: str, scale: Scale, live: bool) -> None:
    """The curves and the table, shown anew while one of the runs is at work."""
    if live:
        jobs.advance()
    chosen = [run for name in names if (run := find_run(name)) and run.history and run.config]
    if not chosen or (live and not any(run.status.state in actions.LIVE for run in chosen)):
        st.rerun()
    if with_curves := [run for run in chosen if not is_few_shot(run)]:
        _chart(with_curves, curve, scale, live)
    if len(with_curves) < len(chosen):
        st.caption("Runs of few-shot have no curves; their accuracy is cross-validated on the training faces.")
    if len({run.monitor for run in chosen}) > 1:
        st.caption(
            "Each run's validation accuracy is by the labels that it trains on, which differ between these runs."
        )
    st.dataframe(differences(chosen), hide_index=True, alt="How the runs went, and what differed between them")


def _chart(chosen: list[Run], curve: str, scale: Scale, live: bool) -> None:
    from emotion_core.visuals import compared_panels

    figure = compared_panels({run.name: monitored(run) for run in chosen}, curve, scale.logarithmic, scale.smoothing)
    bests = ", ".join(
        f"{run.name} {figure_in_percent(run.best_accuracy)}" for run in chosen if run.best_accuracy is not None
    )
    alt = f"Loss and accuracy of each run by epoch; best validation accuracy: {bests}"
    if live:
        of = (*(run.name for run in chosen), curve, scale)
        steady_chart("growing comparison", figure, alt, CHART, of)
    else:
        st.plotly_chart(figure, key="compared chart", alt=alt, config=CHART)


def monitored(run: Run) -> list[dict[str, Any]]:
    """The epochs of a run, their "val_accuracy" being by the labels that it trains on."""
    return [{**epoch.as_row(), "val_accuracy": getattr(epoch, run.monitor)} for epoch in run.history]


def differences(runs: list[Run]) -> pd.DataFrame:
    """One row a run: how it went, and of what was asked only what differs."""
    import pandas as pd

    asked = {run.name: _asked_of(run) for run in runs if run.config}
    names = dict.fromkeys(name for one in asked.values() for name in one)
    differing = [name for name in names if len({repr(one.get(name)) for one in asked.values()}) > 1]
    return pd.DataFrame([{**_went(run), **_asked(asked[run.name], differing)} for run in runs])


def _asked_of(run: Run) -> dict[str, Any]:
    assert run.config
    left_out = {*NO_DIFFERENCE, "recipe"} if is_few_shot(run) else set(NO_DIFFERENCE)
    return flat(run.config.model_dump(exclude=left_out))


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
        "Validation accuracy": figure_in_percent(run.best_accuracy) if run.best_accuracy is not None else "–",
        "Minutes": round(sum(epoch.seconds for epoch in run.history) / 60, 1),
    }


def _asked(asked: dict[str, Any], names: list[str]) -> dict[str, str]:
    return {name.replace("_", " ").capitalize(): str(asked.get(name, "–")) for name in names}
