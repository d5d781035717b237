"""Sharing objects of which each may be used by one thread at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from emotion_core.pool import Pool


def numbered() -> Pool[int]:
    """A pool that makes 0, 1, 2, ..."""
    numbers = count()
    return Pool(lambda: next(numbers))


def test_nothing_is_made_before_it_is_needed():
    made = []
    Pool(lambda: made.append(1))
    assert made == []


def test_one_after_another_get_the_same_object():
    pool = numbered()
    for _ in range(3):
        with pool.lend() as item:
            assert item == 0


def test_while_one_is_lent_another_is_made():
    pool = numbered()
    with pool.lend() as outer, pool.lend() as inner:
        assert (outer, inner) == (0, 1)


def test_an_object_comes_back_after_an_error():
    pool = numbered()
    with pytest.raises(KeyError), pool.lend():
        raise KeyError
    with pool.lend() as item:
        assert item == 0


def test_an_error_in_making_is_the_callers_and_the_next_may_succeed():
    attempts = iter([ValueError("no"), None])

    def make() -> str:
        error = next(attempts)
        if error:
            raise error
        return "made"

    pool = Pool(make)
    with pytest.raises(ValueError, match="no"), pool.lend():
        pass
    with pool.lend() as item:
        assert item == "made"


def test_no_two_threads_hold_the_same_object_and_no_more_are_made_than_threads():
    pool, lock, held, clashes = Pool(object), threading.Lock(), set(), []
    seen = set()

    def use(_: int) -> None:
        with pool.lend() as item:
            with lock:
                clashes.extend([item] if item in held else [])
                held.add(item)
                seen.add(item)
            threading.Event().wait(0.001)
            with lock:
                held.remove(item)

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(use, range(100)))
    assert not clashes
    assert len(seen) <= 8
