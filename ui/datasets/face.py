"""One face of a set looked at closely: what annotators and the model say, its duplicates, and its correction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.datasets import SPLITS
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES, LABELS, display_name
from emotion_core.inference import percent
from emotion_core.models import DEFAULT_MODEL, TRAINED
from ui.datasets import corrections, view
from ui.datasets.gallery import show_faces
from ui.datasets.view import FACE, View
from ui.shared import models
from ui.shared.layout import plain
from ui.shared.words import said

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Edits

#: The side of a face looked at closely, in pixels; the next whole multiple of its own is taken.
LARGE = 288
DUPLICATES_SHOWN = 20
TRAINED_ON = (
    "The shipped model was trained on FER-2013's training split: for those faces its predictions are no evidence."
)


def close() -> None:
    """Look at no face closely; for callbacks."""
    st.session_state[FACE] = None


@st.dialog("One face", width="large", on_dismiss=close)
def detail(shown: View, rows: np.ndarray) -> None:
    """The face that is looked at.

    Args:
        shown: the set.
        rows: the rows that are looked through, for going on to the next.
    """
    if st.session_state.get(view.SET) not in (None, shown.name):  # a correction has made another set
        st.rerun()
    shown = view.view_or_rerun(shown.name)
    row = st.session_state.get(FACE)
    if row is None:
        st.rerun()
    face = shown.table.iloc[row].to_dict()
    _steps(rows, row)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _picture(shown, row, face)
    with right:  # first what is clicked: pictures and charts above it would move it while they are drawn anew
        _corrections(shown, row, face)
        _predictions(shown, row, face)
    _duplicates(shown, row, face)


def _steps(rows: np.ndarray, row: int) -> None:
    """Which of the faces that match the filters it is, and ways to the next."""
    import numpy as np

    places = np.flatnonzero(rows == row)
    place = int(places[0]) if len(places) else None
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, step in (("Previous", "chevron_left", -1), ("Next", "chevron_right", 1)):
            target = None if place is None or not 0 <= place + step < len(rows) else int(rows[place + step])
            st.button(
                label,
                on_click=_open,
                args=(target,),
                disabled=target is None,
                icon=f":material/{icon}:",
                shortcut="Left" if step < 0 else "Right",
            )
    if place is not None:
        st.caption(f"{place + 1:,} of the {len(rows):,} faces that match the filters")


def _open(row: int) -> None:
    st.session_state[FACE] = row


def _picture(shown: View, row: int, face: dict) -> None:
    import numpy as np

    from emotion_core.visuals import enlarged

    image = np.asarray(shown.images[row])
    times = max(1, LARGE // image.shape[0])
    st.image(enlarged(image, times), alt=f"Face {row}, labelled {face['label']}", width=min(LARGE, times * len(image)))
    lines = [f"**{display_name(face['label'])}**, {face['split']}" + (", excluded" if face["excluded"] else "")]
    changed = (face["label"], face["split"]) != (face["given_label"], face["given_split"])
    # A line in either case: on a narrow screen the buttons stand below, and one line more would move them.
    lines.append(f"As imported: {face['given_label']}, {face['given_split']}" if changed else "As imported")
    lines.append(f"Face {row}, {plain(str(face['source']))}")
    if face.get("group"):
        lines.append(f"Group: {plain(str(face['group']))}")
    if "width" in face:
        lines.append(f"{face['width']}x{face['height']} pixels where it came from")
    st.markdown("  \n".join(lines))


def _predictions(shown: View, row: int, face: dict) -> None:
    """What the annotators and the shipped model say of the face."""
    from emotion_core.visuals import shares_beside

    shares: dict[str, dict[str, float]] = {}
    votes = {name: int(face.get(f"votes_{name}", 0)) for name in FERPLUS_VOTES}
    if sum(votes.values()):
        shares["Annotators"] = {name: number / sum(votes.values()) for name, number in votes.items()}
    try:
        predicted = models.classifier(DEFAULT_MODEL).under(TRAINED).predict_proba(shown.images[row : row + 1])[0]
        shares["Model"] = dict(zip(EMOTIONS, map(float, predicted), strict=True))
    except ec.ModelError as error:
        st.error(f"The model cannot be used: {said(error)}", icon=":material/error:")
    if not shares:
        return
    words = "; ".join(
        f"{source}: " + ", ".join(f"{name} {percent(share)}" for name, share in labels.items() if share >= 0.005)
        for source, labels in shares.items()
    )
    st.plotly_chart(shares_beside(shares), config={"staticPlot": True}, key="set_shares", alt=words)
    if shown.predicted and face["label_issue_score"] == face["label_issue_score"]:
        likely = "a likely label issue" if face["label_issue"] else "no label issue"
        st.caption(f"By the model's predictions this is {likely} (score {percent(face['label_issue_score'])}).")
    if shares.keys() & {"Model"}:
        st.caption(TRAINED_ON)


def _corrections(shown: View, row: int, face: dict) -> None:
    """Relabel, move, exclude, undo."""
    with st.container(horizontal=True):  # above the others: for a moment the browser shows those of before and after
        _exclusion(shown, row, bool(face["excluded"]))
        corrections.undo_button(shown, "set_undo_face")
    _labels(shown, row, face)
    _splits(shown, row, face)
    if shown.description.base is None:
        st.caption("An import is never changed: the first correction goes into a new set, which is then shown.")


def _labels(shown: View, row: int, face: dict) -> None:
    key = _widget(shown, row, "label")
    st.pills(
        "The expression looks",
        LABELS,
        default=face["label"],
        required=True,
        key=key,
        format_func=display_name,
        on_change=_chosen,
        args=(shown.name, key, face["label"], lambda edits, value: edits.relabel([row], value)),
    )


def _splits(shown: View, row: int, face: dict) -> None:
    key = _widget(shown, row, "split")
    st.segmented_control(
        "Split",
        SPLITS,
        default=face["split"],
        required=True,
        key=key,
        format_func=str.capitalize,
        on_change=_chosen,
        args=(shown.name, key, face["split"], lambda edits, value: edits.move([row], value)),
    )


def _exclusion(shown: View, row: int, excluded: bool) -> None:
    st.button(
        "Include again" if excluded else "Exclude",
        on_click=corrections.correct,
        args=(shown.name, partial(_include if excluded else _exclude, row)),
        icon=":material/add_circle:" if excluded else ":material/block:",
    )


def _widget(shown: View, row: int, what: str) -> str:
    """The key of a widget, another one after each correction: that of an undone one would bring its value back."""
    return f"set_{what} {shown.name} {row} {len(shown.acts)} {corrections.turn()}"


def _chosen(name: str, key: str, before: str, do: Callable[[Edits, str], None]) -> None:
    """Do what was chosen in the widget of this key, once.

    A click that comes before the page is drawn anew brings along what the widgets of before say, this one among them,
    and Streamlit, which has forgotten them, takes that for a choice.
    """
    heard: dict[str, str] = st.session_state.setdefault("set_heard", {})
    value = st.session_state[key]
    if value != heard.get(key, before):
        heard[key] = value
        corrections.correct(name, lambda edits: do(edits, value))


def _exclude(row: int, edits: Edits) -> None:
    edits.exclude([row])


def _include(row: int, edits: Edits) -> None:
    edits.include([row])


def _duplicates(shown: View, row: int, face: dict) -> None:
    """The faces that are duplicates or near-duplicates of it."""
    group = face["near_duplicates"]
    alike = (shown.table["near_duplicates"] == group) & (shown.table.index != row) & (group >= 0)
    others = shown.table.index[alike]
    kind = "duplicates or near-duplicates" if shown.examined else "exact duplicates"
    if not len(others):
        st.caption(f"No {kind}." + ("" if shown.examined else " Near-duplicates have not been searched for."))
        return
    st.markdown(f"**{kind.capitalize()}**")
    show_faces(shown, [int(other) for other in others[:DUPLICATES_SHOWN]], "set_duplicate_faces")
    if len(others) > DUPLICATES_SHOWN:
        st.caption(f"and {len(others) - DUPLICATES_SHOWN:,} more")
