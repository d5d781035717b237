"""Visits whose tab was closed are ended."""

from __future__ import annotations

from types import SimpleNamespace

from streamlit.runtime.memory_session_storage import MemorySessionStorage

from ui.server.sessions import _end_forgotten


class Visit:
    def __init__(self, name: str):
        self.id, self.ended = name, 0

    def shutdown(self) -> None:
        self.ended += 1


def runtime(storage: MemorySessionStorage, connected: set[str]) -> SimpleNamespace:
    return SimpleNamespace(
        _session_mgr=SimpleNamespace(_session_storage=storage), is_active_session=connected.__contains__
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
