"""Visits whose tab was closed are ended."""

from __future__ import annotations

import asyncio
import gc
import tomllib
import weakref
from types import SimpleNamespace

from streamlit.runtime import RuntimeState
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.server.sessions import _end_forgotten, clear_up_after_visits


class Visit:
    def __init__(self, name: str):
        self.id, self.ended = name, 0

    def shutdown(self) -> None:
        self.ended += 1


def runtime(storage: MemorySessionStorage, connected: set[str]) -> SimpleNamespace:
    return SimpleNamespace(
        _session_mgr=SimpleNamespace(_session_storage=storage),
        is_active_session=connected.__contains__,
        state=RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED if connected else RuntimeState.NO_SESSIONS_CONNECTED,
    )


def test_a_visit_is_ended_once_when_nobody_waits_for_it_any_more():
    storage, visit = MemorySessionStorage(ttl_seconds=0), Visit("a")
    storage.save(SimpleNamespace(session=visit))
    waiting = _end_forgotten(runtime(storage, set()), {})
    _end_forgotten(runtime(storage, set()), waiting)
    assert visit.ended == 1


def test_a_visit_that_may_come_back_or_came_back_goes_on():
    storage, visit, connected = MemorySessionStorage(ttl_seconds=60), Visit("a"), set()
    storage.save(SimpleNamespace(session=visit))
    waiting = _end_forgotten(runtime(storage, connected), {})
    assert list(waiting) == ["a"]
    storage.delete("a")
    connected.add("a")
    assert _end_forgotten(runtime(storage, connected), waiting) == {}
    assert not visit.ended


def test_memory_is_freed_beside_the_pages_and_not_after_each_of_their_runs():
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["runner"] == {"postScriptGC": False}
    visit = Visit("a")
    visit.itself, gone = visit, weakref.ref(visit)
    del visit

    async def a_moment() -> None:
        clearing = asyncio.create_task(clear_up_after_visits(runtime(MemorySessionStorage(), {"b"}), beat=0.001))
        async with asyncio.timeout(PATIENCE):
            while gone():
                await asyncio.sleep(0.001)
        clearing.cancel()

    gc.disable()  # it must not happen by chance
    try:
        asyncio.run(a_moment())
    finally:
        gc.enable()


def test_a_visit_that_cannot_be_ended_does_not_keep_the_next_from_it(caplog):
    class Broken(Visit):
        def shutdown(self) -> None:
            raise ValueError("a page's own")

    storage, visit = MemorySessionStorage(ttl_seconds=60), Visit("b")
    for one in (Broken("a"), visit):
        storage.save(SimpleNamespace(session=one))
    waiting = _end_forgotten(runtime(storage, set()), {})
    for name in waiting:
        storage.delete(name)
    _end_forgotten(runtime(storage, set()), waiting)
    assert visit.ended == 1
    assert "a visit could not be ended" in caplog.text
