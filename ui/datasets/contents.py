"""What is in a set: what was read on its import, the faces of each label and split, the mean face of each emotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import SPLITS
from emotion_core.emotions import display_name
from ui.datasets.understood import in_rows
from ui.datasets.view import View
from ui.shared.layout import count, plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Description

#: So many faces a class are enough for its mean.
FACES_IN_MEAN = 4000
MEAN_SHOWN = 96


def import_summary(described: Description) -> None:
    """What was read, mapped and left out, and why; open right after the import."""
    reading = described.reading
    if reading is None:
        return
    new = st.session_state.get("set_new") == described.name
    side, colour = "x".join(map(str, described.shape[:2])), "colour" if len(described.shape) == 3 else "grey"
    stored = f"{reading.faces:,} faces of {side} pixels in {colour}"
    with st.expander("What was read", expanded=new, icon=":material/receipt_long:"):
        in_rows([*reading.in_rows(), ("Stored", stored)])
        if reading.first_skipped:
            st.markdown("The first skipped rows:\n" + "\n".join(f"- {plain(row)}" for row in reading.first_skipped))


def counts(shown: View) -> None:
    """How many faces there are of each label and split: a chart, and the same as a table below."""
    from emotion_core.visuals import label_counts, shown_labels

    splits = {split: sum(labels.values()) for split, labels in shown.counts.items()}
    words = ", ".join(f"{split} {number:,}" for split, number in splits.items())
    excluded = int(shown.table["excluded"].sum())
    st.header(count(sum(splits.values()), "face") + (f", {excluded:,} excluded" if excluded else ""), anchor=False)
    if not splits:
        st.markdown("Every face is excluded.")
        return
    by_label = {
        name: sum(labels.get(name, 0) for labels in shown.counts.values()) for name in shown.description.classes
    }
    st.plotly_chart(
        label_counts(shown.counts, shown.description.classes, shown.description.colours),
        key="set_counts",
        config={"displayModeBar": False},
        alt=f"Faces by split: {words}; by label: " + ", ".join(f"{name} {n:,}" for name, n in by_label.items()),
    )
    with st.expander("The same as a table", icon=":material/table:"):
        names = shown_labels(shown.counts, shown.description.classes)
        order = [split for split in SPLITS if split in splits]
        rows = [
            {"Label": display_name(name), **{split.capitalize(): shown.counts[split].get(name, 0) for split in order}}
            for name in names
        ]
        st.dataframe(rows, hide_index=True, alt="Faces by label and split")


def mean_faces(shown: View) -> None:
    """The mean face of each emotion."""
    pictures = _means(shown.name, shown.description.sha256, tuple(map(repr, shown.acts)), shown)
    if not pictures:
        return
    st.header("Mean face of each class" if shown.own_classes else "Mean face of each emotion", anchor=False)
    with st.grid(min_column_width=MEAN_SHOWN):
        for name, picture in pictures.items():
            st.image(picture, caption=display_name(name), width=MEAN_SHOWN, alt=f"Mean of the faces labelled {name}")


@st.cache_data(max_entries=12, show_spinner=False)
def _means(name: str, sha256: str, acts: tuple[str, ...], _shown: View) -> dict[str, np.ndarray]:
    import numpy as np

    from emotion_core.visuals import enlarged, mean_face

    labels, kept = _shown.table["label"].to_numpy(), ~_shown.table["excluded"].to_numpy()
    pictures = {}
    for emotion in _shown.description.classes:
        rows = np.flatnonzero(kept & (labels == emotion))
        if len(rows):
            chosen = rows[:: -(-len(rows) // FACES_IN_MEAN)]
            mean = mean_face(_shown.images[chosen])
            pictures[emotion] = enlarged(mean, max(1, MEAN_SHOWN // len(mean)))
    return pictures
