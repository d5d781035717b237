"""Whether the faces of an import are what was stored: looked at beside the page, and said when that is known.

Corrections change no face: the sets that come from an import need no look of their own.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import unique_name, version_token
from ui.datasets import view
from ui.datasets.view import FACE
from ui.shared import access
from ui.shared.layout import plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.words import said

if TYPE_CHECKING:
    from emotion_core.datasets import DamagedDatasetError

#: Seconds between two looks at whether it is known.
BEAT = 1.0


def integrity(imported: str) -> None:
    """Say it where faces of an import do not agree with their hash, and offer to keep the others; else nothing."""
    known = _looked_at(imported, version_token(imported)).done()
    st.fragment(_say, run_every=None if known else BEAT)(imported, known)


def _say(imported: str, known: bool) -> None:
    found = _looked_at(imported, version_token(imported))
    if not found.done():
        return
    # Not while a face is looked at: its dialog would be drawn anew, and would forget that it was about to go on.
    if not known and st.session_state.get(FACE) is None:
        st.rerun()
    if error := found.result():
        st.error(said(error), icon=":material/broken_image:")
        rest = error.faces - len(error.damaged)
        if rest:
            words = f"Keep the {rest:,} faces of {plain(imported)} that agree"
            st.button(words, on_click=_rescue, args=(imported,), icon=":material/healing:")


def _rescue(imported: str) -> None:
    from emotion_core.datasets import DatasetError, rescue

    try:
        saved = rescue(imported, unique_name(f"{imported[:50]} rescued"))
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))
        return
    access.claim(access.DATA, saved.name)
    view.choose(saved.name)
    notify_after_rerun(f"{saved.faces:,} faces are kept in the set {saved.name}.")


@st.cache_resource(max_entries=16, show_spinner=False)
def _looked_at(imported: str, version: str) -> Future[DamagedDatasetError | None]:
    """What is wrong with an import of a version, once that is known; each is looked at once for all visitors."""
    return _worker().submit(_damage, imported)


@st.cache_resource(show_spinner=False)
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "data set")


def _damage(imported: str) -> DamagedDatasetError | None:
    from emotion_core.datasets import DamagedDatasetError, DatasetError, verify

    try:
        verify(imported)
    except DamagedDatasetError as error:
        return error
    except (DatasetError, OSError):  # opening it says so
        return None
    return None
