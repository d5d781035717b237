"""What is kept for all visitors."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui.evaluate.kept import Key, keep


@pytest.fixture
def hurried():
    """Threads that give way to each other all the time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_the_newest_are_kept():
    kept: dict[Key, int] = {}
    for number in (1, 2, 3, 3, 4):
        keep(kept, (number,), number, 3)
    assert list(kept.values()) == [2, 3, 4]


def test_visitors_keep_results_at_the_same_time(hurried):
    kept: dict[Key, int] = {}

    def visit(visitor: int) -> None:
        for number in range(2000):
            keep(kept, (visitor, number), number, 4)

    with ThreadPoolExecutor(4) as visitors:
        list(visitors.map(visit, range(4)))
    assert len(kept) == 4
