"""What a look at a source found, before anything is stored; what its labels mean can be corrected there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import LABELS, OTHERS, display_name
from ui.shared.layout import count, plain

if TYPE_CHECKING:
    from emotion_core.datasets import Description
    from ui.datasets.import_job import Job

#: In the session: what was found.
UNDERSTOOD = "set_understood"
LEAVE_OUT = "leave out"
#: So many labels are asked about; the others, if any, are left out.
ASKED_ABOUT = 40


@dataclass(frozen=True)
class Understood:
    """What a job would store.

    Attributes:
        job: what was looked at, and how.
        described: the set that it would be.
    """

    job: Job
    described: Description

    def labels(self) -> dict[str, str]:
        """What each label was taken to mean, those that were left out among them."""
        reading = self.described.reading
        assert reading is not None
        return {**dict.fromkeys(reading.left_out, LEAVE_OUT), **reading.labels}


def show(understood: Understood) -> None:
    """The form, splits and labels as a table, and what each label means as a choice."""
    described, reading = understood.described, understood.described.reading
    assert reading is not None
    st.success(
        f"{count(described.faces, 'face')} would be imported. Nothing is stored yet: correct what labels mean, "
        "then import.",
        icon=":material/fact_check:",
    )
    splits = [
        {"Split": split.capitalize(), "Faces": sum(labels.values()), **{display_name(k): n for k, n in labels.items()}}
        for split, labels in described.counts.items()
    ]
    in_rows(reading.in_rows())
    st.dataframe(splits, hide_index=True, alt="Faces that would be imported, by split and label")
    labels = understood.labels()
    others = [name for name in OTHERS if name not in described.classes]
    shown = {label: f"“{plain(label)}”" if label else "no label" for label in labels}
    ask_meanings(labels, shown, [*described.classes, *others])


def in_rows(rows: Sequence[tuple[str, str]]) -> None:
    """What was understood of a source, as a table."""
    shown = {"What": [what for what, _ in rows], "Understood as": [plain(said) for _, said in rows]}
    st.table(shown, hide_index=True, alt="What was understood")


def ask_meanings(labels: dict[str, str], shown: dict[str, str], meanings: Sequence[str] = LABELS) -> None:
    """A choice for each label, beginning with what it is taken to mean."""
    choices = (LEAVE_OUT, *meanings)
    with st.grid(min_column_width=200):
        for label, meaning in list(labels.items())[:ASKED_ABOUT]:
            place = choices.index(meaning) if meaning in choices else 0
            st.selectbox(shown[label], choices, place, key=meaning_key(label), format_func=display_name)
    if len(labels) > ASKED_ABOUT:
        left = "left out" if set(labels.values()) == {LEAVE_OUT} else "taken as said above"
        st.caption(f"{len(labels) - ASKED_ABOUT:,} more labels are {left}.")


def chosen(labels: dict[str, str]) -> dict[str, str | None]:
    """What the visitor says that labels mean; None for those to be left out."""
    found = {label: st.session_state.get(meaning_key(label), meaning) for label, meaning in labels.items()}
    return {label: None if meaning == LEAVE_OUT else meaning for label, meaning in found.items()}


def meaning_key(label: str) -> str:
    """The key of the choice of what a label means."""
    return f"set_meaning {label}"
