"""Many faces of a set on one page; a click opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core.emotions import FERPLUS_VOTES, display_name
from emotion_core.inference import percent
from ui.datasets import corrections, filters, selection, view
from ui.datasets.only import Only, only, show_all
from ui.datasets.view import FACE, PAGE, View
from ui.shared.layout import count, plain
from ui.shared.media import data_uri

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FACES_A_PAGE = 60
#: Faces in a row of the sprite, and the side in pixels to which large faces are reduced there.
SPRITE_COLUMNS = 10
LARGEST_TILE = 144
#: The side of a face on the page: 48 pixels enlarged twice.
SHOWN = 96

KEY = "set_faces"

_faces = st.components.v2.component(
    "dataset_faces",
    html='<div class="faces" role="group" aria-label="Faces"></div>',
    css=Path(__file__).with_name("gallery.css").read_text("utf-8"),
    js=Path(__file__).with_name("gallery.js").read_text("utf-8"),
)


@st.fragment
def gallery(given: View, review: Callable[[View, np.ndarray], None], alone: bool) -> None:
    """Filters, a page of faces, and the one that is looked at closely. A change of these runs nothing else anew.

    Args:
        given: the set as the rest of the page shows it.
        review: shows the face that is looked at, given the view and the rows that match the filters.
        alone: whether the page shows nothing else of the set, as faces were picked out elsewhere.
    """
    shown = view.view_or_rerun(given.name)
    changed = (shown.name, shown.acts) != (given.name, given.acts) or (alone and only(shown) is None)
    if changed and st.session_state.get(FACE) is None:  # the counts above are no longer right
        st.rerun()
    corrections.tell_of_others(shown)
    picked = only(shown)
    if picked:
        _picked(picked)
    filters.show_filters(shown)
    rows = filters.chosen_rows(shown, picked.rows if picked else None)
    pages = max(1, -(-len(rows) // FACES_A_PAGE))
    if st.session_state.get(PAGE, 1) > pages:
        st.session_state[PAGE] = pages
    place = _header(shown)
    above = st.container()
    page = st.pagination(pages, key=PAGE, bind="query-params")
    with above:
        _page(shown, rows, FACES_A_PAGE * (page - 1), place)
    if st.session_state.get(FACE) is not None:
        review(shown, rows)


def tell_of_missing_face(shown: View) -> None:
    """Say so where a link opens a face that is not in the set. To be called before the gallery."""
    asked = "" if FACE in st.session_state else st.query_params.get(FACE, "")[:20]
    if asked and not (asked.isdecimal() and int(asked) < len(shown.table)):
        last = f"{len(shown.table) - 1:,}"
        st.warning(f"There is no face {plain(asked)} in this set: its faces are 0 to {last}.", icon=":material/delete:")


def _picked(picked: Only) -> None:
    """Say which faces were picked out elsewhere, and lead back to all."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"These are the faces {plain(picked.words)}.", width="content")
        st.button("Show the whole set", on_click=show_all, icon=":material/filter_alt_off:")


