"""The quality of a set: what was found, each finding a way to its faces, and what finds more or removes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.inference import percent
from emotion_core.models import default_model
from ui.datasets import corrections, filters, view
from ui.datasets.review import TRAINED_ON
from ui.datasets.view import View
from ui.shared import models
from ui.shared.layout import count
from ui.shared.notifications import attempt

if TYPE_CHECKING:
    import numpy as np

#: What can be wanted, by what the page says while it is done.
EXAMINE, PREDICT, MAP = "Examining every picture", "Predicting every face", "Looking at every face for the map"


def findings(shown: View) -> None:
    """What was found, each finding a way to its faces, and what can be done about all of them."""
    st.header("Data quality", anchor=False)
    found = _findings(shown)
    if found:
        st.caption("A click shows these faces below.")
        with st.container(horizontal=True):
            for text, chosen in found:
                st.button(text, on_click=partial(filters.look_at, **chosen), type="secondary")
    else:
        st.markdown("No problems found so far: no image occurs twice.")
    with st.container(horizontal=True, vertical_alignment="center"):
        _exclude_buttons(shown)
        _find_buttons(shown)
    if shown.predicted:
        st.caption(TRAINED_ON)


def _findings(shown: View) -> list[tuple[str, dict[str, str]]]:
    """Each finding in words, and the filters that show its faces."""
    summary, table = shown.summary, shown.table
    near = int((table["near_duplicates"] >= 0).sum()) * shown.examined
    found: list[tuple[int, str, dict[str, str]]] = [
        (summary.identical, "{} with an exact duplicate", {"duplicates": filters.EXACT}),
        *(
            (number, f"{{}} of {split} also in training", {"duplicates": filters.IN_TRAINING, "split": split})
            for split, number in summary.in_training.items()
        ),
        (int(table["contradictory"].sum()), "{} with contradictory labels", {"duplicates": filters.CONTRADICTORY}),
        (summary.against_majority, _against_majority(shown), {"votes": filters.AGAINST_MAJORITY}),
        (summary.empty, "{} with an empty image", {"duplicates": filters.EMPTY}),
        (near, "{} with a duplicate or near-duplicate", {"duplicates": filters.NEAR}),
        (summary.label_issues or 0, "{} with a likely label issue", {"issues": filters.LABEL_ISSUE}),
    ]
    return [(text.format(count(number, "face")), chosen) for number, text, chosen in found if number]


def _against_majority(shown: View) -> str:
    share = shown.summary.against_majority / max(1, shown.summary.with_majority)
    return f"{{}} labelled against the annotators' majority ({percent(share)})"


def _exclude_buttons(shown: View) -> None:
    """Exclude all that is also in training, a split at a time."""
    import numpy as np

    for split, number in shown.summary.in_training.items():
        there = shown.table["in_training"] & (shown.table["split"] == split)
        if number:
            st.button(
                f"Exclude the {split} images that are also in training ({number:,})",
                on_click=_exclude,
                args=(shown, np.flatnonzero(there)),
                icon=":material/block:",
                type="primary",
            )


def _exclude(shown: View, rows: np.ndarray) -> None:
    from emotion_core.datasets import Act

    corrections.correct(shown, Act(act="exclude", rows=tuple(rows.tolist())))


def _find_buttons(shown: View) -> None:
    """Find what takes long to find, as far as it was not found before."""
    if not shown.examined:
        st.button(
            "Find near-duplicates",
            on_click=_want,
            args=(EXAMINE,),
            icon=":material/search:",
            help=f"Examines every picture, which takes {_about(len(shown.table) / 3000)}; the result is kept.",
        )
    comparable = len(set(view.classes_of_model()) & set(shown.description.classes)) > 1
    if comparable and not shown.predicted:
        st.button(
            "Find label issues",
            on_click=_want,
            args=(PREDICT,),
            icon=":material/psychology_alt:",
            help="Compares each label with the shipped model's prediction for its face, which takes "
            f"{_about(len(shown.table) / 1000)}. {TRAINED_ON}",
        )


def want_button(label: str, what: str, icon: str, seconds: float) -> None:
    """A button for what takes long and is kept."""
    if st.button(label, on_click=_want, args=(what,), icon=icon, help=f"Takes {_about(seconds)}; the result is kept."):
        st.rerun()  # the whole page does it


def _about(seconds: float) -> str:
    return f"about {seconds:.0f} seconds" if seconds >= 2 else "a moment"


def _want(what: str) -> None:
    st.session_state.set_wanted = what


def do_wanted(name: str) -> bool:
    """Examine or predict, if that was just wanted, with progress; whether there is something new to show.

    A click on anything stops it, and nothing is kept.
    """
    from emotion_core.datasets import image_findings_of, map_of, predictions_of
    from emotion_core.models import TRAINED, embed_all, predict_all

    wanted = st.session_state.pop("set_wanted", None)
    if wanted is None:
        return False
    bar = st.progress(0.0, wanted)

    def progress(share: float) -> None:
        bar.progress(min(1.0, share), f"{wanted}: {percent(share)}")

    def work() -> None:
        if wanted == EXAMINE:
            image_findings_of(name, progress)
        elif wanted == MAP:
            # Looking takes about half of the time, laying out the rest, of which nothing is told meanwhile.
            embed = partial(embed_all, models.classifier(default_model()), progress=lambda share: progress(share / 2))
            map_of(name, view.model_mark(), embed)
        else:
            predict = partial(predict_all, models.classifier(default_model()).under(TRAINED), progress=progress)
            predictions_of(name, view.model_mark(), predict)

    attempt(work)
    bar.empty()
    return True
