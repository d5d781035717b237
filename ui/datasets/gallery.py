"""Many faces of a set on one page: which of them, in which order, and a click opens one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS, LABELS, display_name
from ui.datasets import view
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

ALL = "all"
EMOTION, SPLIT, DOUBT, TWINS, VOTES, STATE, ORDER = (
    "set_emotion", "set_split", "set_doubt", "set_twins", "set_votes", "set_state", "set_order",
)  # fmt: skip

#: What the filters offer, and which rows of a view's table that means.
DOUBTS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "doubted by the model": lambda table: table["suspected"],
    "not doubted": lambda table: ~table["suspected"],
}
TWIN_KINDS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "occur more than once": lambda table: table["twins"] >= 0,
    "also in training": lambda table: table["in_training"],
    "contradictory labels": lambda table: table["contradictory"],
    "nearly the same": lambda table: table["near_twins"] >= 0,
    "nearly in training": lambda table: table["near_in_training"],
    "empty pictures": lambda table: table["empty"],
}
NEEDS_SEARCH = ("nearly the same", "nearly in training", "empty pictures")
VOTE_KINDS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "label against the majority": lambda table: (table["majority"] != "") & (table["majority"] != table["label"]),
    "label is the majority": lambda table: (table["majority"] != "") & (table["majority"] == table["label"]),
    "no clear majority": lambda table: table["majority"] == "",
    "at most 2 in 10 chose the label": lambda table: table["agreement"] <= 0.2,
}
STATES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "kept": lambda table: ~table["excluded"],
    "excluded": lambda table: table["excluded"],
    "corrected": lambda table: (
        table["excluded"] | (table["label"] != table["given_label"]) | (table["split"] != table["given_split"])
    ),
}
AS_READ, BY_DOUBT, BY_TWINS, BY_DISAGREEMENT, BY_AGREEMENT = (
    "as in the set", "most suspicious first", "twins side by side", "least agreement first", "most agreement first",
)  # fmt: skip

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


def first_page() -> None:
    """Go back to the first page; for callbacks of filters."""
    st.session_state[PAGE] = 1


def look_at(**filters: str) -> None:
    """Set filters, and all others to all; for callbacks. The names are those of the keys without "set_"."""
    for key in (EMOTION, SPLIT, DOUBT, TWINS, VOTES, STATE):
        st.session_state[key] = filters.get(key.removeprefix("set_"), ALL)
    first_page()


def filters(shown: View) -> None:
    """The widgets that say which faces are shown and in which order."""
    table = shown.table
    voted = bool(table["agreement"].notna().any())
    labels = [name for name in LABELS if name in EMOTIONS or (table["label"] == name).any()]
    twins = [kind for kind in TWIN_KINDS if shown.searched or kind not in NEEDS_SEARCH]
    orders = [AS_READ, BY_TWINS]
    orders += [BY_DOUBT] * shown.asked + [BY_DISAGREEMENT, BY_AGREEMENT] * voted
    with st.grid(min_column_width=150):
        _choice("Emotion", [ALL, *labels], EMOTION)
        _choice("Split", [ALL, *SPLITS], SPLIT)
        _choice("Duplicates", [ALL, *twins], TWINS)
        if voted:
            _choice("Annotators' votes", [ALL, *VOTE_KINDS], VOTES)
        if shown.asked:
            _choice("Suspicion", [ALL, *DOUBTS], DOUBT)
        if shown.description.base:
            _choice("Corrections", [ALL, *STATES], STATE)
        _choice("Order", orders, ORDER)


def _choice(label: str, options: Sequence[str], key: str) -> None:
    if st.session_state.get(key) not in (None, *options):  # of another set, which has votes or doubts
        del st.session_state[key]
    st.selectbox(label, options, key=key, bind="query-params", on_change=first_page, format_func=display_name)


def chosen_rows(shown: View) -> np.ndarray:
    """The rows of the view's table that the filters leave, in the chosen order."""
    import numpy as np

    table, said = shown.table, st.session_state
    keep = np.ones(len(table), dtype=bool)
    for key, column in ((EMOTION, "label"), (SPLIT, "split")):
        if said.get(key, ALL) != ALL:
            keep &= (table[column] == said[key]).to_numpy()
    for key, kinds in ((DOUBT, DOUBTS), (TWINS, TWIN_KINDS), (VOTES, VOTE_KINDS), (STATE, STATES)):
        kind = kinds.get(said.get(key, ALL))
        if kind is not None:
            keep &= kind(table).to_numpy()
    return _ordered(table, np.flatnonzero(keep), said.get(ORDER, AS_READ))


