"""Imports beside the page: found again by the owner until their end was told, cancelled from any tab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from tests.waiting import PATIENCE
from ui.datasets.import_job import FILES, Job
from ui.datasets.under_way import UnderWay
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


def test_that_of_a_guest_is_not_found_by_others(monkeypatch):
    monkeypatch.setattr(access, "is_owner", lambda: False)
    assert UnderWay(Job(FILES), "Importing", lambda progress: "described").has_ended(PATIENCE)
    assert UnderWay.untold() is None
