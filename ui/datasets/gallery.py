"""Many faces of a set on one page; a click opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ui.datasets import corrections, filters, view
from ui.datasets.cards import data_uri
from ui.datasets.view import FACE, PAGE, View
from ui.shared.layout import count

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FACES_A_PAGE = 60
#: Faces in a row of the sprite, and the side in pixels to which large faces are reduced there.
SPRITE_COLUMNS = 10
LARGEST_TILE = 144
#: The side of a face on the page: 48 pixels enlarged twice.
SHOWN = 96

_HTML = '<div class="faces" role="group" aria-label="Faces"></div>'
_CSS = """
.faces { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 8px; }
button {
  display: flex; flex-direction: column; align-items: center; padding: 4px; min-width: 0; cursor: pointer;
  border: 1px solid transparent; border-radius: 8px; background: none; color: var(--st-text-color);
  font: 400 13px/1.3 var(--st-font);
}
button:hover { background: var(--st-secondary-background-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.picture { display: block; background-repeat: no-repeat; image-rendering: pixelated; border-radius: 4px; }
.label, .note { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.note { opacity: 0.7; font-size: 12px; }
.out .picture { opacity: 0.3; }
.out .label { text-decoration: line-through; }
"""
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".faces")
  const { sprite, columns, rows, shown, faces } = data
  const texts = [["label", "label"], ["note", "note"]]
  grid.replaceChildren(...faces.map((face, place) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = face.out ? "out" : ""
    button.setAttribute("aria-label", face.title)
    button.title = face.title
    const picture = document.createElement("span")
    picture.className = "picture"
    picture.style.width = picture.style.height = `${shown}px`
    picture.style.backgroundImage = `url(${sprite})`
    picture.style.backgroundSize = `${columns * shown}px ${rows * shown}px`
    picture.style.backgroundPosition = `-${(place % columns) * shown}px -${Math.floor(place / columns) * shown}px`
    button.append(picture, ...texts.map(([name, key]) => {
      const line = document.createElement("span")
      line.className = name
      line.textContent = face[key]
      return line
    }))
    button.onclick = () => setTriggerValue("opened", face.row)
    return button
  }))
}
"""
_faces = st.components.v2.component("dataset_faces", html=_HTML, css=_CSS, js=_JS)


@st.fragment
def gallery(given: View, review: Callable[[View, np.ndarray], None]) -> None:
    """Filters, a page of faces, and the one that is looked at closely. A change of these runs nothing else anew.

    Args:
        given: the set as the rest of the page shows it.
        review: shows the face that is looked at, given the view and the rows that match the filters.
    """
    shown = view.view_or_rerun(given.name)
    changed = (shown.name, shown.acts) != (given.name, given.acts)
    if changed and st.session_state.get(FACE) is None:  # the counts above are no longer right
        st.rerun()
    corrections.tell_of_others(shown)
    filters.show_filters(shown)
    rows = filters.chosen_rows(shown)
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
    """The faces from this one on, as many as a page has."""
    here = rows[start : start + FACES_A_PAGE]
    if len(here):
        place.markdown(f"**{start + 1:,} to {start + len(here):,}** of {count_of(len(rows))}")
        show_faces(shown, here.tolist(), "set_faces")
    else:
        place.markdown("**No face** matches these filters.")
        st.button("Show all faces", on_click=filters.look_at, icon=":material/filter_alt_off:")


def show_faces(shown: View, rows: Sequence[int], key: str) -> None:
    """Faces side by side, at most `FACES_A_PAGE`; a click on one opens it."""
    _faces(key=key, data=_tiles(shown, rows), on_opened_change=opened_in(key))


def opened_in(key: str) -> Callable[[], None]:
    """The callback of a gallery: open the face that was clicked."""

    def open_face() -> None:
        st.session_state[FACE] = int(st.session_state[key].opened)

    return open_face


def count_of(number: int) -> str:
    """So many faces, with commas."""
    return count(number, "face").replace(str(number), f"{number:,}")


def _tiles(shown: View, rows: Sequence[int]) -> dict[str, object]:
    from emotion_core.visuals import sprite

    columns = min(SPRITE_COLUMNS, len(rows))
    order = filters.chosen_order()
    picture = sprite([shown.images[row] for row in rows], columns, LARGEST_TILE)
    return {
        "sprite": data_uri(picture),
        "columns": columns,
        "rows": -(-len(rows) // columns),
        "shown": SHOWN,
        "faces": [_tile(row, face, order) for row, face in zip(rows, _records(shown.table, rows), strict=True)],
    }


def _records(table: pd.DataFrame, rows: Sequence[int]) -> list[dict[str, object]]:
    return table.iloc[list(rows)].to_dict("records")


def _tile(row: int, face: dict[str, object], order: str) -> dict[str, object]:
    label, given = str(face["label"]), str(face["given_label"])
    corrected = label if label == given else f"{given} → {label}"
    marks = [str(face["split"])]
    marks += ["excluded"] * bool(face["excluded"]) + ["also in training"] * bool(face["in_training"])
    title = f"Face {row}: {', '.join([corrected, *marks])}"
    note = _note(face, order) or marks[-1]
    return {"row": int(row), "label": corrected, "note": note, "title": title, "out": bool(face["excluded"])}


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
    return "no" if value != value else f"{value:.0%}".replace("%", " %")
