"""The accuracies of a report's models, how the figures came about, and which model is better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import figure_in_percent
from ui.shared.layout import plain

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from emotion_core.evaluation import Figure, Report, Scores


def overview(report: Report) -> None:
    """Each model's accuracy and mean recall by every kind of label, the protocol, comparisons, and all as a table."""
    from emotion_core.evaluation import protocol_in_words

    for evaluation in report.evaluations:
        whole = [one for one in evaluation.scores if not one.without_training_duplicates]
        with st.container(border=True):
            st.markdown(f"**{plain(evaluation.model)}**")
            for column, scores in zip(st.columns(len(whole), gap="medium"), whole, strict=True):
                with column:
                    _accuracy(scores, evaluation.scores_by(scores.labels, True))
    st.caption(plain(" ".join(protocol_in_words(report))))
    if report.comparisons:
        _comparisons(report)
    with st.expander("All figures as a table", icon=":material/table:"):
        st.dataframe(_all_figures(report), hide_index=True, alt="All figures of all models by every kind of label")


def choose_labels(report: Report, key: str) -> dict[str, Scores]:
    """Widgets that say by which labels, if there are several kinds, and on which faces; the scores by models' names.

    Args:
        key: how the widgets' keys begin.
    """
    from emotion_core.evaluation import labels_in_words

    kinds = list(dict.fromkeys(labels for labels, _ in report.kinds()))
    labels = kinds[0]
    if len(kinds) > 1:
        st.header("Labels", anchor=False)
        labels = st.segmented_control(
            "Labels",
            kinds,
            default=kinds[-1],
            format_func=labels_in_words,
            required=True,
            label_visibility="collapsed",
            key=f"{key}_labels {len(kinds)}",
        )
    number = f" ({report.in_training:,})" if report.in_training else ""
    without = (labels, True) in report.kinds() and st.toggle(
        f"Leave out {report.counted} that are also in the training split{number}", key=f"{key}_without"
    )
    chosen = {one.model: one.scores_by(labels, without) for one in report.evaluations}
    return {model: scores for model, scores in chosen.items() if scores}


def parts(counted: str = "faces") -> Sequence[DeltaGenerator]:
    """The parts of a report, of which one is seen at a time: by emotion, certainty, groups and errors."""
    return st.tabs(["By emotion", "Calibration", f"Groups of {counted}", "Errors"])


def _accuracy(scores: Scores, without: Scores | None) -> None:
    from emotion_core.evaluation import calibration_in_words, faces_in_words, labels_in_words

    accuracy, recall = scores.accuracy, scores.macro_recall
    st.markdown(f"Against {labels_in_words(scores.labels)}")
    with st.container(horizontal=True):
        st.metric("Accuracy", figure_in_percent(accuracy.value), width="content")
        st.metric(
            "Mean recall",
            figure_in_percent(recall.value),
            width="content",
            help="The mean over the emotions that occur.",
        )
    more = (
        f" Without {scores.counted} known from training {figure_in_percent(without.accuracy.value)}." if without else ""
    )
    if scores.unlabelled:
        more += f" {scores.unlabelled:,} {scores.counted} have no such label and are left out."
    st.caption(
        f"Accuracy {_interval(accuracy)} of {faces_in_words(scores.faces, scores.counted)}, "
        f"mean recall {_interval(recall)}.{more} "
        f"Calibration error {calibration_in_words(*scores.calibration())}."
    )


def _interval(figure: Figure) -> str:
    return f"{100 * figure.low:.1f} to {100 * figure.high:.1f} %"


def _comparisons(report: Report) -> None:
    from emotion_core.evaluation import comparison_in_words, labels_in_words
    from emotion_core.visuals import model_accuracies

    st.header("Which is better?", anchor=False)
    accuracies = {
        one.model: [
            (labels_in_words(scores.labels, scores.without_training_duplicates, scores.counted), scores.accuracy)
            for scores in one.scores
        ]
        for one in report.evaluations
    }
    said = [f"{model} {figure_in_percent(one.value)}" for model, kinds in accuracies.items() for _, one in kinds[:1]]
    alt = f"Accuracy of each model with its interval: {', '.join(said)}"
    st.plotly_chart(model_accuracies(accuracies), config={"staticPlot": True}, alt=alt)
    for one in report.comparisons:
        st.markdown(f"- {plain(comparison_in_words(one, report.counted))}")
    if len(report.evaluations) > 2:
        st.caption(
            "Of twenty such comparisons between models that are equally good, one comes out below 0.05 by chance."
        )


def _all_figures(report: Report) -> pd.DataFrame:
    import pandas as pd

    from emotion_core.evaluation import FIGURE_COLUMNS, columns_of, figures_row

    columns = columns_of(FIGURE_COLUMNS, report.counted)
    rows = [figures_row(one, scores) for one in report.evaluations for scores in one.scores]
    return pd.DataFrame(rows, columns=[name[0].upper() + name[1:] for name in columns])