def _ordered(table: pd.DataFrame, rows: np.ndarray, order: str) -> np.ndarray:
    import numpy as np

    if order == BY_TWINS:
        groups = table["near_twins"].to_numpy()[rows]
        return rows[np.lexsort((rows, groups, groups < 0))]
    keys = {BY_DOUBT: -table["suspicion"], BY_DISAGREEMENT: table["agreement"], BY_AGREEMENT: -table["agreement"]}
    if order not in keys:
        return rows
    return rows[np.argsort(keys[order].to_numpy()[rows], kind="stable")]  # what is unknown comes last


def opened_in(key: str) -> Callable[[], None]:
    """The callback of a gallery: look closely at the face that was clicked."""

    def open_face() -> None:
        st.session_state[FACE] = int(st.session_state[key].opened)

    return open_face


def faces(shown: View, rows: Sequence[int], key: str) -> None:
    """Faces side by side, at most `FACES_A_PAGE`; a click on one looks at it closely."""
    tiles = _tiles(shown, rows)
    _faces(key=key, data=tiles, on_opened_change=opened_in(key))


def _tiles(shown: View, rows: Sequence[int]) -> dict[str, object]:
    from emotion_core.visuals.dataset_charts import sprite

    columns = min(SPRITE_COLUMNS, len(rows))
    order = st.session_state.get(ORDER, AS_READ)
    picture = sprite([shown.images[row] for row in rows], columns, LARGEST_TILE)
    return {
        "sprite": _png(picture),
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
    marks += ["excluded"] * bool(face["excluded"]) + ["in training too"] * bool(face["in_training"])
    note = marks[-1]
    if order == BY_DOUBT:
        note = f"{_percent(face['suspicion'])} doubt"
    elif order in (BY_DISAGREEMENT, BY_AGREEMENT):
        note = f"{_percent(face['agreement'])} agree"
    elif order == BY_TWINS and int(str(face["near_twins"])) >= 0:
        note = f"group {face['near_twins']}, {face['split']}"
    title = f"Face {row}: {', '.join([corrected, *marks])}"
    return {"row": int(row), "label": corrected, "note": note, "title": title, "out": bool(face["excluded"])}


def _percent(share: object) -> str:
    value = float(str(share))
    return "no" if value != value else f"{value:.0%}".replace("%", " %")


def _png(picture: np.ndarray) -> str:
    """A picture as a data URI. Little effort is spent on its size: it goes no further than to the browser beside."""
    import cv2

    shuffled = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".png", shuffled, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    return f"data:image/png;base64,{base64.b64encode(data.tobytes()).decode()}"


@st.fragment
def gallery(given: View, detail: Callable[[View, np.ndarray], None]) -> None:
    """Filters, a page of faces, and the one that is looked at closely. A change of these runs nothing else anew.

    Args:
        given: the set as the rest of the page shows it.
        detail: shows the face that is looked at, given the view and the rows that the filters leave.
    """
    shown = view.view_or_rerun(given.name)
    if shown.acts != given.acts and st.session_state.get(FACE) is None:  # the counts above are no longer right
        st.rerun()
    filters(shown)
    rows = chosen_rows(shown)
    pages = max(1, -(-len(rows) // FACES_A_PAGE))
    if st.session_state.get(PAGE, 1) > pages:
        st.session_state[PAGE] = pages
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        place = st.empty()
        if shown.description.base:
            view.undo_button(shown, "set_undo_gallery")
        st.number_input(
            "Face number", 0, len(shown.table) - 1, None, 1, key=FACE, bind="query-params", width=150,
            placeholder="open one", help="Opens one face; so does a click on it.",
        )  # fmt: skip
    above = st.container()
    page = st.pagination(pages, key=PAGE, bind="query-params")
    with above:
        here = rows[FACES_A_PAGE * (page - 1) : FACES_A_PAGE * page]
        if len(here):
            start = FACES_A_PAGE * (page - 1)
            place.markdown(f"**{start + 1:,} to {start + len(here):,}** of {count_of(len(rows))}")
            faces(shown, here.tolist(), "set_faces")
        else:
            place.markdown("**No face** is left by these filters.")
            st.button("Show all faces", on_click=look_at, icon=":material/filter_alt_off:")
    if st.session_state.get(FACE) is not None:
        detail(shown, rows)


def count_of(number: int) -> str:
    """So many faces, with commas."""
    return count(number, "face").replace(str(number), f"{number:,}")
