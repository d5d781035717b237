"""Who sees and may do what: a dashboard that is opened to others has guests, and one who runs it.

Whoever sits at the machine sees all that is stored there, imports any path and deletes anything; so does whoever gives
the token. A guest sees what ships, what is named as shared, and what came of this visit; imports paths below the
folders that are named for that; and deletes only what came of this visit. docs/class.md says so in words.
"""

from __future__ import annotations

import hmac
import os
import time
from pathlib import Path

import streamlit as st

from emotion_core import jobs
from emotion_core.datasets import DatasetError, dataset_names as all_datasets, unique_name
from emotion_core.models import model_names as all_models, sequence_model_names as all_sequence_models
from emotion_core.runs import Run, run_names as all_runs
from emotion_core.workspace import SHIPPED_MODELS
from ui.server.hosts import is_local_name

#: Environment variables of the server: the token, the folders whose paths guests may import (separated as in PATH), and
#: the names of data sets, runs and models that they see (separated by commas).
TOKEN, ROOTS, SHARED = "EMOTION_DASHBOARD_TOKEN", "EMOTION_DASHBOARD_ROOTS", "EMOTION_DASHBOARD_SHARED"
DATA, RUN, MODEL = "data", "run", "model"
#: A proxy says with these that a request came from elsewhere.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
#: Seconds that a wrong token costs.
DELAY = 1.0
_TRUSTED, _OWN = "token was given", "made in this visit"


def is_owner() -> bool:
    """Whether this visit comes from the machine itself, or gave the token."""
    return is_from_here() or bool(st.session_state.get(_TRUSTED))


def is_from_here() -> bool:
    """Whether the browser runs on the machine itself, or reaches it through a tunnel, as of ssh."""
    headers = st.context.headers
    if any(name in headers for name in FORWARDED):
        return False
    # Streamlit calls this machine's own address None; a page that runs without a server has no address and no headers.
    return not isinstance(st.context.ip_address, str) and is_local_name(headers.get("Host", "localhost"))


def unlock() -> None:
    """For a guest, where the server has a token: a place to give it."""
    if not os.environ.get(TOKEN) or is_owner():
        return
    with st.sidebar.popover("Unlock", icon=":material/key:"):
        st.text_input("Token", type="password", key="token given", on_change=_compare)
        if st.session_state.get(_TRUSTED) is False:
            st.error("This is not the token.", icon=":material/error:")


def _compare() -> None:
    given, token = str(st.session_state.get("token given", "")), os.environ.get(TOKEN, "")
    fits = bool(token) and hmac.compare_digest(given.encode(), token.encode())
    if not fits:
        time.sleep(DELAY)
    st.session_state[_TRUSTED] = fits


def claim(kind: str, name: str) -> None:
    """Note that something came of this visit."""
    st.session_state.setdefault(_OWN, set()).add((kind, name))


def release(kind: str, name: str) -> None:
    """Note that something is gone: what is called so later may be somebody else's."""
    st.session_state.get(_OWN, set()).discard((kind, name))


def name_for_drawn(wanted: str) -> str:
    """A name for a set that is drawn at a click: numbered where a set has it that this visit is not told of.

    Where it is this visit's own, it stays, so that the second of two clicks makes no second set.
    """
    hidden = wanted in all_datasets() and not may_see(DATA, wanted)
    return unique_name(wanted) if hidden else wanted


def may_see(kind: str, name: str) -> bool:
    """Whether this visit is told of a data set, a run or a model."""
    return is_owner() or name in _shared() or _is_own(kind, name) or (kind == MODEL and _ships(name))


def may_change(kind: str, name: str) -> bool:
    """Whether this visit may correct, stop, replace or delete a data set, a run or a model."""
    return is_owner() or _is_own(kind, name)


def dataset_names() -> list[str]:
    """The data sets that this visit sees."""
    return [name for name in all_datasets() if may_see(DATA, name)]


def model_names() -> list[str]:
    """The models that this visit sees, the default one first."""
    return [name for name in all_models() if may_see(MODEL, name)]


def sequence_model_names() -> list[str]:
    """The sequence models that this visit sees."""
    return [name for name in all_sequence_models() if may_see(MODEL, name)]


def run_names() -> list[str]:
    """The runs that this visit sees, the newest first."""
    return [name for name in all_runs() if may_see(RUN, name)]


def list_runs() -> list[Run]:
    """The runs that this visit sees as they truly stand, the newest first. Moves the queue on."""
    return [run for run in jobs.list_runs() if may_see(RUN, run.name)]


def named(runs: list[str]) -> list[str]:
    """The names of runs as this visit may read them."""
    return [name if may_see(RUN, name) else "a run of somebody else" for name in runs]


def may_give_paths() -> bool:
    """Whether this visit may import anything by its path."""
    return is_owner() or bool(_roots())


def check_path(path: Path) -> None:
    """Raise a DatasetError, the same whether there is such a path or not, unless this visit may import it."""
    if is_owner():
        return
    whole = Path(os.path.realpath(path))
    if not any(whole.is_relative_to(root) for root in _roots()):
        raise DatasetError("only what lies below the folders that were opened for this may be imported by its path")


def _roots() -> list[Path]:
    return [Path(os.path.realpath(root)) for root in os.environ.get(ROOTS, "").split(os.pathsep) if root.strip()]


def _shared() -> set[str]:
    return {name.strip() for name in os.environ.get(SHARED, "").split(",") if name.strip()}


def _is_own(kind: str, name: str) -> bool:
    return (kind, name) in st.session_state.get(_OWN, ())


def _ships(name: str) -> bool:
    return (SHIPPED_MODELS / name).is_dir()
