"""What scripts/test says in the end."""

import pytest

from scripts.summary import main

PASSED = '<testcase classname="tests.a" name="test_one" />'
FAILED = '<testcase classname="tests.b" name="test_two"><failure message="no">...</failure></testcase>'


@pytest.fixture
def results(tmp_path):
    """Call it with test cases, by the name of a run, to have the file that pytest writes of it."""

    def write(name, cases, **counts):
        given = " ".join(f'{key}="{value}"' for key, value in counts.items())
        path = tmp_path / f"{name}.xml"
        path.write_text(f"<testsuites><testsuite {given}>{cases}</testsuite></testsuites>")
        return str(path)

    return write


def test_runs_are_added_up(results, capsys):
    first = results("together", PASSED, tests=5, skipped=1, failures=0, errors=0, time="61.5")
    second = results("alone", PASSED, tests=2, skipped=0, failures=0, errors=0, time="10.0")
    assert main([first, second]) == 0
    assert capsys.readouterr().out == "== 6 passed, 0 failed, 1 skipped in 1 min 12 s\n"


@pytest.mark.parametrize("place", [0, 1])
def test_a_failure_in_either_is_named_and_makes_all_fail(results, capsys, place):
    good = results("good", PASSED, tests=1, skipped=0, failures=0, errors=0, time="1")
    bad = results("bad", FAILED, tests=1, skipped=0, failures=1, errors=0, time="1")
    assert main([good, bad] if place else [bad, good]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAILED tests.b::test_two",
        "== 1 passed, 1 failed, 0 skipped in 0 min 2 s",
    ]


def test_that_one_run_has_no_tests_is_no_failure_but_that_none_has_is(results):
    none = results("none", "", tests=0, skipped=0, failures=0, errors=0, time="0")
    assert main([none, results("one", PASSED, tests=1, skipped=0, failures=0, errors=0, time="1")]) == 0
    assert main([none, none]) == 1
