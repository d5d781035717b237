"""How fast this machine learns."""

import json
import subprocess
import sys
from dataclasses import asdict, replace

import keras
import psutil
import pytest

from emotion_core.jobs import throughput
from emotion_core.jobs.throughput import Workload
from emotion_core.runs.recipes import QUICK
from tests.waiting import wait_until

RECIPE = QUICK.model_copy(update={"batch_size": 4})
TINY = {"size": 16, "widths": [8], "blocks": [1]}
#: Code of a process that does not end by itself.
ENDLESS = "import time; time.sleep(3600)"


@pytest.fixture(autouse=True)
def no_measurement(own_workspace, monkeypatch):
    """There is none yet."""
    own_workspace.mkdir()
    monkeypatch.setattr(throughput, "_measurements", {})


@pytest.fixture
def process(monkeypatch):
    """Call it with Python code to have that run instead of a measurement."""

    def use(code: str) -> None:
        monkeypatch.setattr(throughput, "own_command", lambda *asked: {"args": [sys.executable, "-c", code]})

    return use


@pytest.fixture
def started():
    """Call it for the processes that this test has started and not waited for."""
    before = {child.pid for child in psutil.Process().children()}
    return lambda: [child for child in psutil.Process().children() if child.pid not in before]


@pytest.fixture
def measured(process, started):
    """Call it with a workload and Python code to have that run as its measurement, to its end."""

    def measure(work: Workload, code: str = "") -> None:
        process(code)
        throughput.measure_in_background(work)
        wait_until(lambda: all(child.status() == psutil.STATUS_ZOMBIE for child in started()))

    return measure


def keep(work: Workload) -> None:
    """What a process that measures does."""
    throughput.main(json.dumps({**asdict(work), "recipe": work.recipe.model_dump()}))


def test_the_very_network_that_will_be_trained_is_measured():
    work = Workload("emotion-net", TINY, False, RECIPE)
    keep(work)
    assert throughput.known_throughput(work) > 0
    for change in ({"arguments": {}}, {"recipe": QUICK}, {"frozen": True}):
        assert throughput.known_throughput(replace(work, **change)) is None


def test_a_network_of_which_only_the_last_layer_learns_is_measured_so(monkeypatch):
    trained = []
    monkeypatch.setattr(keras.Model, "train_on_batch", lambda self, *given: trained.append(self.trainable_variables))
    assert throughput.measured_throughput(Workload("emotion-net", TINY, True, RECIPE)) > 0
    assert len(trained[0]) == 2  # weights and biases of one layer


def test_what_was_measured_beside_a_run_is_not_kept(measured, monkeypatch):
    work = Workload("emotion-net", TINY, False, RECIPE)
    monkeypatch.setattr(throughput.launcher, "at_work", lambda: ["a run that began meanwhile"])
    keep(work)
    assert throughput.known_throughput(work) is None
    measured(work)
    assert not throughput.has_failed(work)  # so it is measured again


def test_a_measurement_that_died_is_known_to_have_failed_with_what_it_printed(measured, own_workspace):
    work = Workload("emotion-net", {}, False, RECIPE)
    assert not throughput.has_failed(work)
    measured(work, "raise SystemExit('no room')")
    assert throughput.has_failed(work)
    assert (own_workspace / throughput.LOG_FILE).read_text().strip() == "no room"
    assert not throughput.has_failed(Workload("emotion-net", TINY, False, RECIPE))


def test_a_measurement_that_has_ended_stays_no_zombie_once_its_figure_is_asked_for(measured, started):
    measured(Workload("emotion-net", {}, False, RECIPE))
    assert len(started()) == 1
    throughput.known_throughput(Workload("seed-cnn", {}, False, RECIPE))
    assert started() == []


def test_one_measurement_goes_on_at_a_time_and_the_next_one_after_it(process, measured, started):
    first, second = Workload("emotion-net", {}, False, RECIPE), Workload("seed-cnn", {}, False, RECIPE)
    process(ENDLESS)
    throughput.measure_in_background(first)
    throughput.measure_in_background(second)
    (only,) = started()
    assert not throughput.has_failed(first) and not throughput.has_failed(second)
    only.kill()
    wait_until(lambda: throughput.has_failed(first))
    measured(second, "raise SystemExit('no room')")
    assert throughput.has_failed(second)


def test_a_measurement_that_was_given_up_has_not_failed_and_may_begin_again(process, started):
    work = Workload("emotion-net", {}, False, RECIPE)
    process(ENDLESS)
    throughput.measure_in_background(work)
    throughput.give_up()
    assert started() == [] and not throughput.has_failed(work)
    throughput.measure_in_background(work)
    assert len(started()) == 1
    throughput.give_up()


MEASURED_AND_LEFT = f"""
import sys
from emotion_core.jobs import throughput
from emotion_core.runs.recipes import QUICK
throughput.own_command = lambda *asked: {{"args": [sys.executable, "-c", {ENDLESS!r}]}}
throughput.measure_in_background(throughput.Workload("emotion-net", {{}}, False, QUICK))
print(*(process.pid for process in throughput._measurements.values()))
"""


def test_a_measurement_ends_with_the_server_that_began_it():
    ended = subprocess.run([sys.executable, "-c", MEASURED_AND_LEFT], capture_output=True, text=True, check=True)
    assert not psutil.pid_exists(int(ended.stdout))


def test_a_measurement_with_a_figure_has_not_failed(measured, monkeypatch):
    work = Workload("emotion-net", {}, False, RECIPE)
    measured(work, "raise SystemExit('no room')")
    monkeypatch.setattr(throughput, "measured_throughput", lambda work: 50.0)
    keep(work)  # another server's process
    assert not throughput.has_failed(work) and throughput.known_throughput(work) == 50


def test_a_run_takes_its_start_and_its_epochs_of_learning_and_judging():
    assert throughput.seconds_of_run(10.0, 3, 100, 30) == pytest.approx(throughput.START_SECONDS + 3 * 11)
