"""A report's figures as charts: by emotion, confusion matrix, calibration, risk and coverage, groups of faces.

Each takes the models' scores by their names, of one kind of label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import percent
from ui.datasets.only import open_gallery
from ui.shared.layout import plain

if TYPE_CHECKING:
    import pandas as pd

    from emotion_core.evaluation import Report, Scores

    #: Of a model by its name and its scores, the cell of a label's row and a prediction's column.
    OpenCell = Callable[[str, Scores, int, int], None]

_MEANING = {
    "recall": "Of the {counted} with this label, the share that is predicted so.",
    "precision": "Of the {counted} predicted so, the share that has this label.",
    "f1": "The harmonic mean of recall and precision.",
}
#: Charts that answer to the mouse, without buttons of their own.
_QUIET = {"displayModeBar": False}


@st.fragment  # its widgets change nothing else, and a click on a download meanwhile would be lost
def emotions(models: dict[str, Scores], open_cell: OpenCell, key: str, colours: Mapping[str, str]) -> None:
    """Figures by emotion, and the confusion matrix.

    Args:
        open_cell: shows the faces of a cell in the gallery; a callback.
        key: how the widgets' keys begin.
        colours: those that the data set gives to its classes.
    """
    left, right = st.columns(2, gap="large")
    with left:
        _by_emotion(models, key, colours)
    with right:
        _confusion(models, open_cell, key)
    open_gallery()


def _by_emotion(models: dict[str, Scores], key: str, colours: Mapping[str, str]) -> None:
    from emotion_core.visuals import FIGURES, emotion_figures

    st.header("By emotion", anchor=False)
    figure = st.segmented_control(
        "Figure",
        list(FIGURES),
        default="recall",
        format_func=lambda name: FIGURES[name],
        required=True,
        label_visibility="collapsed",
        key=f"{key}_figure",
    )
    st.caption(_MEANING[figure].format(counted=counted_in(models)))
    chart = emotion_figures(models, figure, colours)
    st.plotly_chart(chart, config=_QUIET, key=f"{key}_by_emotion", alt=_in_words(models, figure))
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_emotions_table(models), hide_index=True, alt="Figures by emotion and model")


def _confusion(models: dict[str, Scores], open_cell: OpenCell, key: str) -> None:
    from emotion_core.visuals import confusion_matrix

    st.header("Confusion matrix", anchor=False)
    counted = counted_in(models)
    shown = "their middle frames" if counted == "clips" else "these faces"
    st.caption(f"What the {counted} of each label are predicted as. A click on a cell shows {shown}.")
    model = one_of(models, f"{key}_confusion")
    shares = st.segmented_control(
        "Numbers",
        [True, False],
        default=True,
        format_func=lambda shares: "Shares" if shares else "Counts",
        required=True,
        label_visibility="collapsed",
        key=f"{key}_shares",
    )
    st.plotly_chart(
        confusion_matrix(
            models[model].confusion,
            shares,
            models[model].missed,
            clickable=True,
            classes=[one.emotion for one in models[model].emotions],
            counted=counted,
        ),
        config=_QUIET,
        key=f"{key}_confusion_matrix",
        on_select=partial(_clicked, f"{key}_confusion_matrix", partial(open_cell, model, models[model])),
        selection_mode="points",
        alt="Confusion matrix, rows are labels and columns predictions. "
        f"Of each label's {counted} predicted as labelled, " + _in_words({model: models[model]}, "recall"),
    )


def _clicked(chart: str, open_cell: Callable[[int, int], None]) -> None:
    points = st.session_state[chart].selection.points
    if points:
        row, column = points[0]["customdata"]
        open_cell(int(row), int(column))


def certainty(models: dict[str, Scores], report: Report, key: str) -> None:
    """Calibration, and what share of predictions is wrong by how many faces are left "uncertain".

    Nothing for a run of an earlier version, whose evaluation has no such curves.
    """
    if not all(scores.curve for scores in models.values()):
        return
    left, right = st.columns(2, gap="large")
    with left:
        _calibration(models, key)
    with right:
        _risk_coverage(models, {one.model: one.abstain_threshold for one in report.evaluations}, key)


def _calibration(models: dict[str, Scores], key: str) -> None:
    from emotion_core.evaluation import calibration_in_words
    from emotion_core.visuals import reliability_diagram

    errors = {model: calibration_in_words(*scores.calibration()) for model, scores in models.items()}
    named = "; ".join(f"{plain(model)} {error}" if len(errors) > 1 else error for model, error in errors.items())
    st.header("Calibration", anchor=False)
    st.caption(
        "On the dotted line, 70\u00a0% of the predictions with 70\u00a0% confidence are right; below it, the model is "
        f"overconfident. Calibration error, the mean distance from the line: {named}."
    )
    st.plotly_chart(
        reliability_diagram(models),
        config=_QUIET,
        key=f"{key}_reliability",
        alt="Reliability: " + ", ".join(f"{m} calibration error {error}" for m, error in errors.items()),
    )


def _risk_coverage(models: dict[str, Scores], thresholds: dict[str, float], key: str) -> None:
    from emotion_core.visuals import risk_coverage_curve

    st.header("Risk–coverage", anchor=False)
    st.caption("The more of the less confident predictions are left “uncertain” (to the left), the fewer are wrong.")
    st.plotly_chart(
        risk_coverage_curve(models, thresholds),
        config=_QUIET,
        key=f"{key}_risk_coverage",
        alt="Share of wrong predictions by coverage. "
        + ". ".join(f"{model} has a coverage of {percent(scores.coverage)}" for model, scores in models.items()),
    )


def groups(models: dict[str, Scores], key: str) -> None:
    """Accuracy by groups of faces, where there are any."""
    from emotion_core.visuals import group_figures

    if not any(scores.groups for scores in models.values()):
        st.markdown(f"There are too few {counted_in(models)} for groups of them.")
        return
    counted = counted_in(models)
    st.header(f"By groups of {counted}", anchor=False)
    middle = " Groups are by a clip's middle frame." if counted == "clips" else ""
    differs = "Where an interval does not reach it, the group differs."
    st.caption(f"The dotted line is the accuracy on all {counted}. {differs}{middle}")
    parts = [f"{g.group} {percent(g.accuracy.value)}" for scores in models.values() for g in scores.groups]
    st.plotly_chart(
        group_figures(models), config=_QUIET, key=f"{key}_groups", alt=f"Accuracy by group: {', '.join(parts)}"
    )


def counted_in(models: dict[str, Scores]) -> str:
    """What the scores count, "faces" or "clips"."""
    return next((one.counted for one in models.values()), "faces")


def one_of(models: dict[str, Scores], key: str) -> str:
    """The model that is looked at, where there are several."""
    names = list(models)
    if len(names) == 1:
        return names[0]
    return st.segmented_control(
        "Model", names, default=names[0], required=True, label_visibility="collapsed", key=f"{key} {len(names)}"
    )


def _emotions_table(models: dict[str, Scores]) -> pd.DataFrame:
    import pandas as pd

    from emotion_core.evaluation import EMOTION_COLUMNS, columns_of, emotion_rows

    columns = columns_of(EMOTION_COLUMNS, counted_in(models))
    rows = [[model, *row] for model, scores in models.items() for row in emotion_rows(scores)]
    return pd.DataFrame(rows, columns=["Model", *(name[0].upper() + name[1:] for name in columns)])


def _in_words(models: dict[str, Scores], figure: str) -> str:
    parts = []
    for model, scores in models.items():
        shares = [(one.emotion, getattr(one, figure)) for one in scores.emotions]
        parts.append(f"{model}: " + ", ".join(f"{name} {percent(one.value)}" for name, one in shares if one))
    return "; ".join(parts)
