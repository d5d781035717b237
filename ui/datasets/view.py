"""Data sets as the pages see them: which there are, and one of them opened with all that is known of its faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets.names import dataset_names, unique_name, version_token
from emotion_core.models.registry import DEFAULT_MODEL, model_version
from ui.shared.layout import count
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets.edits import Act, Edits
    from emotion_core.datasets.quality import Summary
    from emotion_core.datasets.store import Description

#: The widget that says which set is looked at. Every key of this page that goes into the address begins so.
SET = "set"
#: The widget that says which face is looked at closely.
FACE = "set_face"
PAGE = "set_page"


@dataclass(frozen=True)
class View:
    """A set opened for looking through it; shared by all visitors, so never to be changed.

    Attributes:
        description: what it is; the counts are those of the import.
        images: all faces of the import.
        table: one row a face, the excluded ones too: the columns of `edits.edited` and of `quality.Report`.
        summary: the figures of the report.
        counts: how many by split and label, as corrected.
        searched: whether nearly identical and empty pictures have been looked for.
        asked: whether the model's doubts are in the table.
        acts: the corrections.
    """

    description: Description
    images: np.ndarray
    table: pd.DataFrame
    summary: Summary
    counts: dict[str, dict[str, int]]
    searched: bool
    asked: bool
    acts: list[Act]

    @property
    def name(self) -> str:
        return self.description.name


def datasets_state() -> str:
    """The sets that there are, in a few words."""
    names = dataset_names()
    return f"Data: {count(len(names), 'set')}" if names else "Data: none yet"


def view(name: str) -> View:
    """A set opened, from memory unless it, its corrections or what was found in it have changed.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    from emotion_core.datasets.findings import answers_file, likeness_file

    mark = model_mark()
    return _view(version_token(name, likeness_file(name), answers_file(name, mark)), name, mark)


def view_or_rerun(name: str) -> View:
    """A set opened, for a part of the page that runs alone; where it has gone meanwhile, the whole page runs anew."""
    from emotion_core.datasets.errors import DatasetError

    try:
        return view(name)
    except (DatasetError, OSError):
        st.rerun()


def model_mark() -> str:
    """What changes when the default model does, short enough for a file's name."""
    return model_version(DEFAULT_MODEL)[:16]


@st.cache_resource(max_entries=6, show_spinner=False)
def _view(version: str, name: str, model: str) -> View:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets.findings import kept_answers, kept_likeness
    from emotion_core.datasets.quality import Likeness, examine
    from emotion_core.datasets.store import edits_of, open_with_excluded, stored_description

    description = stored_description(name)
    opened = open_with_excluded(name)
    likeness, answers = kept_likeness(name), kept_answers(name, model)
    nothing = Likeness(np.zeros(len(opened), dtype=bool), np.empty((0, 2), dtype=np.int64))
    report = examine(opened, answers, likeness=likeness or nothing)
    table = pd.concat([opened.table, report.table], axis=1)
    kept = table[~table["excluded"]]
    counts = {split: rows["label"].value_counts().to_dict() for split, rows in kept.groupby("split", observed=True)}
    acts = edits_of(name).acts() if description.base else []
    return View(
        description, opened.images, table, report.summary, counts, likeness is not None, answers is not None, acts
    )


# What is done to a set


def choose(name: str) -> None:
    """Look at this set from now on. To be called before the widget `SET`."""
    if (
        SET not in st.session_state
    ):  # a widget that is shown for the first time does not bring its value into the address
        st.query_params[SET] = name
    st.session_state[SET] = name


def correct(name: str, do: Callable[[Edits], None]) -> None:
    """Correct a set; for callbacks. An import stays as it is: a set derived from it is made, and looked at from now on.

    What goes wrong is said on the page.
    """
    from emotion_core.datasets.errors import DatasetError
    from emotion_core.datasets.store import derive, edits_of, stored_description

    st.session_state.set_turn = turn() + 1
    try:
        if stored_description(name).base is None:
            derived = derive(name, unique_name(f"{name[:50]} corrected")).name
            notify_after_rerun(f"Your corrections go into the new set {derived}. The import {name} stays as it is.")
            choose(derived)
            name = derived
        do(edits_of(name))
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))


def turn() -> int:
    """How often something was corrected or undone in this session."""
    return st.session_state.get("set_turn", 0)


def in_words(act: Act) -> str:
    """A correction in a few words."""
    faces = f"face {act.rows[0]}" if len(act.rows) == 1 else f"{len(act.rows):,} faces"
    return {
        "relabel": f"{faces} labelled {act.to}",
        "move": f"{faces} moved to {act.to}",
        "exclude": f"{faces} excluded",
        "include": f"{faces} taken in again",
    }[act.act]


def undo(name: str) -> None:
    """Take the last correction back; for callbacks."""
    correct(name, lambda edits: say_undone(edits.undo()))


def say_undone(act: Act | None) -> None:
    """Say which correction was taken back."""
    if act:
        notify_after_rerun(f"Undone: {in_words(act)}.")


def undo_button(shown: View, key: str) -> None:
    """A button that takes the last correction back, and says which that is."""
    label = f"Undo: {in_words(shown.acts[-1])}" if shown.acts else "Undo"
    st.button(label, on_click=undo, args=(shown.name,), key=key, icon=":material/undo:", disabled=not shown.acts)
