"""What is checked before a run begins: that memory and disk suffice for the faces of a data set."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emotion_core.datasets.description import Description
from emotion_core.jobs import checks
from emotion_core.runs.errors import RunError
from emotion_core.workspace import workspace


@pytest.fixture
def described(own_workspace) -> Description:
    """A million grey faces of 48x48, 2.3 GB."""
    return Description(
        name="many", source="drawn", date="2026-11-29", faces=1_000_000, counts={}, shape=(48, 48), sha256=""
    )


@pytest.fixture
def machine(monkeypatch):
    """Say how much memory and disk there is, in bytes."""

    def has(memory: float = 1e12, disk: float = 1e12) -> None:
        monkeypatch.setattr(checks.psutil, "virtual_memory", lambda: SimpleNamespace(available=memory))
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: SimpleNamespace(free=disk))

    return has


def test_where_there_is_room_nothing_is_said(described, machine):
    machine(memory=5.6e9, disk=3e8)
    checks.check_room(described)


def test_too_little_memory_is_said_with_what_is_needed_and_free(described, machine):
    machine(memory=5.4e9)
    with pytest.raises(RunError, match=r"needs about 5\.5 GB of memory and 5\.4 GB are free; close other programs"):
        checks.check_room(described)


def test_too_little_disk_is_said_with_the_place(described, machine):
    machine(disk=2e8)
    with pytest.raises(RunError, match=rf"about 0\.3 GB of disk and 0\.2 GB are free at {workspace()}.*delete runs"):
        checks.check_room(described)
