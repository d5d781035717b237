"""Hostile files of every kind are read or refused in words, without much memory or time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.attack.attack import FAILURES, Try, attack, bytes_of, table
from tests.attack.corpus import GENERATORS, make
from tests.attack.flips import flips
from tests.attack.kills import kills, kills_table

#: Starts other programs again and again, with 100 MB of its own.
STARTING = """
import subprocess
own = bytearray(b"x" * 100_000_000)
print("begins", flush=True)
while True: subprocess.run(["true"])
"""
#: So many of each kind; `python -m tests.attack` tries as many as there is time for.
FEW = 12
#: What takes a process, a service or a look at every frame; of these fewer are tried.
SLOW = {"import", "video", "service"}


@pytest.mark.alone
@pytest.mark.parametrize(("kinds", "few"), [(set(GENERATORS) - SLOW, FEW), (SLOW, 3)], ids=["quick", "slow"])
def test_hostile_files_are_read_or_named(kinds, few):
    tries = list(attack(iter(range(few)), scale=0.02, kinds=sorted(kinds)))
    assert len(tries) == few * len(kinds)
    assert not [one for one in tries if one.outcome in FAILURES], table(tries)


def test_what_is_stored_and_changed_by_a_bit_is_named_or_the_same():
    tries = list(flips(iter(range(12)), kinds=("stored set",)))
    assert not [one for one in tries if one.outcome in FAILURES], table(tries)
    assert any(one.outcome == "named" for one in tries)


def test_corrections_that_are_cut_short_are_whole():
    killed = list(kills({"edits": 2}))
    assert not [one for one in killed if one.lost or one.left], kills_table(killed)
    assert "losses" in kills_table(killed)


def test_a_program_that_starts_others_is_not_counted_twice_while_it_does():
    with subprocess.Popen([sys.executable, "-c", STARTING], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"begins\n"
        sizes = [bytes_of(process.pid) for _ in range(200)]
        process.kill()
    assert min(sizes) > 100_000_000 and max(sizes) < 150_000_000


def test_a_number_always_gives_the_same_file(tmp_path):
    for kind in GENERATORS:
        for place in ("a", "b"):
            (tmp_path / place).mkdir(exist_ok=True)
        one, other = (make(kind, 0, tmp_path / place)[1] for place in ("a", "b"))
        if one.is_file():
            assert one.read_bytes() == other.read_bytes()


def test_the_table_names_what_failed():
    tries = [
        Try("data set", "odd_zip", 3, "named"),
        Try("data set", "odd_zip", 8, "unnamed", "KeyError: 'x'"),
        Try("name", "odd_name", 0, "read"),
    ]
    assert "3 tries, 1 failures" in table(tries)
    assert "odd_zip 8: unnamed, KeyError: 'x'" in table(tries)
