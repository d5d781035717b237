"""The layers around the server that shows the pages, and what runs beside it while it does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from emotion_core.jobs import sweep_leftovers
from ui.server.api import service_running
from ui.server.hosts import OnlyKnownNames, answer_to_local_names
from ui.server.sessions import clear_up_after_visits
from ui.server.uploads import LimitedUploads, keep_pictures_in_memory

if TYPE_CHECKING:
    import streamlit as st
    from starlette.middleware import Middleware

#: Seconds after which a thread that computes lets another go on, a fifth of Python's own: what answers the browser
#: waits so long for each of the pages that are being drawn, several times a request.
SWITCH_INTERVAL = 0.001


def layers() -> list[Middleware]:
    """What every request goes through, the first of them first."""
    from starlette.middleware import Middleware

    return [Middleware(OnlyKnownNames), Middleware(LimitedUploads)]


def show_own_menu() -> None:
    """Have Home's menu on whichever page is opened first.

    Until Home has run, Streamlit takes the files of `pages/` for the menu, and their names for its words.
    """
    from streamlit.runtime.pages_manager import PagesManager

    PagesManager.uses_pages_directory = False


@asynccontextmanager
async def while_serving(app: st.App) -> AsyncIterator[None]:
    """What is done before the first visitor comes, and beside them."""
    from streamlit.runtime import get_instance

    answer_to_local_names()
    sys.setswitchinterval(SWITCH_INTERVAL)
    show_own_menu()
    sweep_leftovers()
    keep_pictures_in_memory()
    cleaning = asyncio.create_task(clear_up_after_visits(get_instance()))
    try:
        async with service_running():
            yield
    finally:
        cleaning.cancel()
        with suppress(asyncio.CancelledError):
            await cleaning
