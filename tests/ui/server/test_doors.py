"""What runs beside the pages while the server does."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ui.server import doors


@pytest.fixture
def usual_interval():
    usual = sys.getswitchinterval()
    yield usual
    sys.setswitchinterval(usual)


def test_what_answers_the_browser_waits_less_for_pages_that_are_being_drawn(monkeypatch, usual_interval):
    for name in ("answer_to_local_names", "show_own_menu", "sweep_leftovers", "keep_pictures_in_memory"):
        monkeypatch.setattr(doors, name, lambda: None)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: None)
    monkeypatch.setattr(doors, "clear_up_after_visits", lambda runtime: asyncio.sleep(0))

    async def serve() -> float:
        async with doors.while_serving(None):
            return sys.getswitchinterval()

    assert asyncio.run(serve()) < usual_interval
