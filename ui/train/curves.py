"""The curves of a run: loss, accuracy, learning rate and seconds over the same epochs, and the numbers as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core.inference import figure_in_percent
from emotion_core.runs import Run, read_batches
from ui.shared.steady import steady_chart

if TYPE_CHECKING:
    import pandas as pd

#: The toolbar of a chart stays out of sight until it is pointed at.
CHART = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d"]}
COLUMNS = {
    "epoch": "Epoch",
    "loss": "Training loss",
    "val_loss": "Validation loss",
    "accuracy": "Training accuracy",
    "val_accuracy": "Validation accuracy",
    "learning_rate": "Learning rate",
    "seconds": "Seconds",
}


@dataclass(frozen=True)
class Scale:
    """How curves are drawn; see `emotion_core.visuals.training_panels`."""

    logarithmic: bool
    smoothing: float


def scale_widgets(key: str) -> Scale:
    """Widgets for how curves are drawn."""
    logarithmic = st.toggle("Loss on a logarithmic scale", key=f"{key}_log")
    smoothing = st.slider("Smoothing", 0.0, 0.9, 0.0, 0.1, key=f"{key}_smoothing", width=180)
    return Scale(logarithmic, smoothing)


def curves(run: Run) -> None:
    """The curves of a run, and their numbers; of one at work they are shown anew again and again."""
    from emotion_core.visuals import thinned, training_panels

    epochs = [epoch.as_row() for epoch in run.history]
    batches = [asdict(batch) for batch in thinned(read_batches(run.folder))]
    if not (batches or epochs or run.status.active):  # one at work has its place for them from the start
        return
    best = run.best.epoch if run.best else None
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        scale = scale_widgets("train")
    figure = training_panels(epochs, batches, best, run.monitor, scale.logarithmic, scale.smoothing)
    with place:
        if run.status.active:
            steady_chart("growing curves", figure, _alternative(run), CHART, of=(run.name, scale))
        else:
            st.plotly_chart(figure, key=f"curves {run.name}", alt=_alternative(run), config=CHART)
    if epochs:
        with st.expander("The curves as a table", icon=":material/table:"):
            st.dataframe(_numbers(epochs), hide_index=True, alt="The figures of every epoch")


def _alternative(run: Run) -> str:
    words = "Loss, accuracy, learning rate and seconds by epoch, in training and in validation"
    if run.best is None or run.best_accuracy is None:
        return words
    return f"{words}; best validation accuracy {figure_in_percent(run.best_accuracy)} in epoch {run.best.epoch}"


def _numbers(epochs: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{title: row.get(key) for key, title in COLUMNS.items()} for row in epochs])
