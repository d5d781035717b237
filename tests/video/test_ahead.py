"""Work ahead in another thread."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from emotion_core.video.ahead import ahead
from tests.waiting import wait_until


def test_items_come_in_their_order_from_one_other_thread():
    threads = set()

    def numbers():
        for number in range(20):
            threads.add(threading.current_thread())
            yield number

    assert list(ahead(numbers(), 3)) == list(range(20))
    assert len(threads) == 1 and threading.current_thread() not in threads


def test_so_many_are_made_ahead_and_no_more():
    made = []

    def numbers():
        for number in range(100):
            made.append(number)
            yield number

    with closing(ahead(numbers(), 4)) as items:
        assert next(items) == 0
        wait_until(lambda: len(made) == 5)
        assert next(items) == 1
        wait_until(lambda: len(made) == 6)
    assert len(made) <= 7


def test_what_goes_wrong_is_raised_after_what_went_right():
    def numbers():
        yield 1
        raise ValueError("two is missing")

    items = ahead(numbers(), 5)
    assert next(items) == 1
    with pytest.raises(ValueError, match="two is missing"):
        next(items)


def test_closing_ends_the_generator_and_its_thread():
    ended, before = [], threading.active_count()

    def numbers():
        try:
            while True:
                yield 1
        finally:
            ended.append(True)

    with closing(ahead(numbers(), 2)) as items:
        next(items)
    assert ended == [True] and threading.active_count() <= before


def test_nothing_gives_nothing():
    assert list(ahead((number for number in ()), 3)) == []
