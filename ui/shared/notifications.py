"""What a callback has to say: it is kept until the page that follows shows it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from emotion_core.datasets import DatasetError
from emotion_core.models import ModelError
from emotion_core.runs import RunError
from ui.shared.layout import plain
from ui.shared.words import sentence, without_paths

_DONE, _FAILED = "notifications", "reported errors"


def notify_after_rerun(text: str) -> None:
    """Say that something was done, when a page is shown next."""
    st.session_state.setdefault(_DONE, []).append(text)


def report_error_after_rerun(text: str) -> None:
    """Say what went wrong, when a page is shown next."""
    st.session_state.setdefault(_FAILED, []).append(without_paths(text))


def attempt(act: Callable[[], object]) -> bool:
    """Do something; whether it went well. What goes wrong is said when a page is shown next; for callbacks."""
    try:
        act()
    except (DatasetError, ModelError, RunError) as error:
        report_error_after_rerun(sentence(str(error)))
        return False
    except OSError as error:
        report_error_after_rerun(f"The disk reported an error: {error.strerror or error}.")
        return False
    return True


def show_notifications() -> None:
    """Show what was kept, once."""
    show_errors(new_errors_beside_toasts())


def new_errors_beside_toasts() -> list[str]:
    """Show what was kept as toasts, once; what went wrong is returned, for a part of a page that shows it longer."""
    for text in st.session_state.pop(_DONE, []):
        st.toast(plain(text), icon=":material/check:")
    failed: list[str] = st.session_state.pop(_FAILED, [])
    for text in failed:  # the top of the page may be out of sight
        st.toast(plain(text), icon=":material/error:", duration="long")
    return failed


def show_errors(errors: list[str]) -> None:
    """Show what went wrong where the page is."""
    for text in errors:
        st.error(plain(text), icon=":material/error:")
