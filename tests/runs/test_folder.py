"""Which runs there are, and what they are called."""

import os

import pytest

from emotion_core.jobs import launcher
from emotion_core.runs.config import make_config
from emotion_core.runs.folder import (
    CONFIG_FILE,
    is_run_name,
    run_names,
    unique_name,
)
from emotion_core.runs.recipes import QUICK
from tests.new_runs import new_run


def test_runs_are_listed_the_newest_first_and_nothing_else_is(own_workspace):
    assert run_names() == []
    for number, name in enumerate(("first", "second", "third")):
        os.utime(new_run(name) / CONFIG_FILE, (number, number))
    (own_workspace / "runs" / ".third.partial").mkdir()
    (own_workspace / "runs" / "empty").mkdir()
    assert run_names() == ["third", "second", "first"]


def test_a_name_is_found_that_is_not_taken(own_workspace):
    assert unique_name("seed-cnn on /faces") == "seed-cnn on faces 1"
    new_run("try 1")
    assert unique_name("try") == "try 2"
    assert unique_name("😀") == "run 1"


@pytest.mark.parametrize("sign", ["x", "é", "中", "𠀀"])
def test_any_name_that_is_found_or_allowed_is_short_enough_for_a_folder(own_workspace, sign):
    offered, longest = unique_name(sign * 99), next(sign * n for n in range(64, 0, -1) if is_run_name(sign * n))
    for name in (offered, longest):
        new_run(name)
        launcher.delete(name)


@pytest.mark.parametrize("name", ["परीक्षण", "ทดสอบ", "e\N{COMBINING ACUTE ACCENT}tude", "试验 1"])
def test_a_run_may_be_called_what_a_data_set_may(own_workspace, name):
    assert make_config(name=name, data="drawn", architecture="seed-cnn", recipe=QUICK).name == name
    assert unique_name(name) == f"{name} 1"
