"""Visits whose tab was closed are ended."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tomllib
import weakref
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psutil
import pytest
from streamlit.runtime import RuntimeState
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.server.sessions import _end_forgotten, _free_memory, clear_up_after_visits


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
    waiting, ended = _end_forgotten(runtime(storage, set()), {})
    _, ended_later = _end_forgotten(runtime(storage, set()), waiting)
    assert visit.ended == ended + ended_later == 1


def test_a_visit_that_may_come_back_or_came_back_goes_on():
    storage, visit, connected = MemorySessionStorage(ttl_seconds=60), Visit("a"), set()
    storage.save(SimpleNamespace(session=visit))
    waiting, _ = _end_forgotten(runtime(storage, connected), {})
    assert list(waiting) == ["a"]
    storage.delete("a")
    connected.add("a")
    assert _end_forgotten(runtime(storage, connected), waiting) == ({}, 0)
    assert not visit.ended


@pytest.fixture
def nothing_freed_by_chance() -> Iterator[None]:
    """Python looks for what nothing refers to only where it is told to; all objects are its own again afterwards."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def left_behind() -> weakref.ref:
    """An object that nothing refers to but itself."""
    visit = Visit("a")
    visit.itself = visit
    return weakref.ref(visit)


def freed_after_a_while(beside: Callable[[], None], gone: weakref.ref) -> bool:
    """Whether an object is freed while somebody visits; `beside` is called while what visits leave is cleared up."""

    async def a_moment() -> None:
        clearing = asyncio.create_task(clear_up_after_visits(runtime(MemorySessionStorage(), {"b"}), beat=0.001))
        async with asyncio.timeout(PATIENCE):
            while gone():
                beside()
                await asyncio.sleep(0.001)
        clearing.cancel()

    asyncio.run(a_moment())
    return gone() is None


@pytest.mark.usefixtures("nothing_freed_by_chance")
class TestFreeingMemory:
    def test_it_is_done_beside_the_pages_and_not_after_each_of_their_runs(self):
        assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["runner"] == {"postScriptGC": False}
        assert freed_after_a_while(lambda: None, left_behind())

    @pytest.mark.skipif(sys.platform != "linux", reason="only glibc has a way")
    def test_what_was_freed_goes_back_to_the_system_at_one_among_all(self):
        parts = [os.urandom(50_000) for _ in range(4000)]
        kept = parts[::100] + parts[-1:]  # the heap cannot simply shrink
        this = psutil.Process()
        enough = this.memory_info().rss - 0.8 * 4000 * 50_000
        del parts
        _free_memory(among_all=False)
        assert kept and this.memory_info().rss > enough
        _free_memory(among_all=True)
        assert this.memory_info().rss < enough

    def test_what_is_new_is_freed_at_every_look_and_what_was_there_before_at_one_among_all(self):
        before = left_behind()
        gc.freeze()
        new = left_behind()
        _free_memory(among_all=False)
        assert before() is not None and new() is None
        _free_memory(among_all=True)
        assert before() is None

    def test_what_was_there_before_is_freed_sooner_or_later_though_nobody_leaves(self):
        before = left_behind()
        assert freed_after_a_while(gc.freeze, before)

    def test_what_was_there_before_is_freed_when_a_visit_ends(self, monkeypatch):
        monkeypatch.setattr("ui.server.sessions.BEATS_TO_ALL", sys.maxsize)
        storage = MemorySessionStorage(ttl_seconds=0)
        before = left_behind()
        gc.freeze()
        asked = runtime(storage, {"b"})

        async def a_moment() -> None:
            clearing = asyncio.create_task(clear_up_after_visits(asked, beat=0.01))
            await asyncio.sleep(0.1)
            assert before() is not None
            storage.save(SimpleNamespace(session=Visit("a")))
            async with asyncio.timeout(PATIENCE):
                while before():
                    await asyncio.sleep(0.01)
            clearing.cancel()

        asyncio.run(a_moment())


def test_a_visit_that_cannot_be_ended_does_not_keep_the_next_from_it(caplog):
    class Broken(Visit):
        def shutdown(self) -> None:
            raise ValueError("a page's own")

    storage, visit = MemorySessionStorage(ttl_seconds=60), Visit("b")
    for one in (Broken("a"), visit):
        storage.save(SimpleNamespace(session=one))
    waiting, _ = _end_forgotten(runtime(storage, set()), {})
    for name in waiting:
        storage.delete(name)
    _end_forgotten(runtime(storage, set()), waiting)
    assert visit.ended == 1
    assert "a visit could not be ended" in caplog.text
