"""The map of a set: every face a point, those that the network sees alike close together; a lasso opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import SPLITS
from ui.datasets import findings, view
from ui.datasets.only import only, show_all, show_only
from ui.datasets.view import View

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go

LABEL, SPLIT, ISSUES = "Label", "Split", "Label issues"
WORDS = "selected on the map"
_OPENED, _COLOUR, _CHART = "set_map", "set_map_colour", "set_map_chart"
_NEW = "set_map_new"
#: Faces that the network has placed in a second, roughly: their embeddings and the layout.
FACES_A_SECOND = 500


@st.fragment
def face_map(given: View) -> None:
    """The map, made when it is wanted; what is selected there is shown in the gallery."""
    if st.session_state.pop(_NEW, False):
        st.rerun()  # before the chart of many points is drawn: the page draws it anew
    shown = view.view_or_rerun(given.name)
    if not st.toggle(
        "Map of the set", key=_OPENED, help="Every face as a point, those that the network sees alike close together."
    ):
        return
    places = _places(view.import_of(shown), view.model_mark(), view.map_version(shown))
    if places is None:
        findings.want_button("Make the map", findings.MAP, ":material/scatter_plot:", len(shown.table) / FACES_A_SECOND)
        return
    colours = [LABEL, SPLIT, *[ISSUES] * shown.predicted]
    with st.container(horizontal=True, vertical_alignment="center"):
        colour = st.segmented_control("Colour by", colours, default=LABEL, required=True, key=_COLOUR)
        st.caption("Draw around faces to see them below; a double click ends that.", width="content")
    st.plotly_chart(
        _chart(shown, places, colour),
        key=f"{_CHART} {colour}",
        on_select=lambda: _take_selected(shown, f"{_CHART} {colour}"),
        selection_mode=("lasso", "box"),
        config={"displaylogo": False, "scrollZoom": True},
        alt=f"The {len(shown.table):,} faces as points by what the network sees in them, coloured by {colour.lower()}",
    )


def _take_selected(shown: View, chart: str) -> None:
    """Show what is selected in the gallery, or all again where nothing is; a callback."""
    rows = [int(point["customdata"]) for point in st.session_state[chart].selection.points]
    picked = only(shown)
    if rows:
        show_only(shown.name, rows, WORDS)
    elif picked and picked.words == WORDS:
        show_all()
    st.session_state[_NEW] = True


@st.cache_resource(max_entries=2, show_spinner=False)
def _places(imported: str, mark: str, version: str) -> np.ndarray | None:
    from emotion_core.datasets import kept_map

    return kept_map(imported, mark)


def _chart(shown: View, places: np.ndarray, colour: str) -> go.Figure:
    """The faces that are not excluded, coloured as was chosen."""
    from emotion_core.visuals import face_map

    kept = ~shown.table["excluded"].to_numpy()
    if colour == ISSUES:
        return face_map(places, kept.nonzero()[0], None, shown.table["label_issue_score"].to_numpy())
    values = shown.table["label" if colour == LABEL else "split"].to_numpy()
    names = shown.labels() if colour == LABEL else SPLITS
    groups = {name: (kept & (values == name)).nonzero()[0] for name in names}
    return face_map(places, kept.nonzero()[0], {name: rows for name, rows in groups.items() if len(rows)})
