"""A run of few-shot on the page: faces a class, how good its head is by cross-validation, and what to collect next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import percent
from emotion_core.runs import FewFaces, Run, few_faces_of
from ui.shared.layout import plain

if TYPE_CHECKING:
    from emotion_core.evaluation import Scores


def few_faces_figures(run: Run) -> None:
    """How many faces it has learned from, and how many of them it gets right."""
    found = few_faces_of(run)
    if found is None:
        return
    one = found.accuracy
    with st.grid(min_column_width=220):  # where the interval is not cut
        _metric("Faces", f"{sum(found.faces.values()):,}", f"{len(found.faces)} classes")
        _metric("Cross-validated accuracy", percent(one.value), _interval(found))
        st.metric("Seconds", f"{sum(epoch.seconds for epoch in run.history):.1f}")


def judged_by_cross_validation(scores: Scores, found: FewFaces) -> None:
    """The head that was chosen, how good it is, which classes it confuses, and what to collect next."""
    from emotion_core.visuals import confusion_matrix

    st.header("How good it is on faces that it has not seen", anchor=False)
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in found.in_words()))
    st.markdown(f"**Next:** {plain(found.next_step)}")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Faces a class", anchor=False)
        st.dataframe(_rows(scores), hide_index=True, alt="Faces, recall and precision of each class")
    with right:
        st.subheader("Which classes are confused", anchor=False)
        st.plotly_chart(
            confusion_matrix(scores.confusion, shares=False, classes=list(found.faces)),
            config={"displayModeBar": False},
            key="few faces confused",
            alt=f"Confusion matrix, rows are labels and columns predictions. {' '.join(found.in_words()[-1:])}",
        )
    st.caption(
        "There are no curves: the network below the head stays as it is, and the head is fitted at once. The model "
        "that comes of it has learned from all of these faces; a test split is for the page Evaluate."
    )


def _metric(label: str, figure: str, below: str) -> None:
    """A figure with words below it that are no change of it."""
    st.metric(label, figure, below, delta_color="off", delta_arrow="off")


def _interval(found: FewFaces) -> str:
    return f"95 % interval {percent(found.accuracy.low)} to {percent(found.accuracy.high)}"


def _rows(scores: Scores) -> list[dict[str, object]]:
    return [
        {
            "Class": one.emotion,
            "Faces": one.faces,
            "Recall": percent(one.recall.value) if one.recall else "–",
            "Precision": percent(one.precision.value) if one.precision else "–",
        }
        for one in scores.emotions
    ]
