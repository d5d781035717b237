"""Hostile files of every kind are read or refused in words, without much memory or time."""

from __future__ import annotations

import pytest

from tests.attack.attack import FAILURES, Try, attack, table
from tests.attack.corpus import GENERATORS, make

#: So many of each kind; `python -m tests.attack` tries as many as there is time for.
FEW = 12


@pytest.mark.alone
def test_hostile_files_are_read_or_named():
    tries = list(attack(iter(range(FEW)), scale=0.02))
    assert len(tries) == FEW * len(GENERATORS)
    assert not [one for one in tries if one.outcome in FAILURES], table(tries)


def test_a_number_always_gives_the_same_file(tmp_path):
    for kind in GENERATORS:
        for place in ("a", "b"):
            (tmp_path / place).mkdir(exist_ok=True)
        one, other = (make(kind, 0, tmp_path / place)[1] for place in ("a", "b"))
        if one.is_file():
            assert one.read_bytes() == other.read_bytes()


def test_the_table_names_what_failed():
    tries = [
        Try("odd_zip", 3, "named", ""),
        Try("odd_zip", 8, "unnamed", "KeyError: 'x'"),
        Try("odd_name", 0, "read", ""),
    ]
    assert "3 tries, 1 failures" in table(tries)
    assert "odd_zip 8: unnamed, KeyError: 'x'" in table(tries)
