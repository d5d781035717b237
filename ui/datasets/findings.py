"""What is in a set and what is suspicious in it: counts, mean faces, findings, and the acts that mend them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.results import percent
from emotion_core.models.registry import DEFAULT_MODEL
from ui.datasets import gallery, view
from ui.datasets.face import LEARNT_FROM
from ui.datasets.gallery import count_of
from ui.datasets.view import View
from ui.shared import models
from ui.shared.notifications import report_error_after_rerun

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets.edits import Edits

#: So many faces a class are enough for its mean.
FACES_IN_MEAN = 4000
MEAN_SHOWN = 96


def counts(shown: View) -> None:
    """How many faces there are of each label and split: a chart, and the same as a table below."""
    from emotion_core.visuals.dataset_charts import label_counts, shown_labels

    splits = {split: sum(labels.values()) for split, labels in shown.counts.items()}
    said = ", ".join(f"{split} {number:,}" for split, number in splits.items())
    excluded = int(shown.table["excluded"].sum())
    st.subheader(f"{count_of(sum(splits.values()))}" + (f", {excluded:,} excluded" if excluded else ""), anchor=False)
    if not splits:
        st.markdown("Every face is excluded.")
        return
    by_label = {name: sum(labels.get(name, 0) for labels in shown.counts.values()) for name in EMOTIONS}
    st.plotly_chart(
        label_counts(shown.counts),
        key="set_counts",
        config={"displayModeBar": False},
        alt=f"Faces by split: {said}; by label: " + ", ".join(f"{name} {n:,}" for name, n in by_label.items()),
    )
    with st.expander("The same as a table", icon=":material/table:"):
        names = shown_labels(shown.counts)
        order = [split for split in SPLITS if split in splits]
        rows = [
            {"Label": name.capitalize(), **{split.capitalize(): shown.counts[split].get(name, 0) for split in order}}
            for name in names
        ]
        st.dataframe(rows, hide_index=True, alt="Faces by label and split")


def mean_faces(shown: View) -> None:
    """The mean face of each emotion."""
    pictures = _means(shown.name, shown.description.sha256, tuple(map(repr, shown.acts)), shown)
    if not pictures:
        return
    st.subheader("Mean face of each emotion", anchor=False)
    with st.grid(min_column_width=MEAN_SHOWN):
        for name, picture in pictures.items():
            st.image(picture, caption=name.capitalize(), width=MEAN_SHOWN, alt=f"Mean of the faces labelled {name}")


@st.cache_data(max_entries=12, show_spinner=False)
def _means(name: str, sha256: str, acts: tuple[str, ...], _shown: View) -> dict[str, np.ndarray]:
    import numpy as np

    from emotion_core.visuals.dataset_charts import enlarged, mean_face

    labels, kept = _shown.table["label"].to_numpy(), ~_shown.table["excluded"].to_numpy()
    pictures = {}
    for emotion in EMOTIONS:
        rows = np.flatnonzero(kept & (labels == emotion))
        if len(rows):
            chosen = rows[:: -(-len(rows) // FACES_IN_MEAN)]
            mean = mean_face(_shown.images[chosen])
            pictures[emotion] = enlarged(mean, max(1, MEAN_SHOWN // len(mean)))
    return pictures


def findings(shown: View) -> None:
    """What is suspicious, each finding a way to its faces, and the acts on all of them."""
    st.subheader("What is suspicious", anchor=False)
    found = _findings(shown)
    if found:
        st.caption("A click shows these faces below.")
        with st.container(horizontal=True):
            for text, filters in found:
                st.button(text, on_click=partial(gallery.look_at, **filters), type="secondary")
    else:
        st.markdown("Nothing so far: no picture occurs twice.")
    with st.container(horizontal=True, vertical_alignment="center"):
        _acts(shown)
        if not shown.searched:
            st.button(
                "Search for nearly identical pictures",
                on_click=_want,
                args=("search",),
                icon=":material/search:",
                help=f"Looks at every picture, which takes {_about(len(shown.table) / 3000)}; the answer is kept.",
            )
        if not shown.asked:
            st.button(
                "Let the model doubt labels",
                on_click=_want,
                args=("ask",),
                icon=":material/psychology_alt:",
                help=f"Asks the model that ships of every face, which takes {_about(len(shown.table) / 1000)}. "
                + LEARNT_FROM,
            )
    if shown.asked:
        st.caption(LEARNT_FROM)


def _findings(shown: View) -> list[tuple[str, dict[str, str]]]:
    """Each finding in words, and the filters that show its faces."""
    summary = shown.summary
    found: list[tuple[int, str, dict[str, str]]] = [
        (summary.identical, "{} that occur more than once", {"twins": "occur more than once"}),
        *(
            (number, f"{{}} of {split} also in training", {"twins": "also in training", "split": split})
            for split, number in summary.in_training.items()
        ),
        (
            int(shown.table["contradictory"].sum()),
            "{} with contradictory labels",
            {"twins": "contradictory labels"},
        ),
        (summary.against_majority, "{} against the annotators' majority", {"votes": "label against the majority"}),
        (summary.empty, "{} with an empty picture", {"twins": "empty pictures"}),
        (
            int((shown.table["near_twins"] >= 0).sum()) * shown.searched,
            "{} nearly the same",
            {"twins": "nearly the same"},
        ),
        (summary.suspected or 0, "{} doubted by the model", {"doubt": "doubted by the model"}),
    ]
    texts = [(text.format(count_of(number)), filters) for number, text, filters in found if number]
    if summary.against_majority:
        share = percent(summary.against_majority / summary.with_majority)
        texts = [(t + f" ({share})" if "majority" in t else t, filters) for t, filters in texts]
    return texts


def _acts(shown: View) -> None:
    """Exclude all that is also in training, a split at a time."""
    import numpy as np

    for split, number in shown.summary.in_training.items():
        there = shown.table["in_training"] & (shown.table["split"] == split)
        if number:
            st.button(
                f"Exclude the {split} images that also occur in training ({number:,})",
                on_click=view.correct,
                args=(shown.name, partial(_exclude, np.flatnonzero(there))),
                icon=":material/block:",
                type="primary",
            )


def _exclude(rows: np.ndarray, edits: Edits) -> None:
    edits.exclude(rows.tolist())


def _about(seconds: float) -> str:
    return f"about {seconds:.0f} seconds" if seconds >= 2 else "a moment"


def _want(what: str) -> None:
    st.session_state.set_wanted = what


def do_wanted(name: str) -> bool:
    """Search or ask, if that was just wanted, with progress; whether there is something new to show.

    A click on anything stops it, and nothing is kept.
    """
    from emotion_core.datasets.errors import DatasetError
    from emotion_core.datasets.findings import ask, look_for_likeness
    from emotion_core.models.prediction import predict_all

    wanted = st.session_state.pop("set_wanted", None)
    if wanted is None:
        return False
    words = "Looking at every picture" if wanted == "search" else "Asking the model of every face"
    bar = st.progress(0.0, words)

    def progress(share: float) -> None:
        bar.progress(min(1.0, share), f"{words}: {percent(share)}")

    try:
        if wanted == "search":
            look_for_likeness(name, progress)
        else:
            predict = partial(predict_all, models.classifier(DEFAULT_MODEL), progress=progress)
            ask(name, view.model_mark(), predict)
    except (DatasetError, ec.ModelError, OSError) as error:
        report_error_after_rerun(str(error))
    bar.empty()
    return True
