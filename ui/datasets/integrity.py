"""Whether the faces of a set are what was stored: looked at beside the page, and said when that is known."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets import unique_name, version_token
from ui.datasets import view
from ui.shared import access
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.words import said

if TYPE_CHECKING:
    from emotion_core.datasets import DamagedDatasetError

#: Seconds between two looks at whether it is known.
BEAT = 1.0


def integrity(name: str) -> None:
    """Say it where faces of a set do not agree with their hash, and offer to keep the others; else nothing."""
    known = _looked_at(name, version_token(name)).done()
    st.fragment(_say, run_every=None if known else BEAT)(name, known)


def _say(name: str, known: bool) -> None:
    found = _looked_at(name, version_token(name))
    if not found.done():
        return
    if not known:
        st.rerun()
    if error := found.result():
        st.error(said(error), icon=":material/broken_image:")
        rest = error.faces - len(error.damaged)
        if rest:
            st.button(f"Keep the {rest:,} faces that agree", on_click=_rescue, args=(name,), icon=":material/healing:")


def _rescue(name: str) -> None:
    from emotion_core.datasets import DatasetError, rescue

    try:
        saved = rescue(name, unique_name(f"{name[:50]} rescued"))
    except (DatasetError, OSError) as error:
        report_error_after_rerun(str(error))
        return
    access.claim(access.DATA, saved.name)
    view.choose(saved.name)
    notify_after_rerun(f"{saved.faces:,} faces are kept in the set {saved.name}.")


@st.cache_resource(max_entries=16, show_spinner=False)
def _looked_at(name: str, version: str) -> Future[DamagedDatasetError | None]:
    """What is wrong with a set of a version, once that is known; each is looked at once for all visitors."""
    return _worker().submit(_damage, name)


@st.cache_resource(show_spinner=False)
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "data set")


def _damage(name: str) -> DamagedDatasetError | None:
    from emotion_core.datasets import DamagedDatasetError, DatasetError, verify

    try:
        verify(name)
    except DamagedDatasetError as error:
        return error
    except DatasetError:  # opening it says so
        return None
    return None
