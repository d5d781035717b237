"""The result of a run on clips: how good its network is by clip, beside single frames, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.inference import figure_in_percent, percent
from emotion_core.runs import SEQUENCE_NET, Run
from ui.shared import access
from ui.shared.layout import plain
from ui.shared.notifications import report_error_after_rerun
from ui.shared.pages import VIDEO
from ui.shared.words import sentence

if TYPE_CHECKING:
    from emotion_core.evaluation import Evaluation, Figure, RunEvaluation


def is_of_clips(run: Run) -> bool:
    """Whether a run is one of sequence-net."""
    return run.config is not None and run.config.architecture == SEQUENCE_NET


def judged_by_clip(found: RunEvaluation) -> None:
    """A table of the network and of single frames on the same clips, their comparisons, and recall by class."""
    from emotion_core.evaluation import comparison_in_words

    st.header(f"How good the network of epoch {found.epoch} is, by clip", anchor=False)
    rows = [_row(one) for one in found.report.evaluations]
    st.dataframe(rows, hide_index=True, alt="Accuracy and mean recall by clip, of the network and of single frames")
    for one in found.report.comparisons:
        st.markdown(f"- {plain(comparison_in_words(one, 'clips'))}")
    st.caption(
        "Single frames: a linear head on the same embeddings, learnt from the frames of the same training clips; a "
        "clip's answer is the mean over its frames, that of its last frame, or of its most confident frame. All are "
        "judged on the validation clips, by which the best epoch, and the head's strength, were chosen."
    )
    scores = found.evaluation.scores[0]
    recalls = [
        {
            "Expression": one.emotion,
            "Clips": one.faces,
            "Recall": percent(one.recall.value) if one.recall else "–",
            "Precision": percent(one.precision.value) if one.precision else "–",
        }
        for one in scores.emotions
    ]
    st.subheader("By expression", anchor=False)
    st.dataframe(recalls, hide_index=True, alt="Recall and precision of the network by expression")


def use_in_video(name: str) -> None:
    """What a sequence model of the workspace is for."""
    st.markdown(f"It is a sequence model of your workspace, called **{plain(name)}**: the page Video offers it.")
    st.page_link(VIDEO.path, label="Read a video with it", icon=VIDEO.icon)
    st.caption("It is no model for photos: a single picture has no course.")
    if access.may_change(access.MODEL, name):
        key = f"ask to delete sequence model {name}"  # another one, and closed, when the next is shown
        with st.popover("Delete this model", icon=":material/delete:", key=key, on_change="rerun"):
            st.markdown("It is removed for good; the run that it was made of stays.")
            st.button("Delete", on_click=_delete, args=(name,), type="primary", key=f"delete sequence model {name}")


def _delete(name: str) -> None:
    from emotion_core.jobs import delete_model

    try:
        delete_model(name)
        access.release(access.MODEL, name)
    except (ec.ModelError, OSError) as error:
        report_error_after_rerun(sentence(str(error)))


def _row(evaluation: Evaluation) -> dict[str, object]:
    scores = evaluation.scores[0]
    return {
        "Answer": evaluation.model,
        "Clips": scores.faces,
        "Accuracy": figure_in_percent(scores.accuracy.value),
        "95 % interval": _interval(scores.accuracy),
        "Mean recall": figure_in_percent(scores.macro_recall.value),
    }


def _interval(figure: Figure) -> str:
    return f"{100 * figure.low:.1f} to {figure_in_percent(figure.high)}"
