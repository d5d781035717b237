"""Imports beside the page: found again by the owner until their end was told, cancelled from any tab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest
import streamlit as st

from emotion_core.datasets import DatasetError, add_synthetic, dataset_names
from tests.waiting import PATIENCE, wait_until
from ui.datasets.import_job import FILES, PATH, Job
from ui.datasets.under_way import MOST_AT_ONCE, UnderWay, begin, check_free
from ui.shared import access


@pytest.fixture
def go() -> threading.Event:
    """What the import waits for before it tells its progress."""
    return threading.Event()


@pytest.fixture
def begun(go: threading.Event, monkeypatch) -> Iterator[UnderWay]:
    monkeypatch.setattr(access, "is_owner", lambda: True)

    def read(progress):
        assert go.wait(PATIENCE)
        progress(0.5)
        return "described"

    found = UnderWay(Job(FILES, files=("a large file",)), "Importing", read)
    yield found
    go.set()
    found.told()


def test_it_is_found_until_its_end_was_told_and_keeps_no_upload(begun, go):
    assert UnderWay.untold() is begun and not begun.has_ended()
    go.set()
    assert begun.has_ended(PATIENCE) and begun.described() == "described"
    assert begun.share == 0.5 and begun.job.files == ()
    assert UnderWay.untold() is begun
    begun.told()
    assert UnderWay.untold() is None


def test_one_that_is_cancelled_ends_and_is_not_found_again(begun, go):
    begun.cancel()
    go.set()
    assert begun.has_ended(PATIENCE) and UnderWay.untold() is None
    with pytest.raises(CancelledError):
        begun.described()


@pytest.mark.parametrize(("check", "left"), [(False, []), (True, ["drawn"])])
def test_one_that_is_cancelled_after_its_last_word_leaves_no_set(go, own_workspace, check, left):
    def read(progress):
        assert go.wait(PATIENCE)
        return add_synthetic("drawn", 7, 0)  # of a preview: a set that somebody else has

    found = UnderWay(Job(PATH, check=check), "Importing", read)
    assert found.cancel()
    go.set()
    assert found.has_ended(PATIENCE) and dataset_names() == left
    with pytest.raises(CancelledError):
        found.described()


def test_one_that_has_ended_cannot_be_cancelled_any_more():
    found = UnderWay(Job(PATH), "Importing", lambda progress: "described")
    assert found.has_ended(PATIENCE) and not found.cancel()
    assert found.described() == "described"
    found.told()


def test_so_many_run_at_once_and_another_waits_its_turn_or_is_cancelled(go, monkeypatch):
    monkeypatch.setattr(access, "is_owner", lambda: False)
    running = []

    def read(progress):
        running.append(progress)
        assert go.wait(PATIENCE)
        return "described"

    first = [UnderWay(Job(PATH), "Importing", read) for _ in range(MOST_AT_ONCE)]
    wait_until(lambda: len(running) == MOST_AT_ONCE)
    cancelled, late = [UnderWay(Job(PATH), "Importing", read) for _ in range(2)]
    assert late.in_words() == "Importing: waiting for other imports to end"
    cancelled.cancel()
    assert cancelled.has_ended(PATIENCE) and len(running) == MOST_AT_ONCE
    go.set()
    assert all(one.has_ended(PATIENCE) for one in (*first, late))
    assert late.in_words() == "Importing" and len(running) == MOST_AT_ONCE + 1


def test_a_visit_that_waits_for_one_begins_no_other(go, monkeypatch):
    monkeypatch.setattr(access, "is_owner", lambda: False)
    monkeypatch.setattr(st, "session_state", {})
    check_free()
    begin(Job(PATH), "Importing", lambda progress: go.wait(PATIENCE))
    with pytest.raises(DatasetError, match="another import was still under way, so this one was not begun"):
        check_free()
    go.set()
    (found, _) = st.session_state["set_under_way"]
    assert found.has_ended(PATIENCE)
    check_free()


def test_that_of_a_guest_is_not_found_by_others(monkeypatch):
    monkeypatch.setattr(access, "is_owner", lambda: False)
    assert UnderWay(Job(FILES), "Importing", lambda progress: "described").has_ended(PATIENCE)
    assert UnderWay.untold() is None