def _header(shown: View) -> st.delta_generator.DeltaGenerator:
    """A place to say which faces these are, undoing, and the number of a face to open."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        place = st.empty()
        if shown.description.base:
            corrections.undo_button(shown, "set_undo_gallery")
        st.number_input(
            "Face number", 0, len(shown.table) - 1, None, 1, key=FACE, bind="query-params", width=150,
            placeholder="open one", help="Opens one face; so does a click on it.",
        )  # fmt: skip
    return place


def _page(shown: View, rows: np.ndarray, start: int, place: st.delta_generator.DeltaGenerator) -> None:
    """The faces from this one on, as many as a page has, and what can be done with many at once."""
    here = rows[start : start + FACES_A_PAGE]
    selection.bar(shown, rows, here)
    if not len(here):
        place.markdown("**No face** matches these filters.")
        st.button("Show all faces", on_click=show_all, icon=":material/filter_alt_off:")
        return
    place.markdown(f"**{start + 1:,} to {start + len(here):,}** of {count(len(rows), 'face')}")
    _faces(
        key=KEY,
        data=_tiles(shown, here.tolist()),
        on_opened_change=_open,
        on_selection_change=lambda: selection.take(shown, st.session_state[KEY].selection),
    )


def _open() -> None:
    st.session_state[FACE] = int(st.session_state[KEY].opened)


def _tiles(shown: View, rows: Sequence[int]) -> dict[str, object]:
    from emotion_core.visuals import sprite

    columns = min(SPRITE_COLUMNS, len(rows))
    faces = _records(shown.table, rows)
    chosen = selection.selected(shown)
    here = [row for row in rows if row in chosen]
    picture = sprite([shown.images[row] for row in rows], columns, LARGEST_TILE)
    return {
        "sprite": data_uri(picture),
        "columns": columns,
        "rows": -(-len(rows) // columns),
        "shown": SHOWN,
        "faces": [_tile(shown, row, face, mark) for row, face, mark in zip(rows, faces, _marks(faces), strict=True)],
        "selected": here,
        "others": len(chosen) - len(here),
        "turns": selection.turns(),
    }


def _records(table: pd.DataFrame, rows: Sequence[int]) -> list[dict[str, object]]:
    return table.iloc[list(rows)].to_dict("records")


def _marks(faces: Sequence[dict[str, object]]) -> list[str]:
    """Where faces lie by their duplicates, the look of each: every second group is shaded, its first face marked."""
    if filters.chosen_order() != filters.BY_DUPLICATES:
        return [""] * len(faces)
    groups = [int(str(face["near_duplicates"])) for face in faces]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return [
        " ".join(["band"] * (numbers[group] % 2) + ["first"] * (place == 0 or groups[place - 1] != group))
        if group >= 0
        else ""
        for place, group in enumerate(groups)
    ]


def _tile(shown: View, row: int, face: dict[str, object], mark: str) -> dict[str, object]:
    label, given = (display_name(str(face[column])).lower() for column in ("label", "given_label"))
    corrected = label if label == given else f"{given} → {label}"
    marks = [str(face["split"])]
    marks += ["excluded"] * bool(face["excluded"]) + ["also in training"] * bool(face["in_training"])
    said = _said(shown, face)
    title = f"Face {row}: {', '.join([corrected, *marks, *(one['text'] for one in said)])}"
    notes = [*said, {"text": _note(face, filters.chosen_order()) or marks[-1], "differs": False}]
    return {
        "row": int(row), "label": corrected, "notes": notes, "title": title, "out": bool(face["excluded"]), "mark": mark
    }  # fmt: skip


def _said(shown: View, face: dict[str, object]) -> list[dict[str, Any]]:
    """What the model and the annotators say of a face, as far as known, and whether that differs from its label."""
    found = []
    if shown.predicted:
        text = f"model: {face['predicted']} {_percent(face['confidence'])}"
        found.append({"text": text, "differs": face["predicted"] != face["label"]})
    votes = sorted(((int(str(face.get(f"votes_{name}", 0))), name) for name in FERPLUS_VOTES), reverse=True)
    if votes[0][0]:
        best = ", ".join(f"{display_name(name).lower()} {number}" for number, name in votes[:2] if number)
        found.append(
            {"text": f"votes: {best}", "differs": bool(face["majority"]) and face["majority"] != face["label"]}
        )
    return found


def _note(face: dict[str, object], order: str) -> str:
    """What a tile says of its place in the order; empty where that is nothing."""
    if order == filters.BY_ISSUE:
        return f"{_percent(face['label_issue_score'])} issue score"
    if order in (filters.BY_DISAGREEMENT, filters.BY_AGREEMENT):
        return f"{_percent(face['agreement'])} agree"
    if order == filters.BY_DUPLICATES and int(str(face["near_duplicates"])) >= 0:
        return f"group {face['near_duplicates']}, {face['split']}"
    return ""


def _percent(share: object) -> str:
    value = float(str(share))
    return "no" if value != value else percent(value)
