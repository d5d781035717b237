"""How fast this machine learns."""

import json
import sys
import time

import psutil
import pytest

from emotion_core.training import pace
from emotion_core.training.recipes import QUICK

RECIPE = QUICK.model_copy(update={"batch_size": 4})
TINY = {"size": 16, "widths": [8], "blocks": [1]}


@pytest.fixture(autouse=True)
def workspace(own_workspace, monkeypatch):
    """An empty workspace, and no measurement yet."""
    own_workspace.mkdir()
    monkeypatch.setattr(pace, "_measurements", {})
    return own_workspace


@pytest.fixture
def process(monkeypatch):
    """Call it with Python code to have that run instead of a measurement."""

    def use(code: str) -> None:
        monkeypatch.setattr(pace, "own_command", lambda *asked: {"args": [sys.executable, "-c", code]})

    return use


def ended(*what) -> None:
    """Wait until a measurement has ended."""
    end = time.monotonic() + 30
    while pace._measurements[pace._key(*what)].poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_very_network_that_will_be_trained_is_measured():
    pace.main(json.dumps({"architecture": "emotion-net", "arguments": TINY, "recipe": RECIPE.model_dump()}))
    assert pace.known_pace("emotion-net", TINY, RECIPE) > 0
    assert pace.known_pace("emotion-net", {}, RECIPE) is None
    assert pace.known_pace("emotion-net", TINY, QUICK) is None


def test_a_measurement_that_died_is_known_to_have_failed_with_what_it_printed(process, workspace):
    what = ("emotion-net", {}, RECIPE)
    process("raise SystemExit('no room')")
    assert not pace.has_failed(*what)
    pace.measure_in_background(*what)
    ended(*what)
    assert pace.has_failed(*what)
    assert (workspace / pace.LOG_FILE).read_text().strip() == "no room"
    assert not pace.has_failed("emotion-net", TINY, RECIPE)


def test_a_measurement_that_has_ended_stays_no_zombie_once_its_figure_is_asked_for(process):
    what = ("emotion-net", {}, RECIPE)
    process("")
    pace.measure_in_background(*what)
    pid = pace._measurements[pace._key(*what)].pid
    end = time.monotonic() + 30
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.02)
    pace.known_pace("seed-cnn", {}, RECIPE)
    assert not psutil.pid_exists(pid)


def test_one_measurement_goes_on_at_a_time_and_the_next_one_after_it(process):
    first, second = ("emotion-net", {}, RECIPE), ("seed-cnn", {}, RECIPE)
    process("import time; time.sleep(60)")
    pace.measure_in_background(*first)
    pace.measure_in_background(*second)
    assert list(pace._measurements) == [pace._key(*first)] and not pace.has_failed(*first)
    pace._measurements[pace._key(*first)].kill()
    ended(*first)
    process("")
    pace.measure_in_background(*second)
    assert list(pace._measurements) == [pace._key(*first), pace._key(*second)]
    ended(*second)


def test_a_measurement_with_a_figure_has_not_failed(process, workspace):
    what = ("emotion-net", {}, RECIPE)
    process("")
    pace.measure_in_background(*what)
    ended(*what)
    (workspace / pace.PACE_FILE).write_text(json.dumps({pace._key(*what): 50.0}))
    assert not pace.has_failed(*what) and pace.known_pace(*what) == 50


def test_a_run_takes_its_start_and_its_epochs_of_learning_and_judging():
    assert pace.seconds_of_run(10.0, 3, 100, 30) == pytest.approx(pace.START_SECONDS + 3 * 11)
