"""How fast this machine learns."""

import json
import sys
import time
from dataclasses import asdict, replace

import keras
import psutil
import pytest

from emotion_core.jobs import throughput
from emotion_core.jobs.throughput import Workload
from emotion_core.runs.recipes import QUICK

RECIPE = QUICK.model_copy(update={"batch_size": 4})
TINY = {"size": 16, "widths": [8], "blocks": [1]}


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


def ended(what: Workload) -> None:
    """Wait until a measurement has ended."""
    end = time.monotonic() + 30
    while throughput._measurements[throughput._key(what)].poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_very_network_that_will_be_trained_is_measured():
    work = Workload("emotion-net", TINY, False, RECIPE)
    throughput.main(json.dumps({**asdict(work), "recipe": RECIPE.model_dump()}))
    assert throughput.known_throughput(work) > 0
    for change in ({"arguments": {}}, {"recipe": QUICK}, {"frozen": True}):
        assert throughput.known_throughput(replace(work, **change)) is None


def test_a_network_of_which_only_the_last_layer_learns_is_measured_so(monkeypatch):
    trained = []
    monkeypatch.setattr(keras.Model, "train_on_batch", lambda self, *given: trained.append(self.trainable_variables))
    assert throughput.measured_throughput(Workload("emotion-net", TINY, True, RECIPE)) > 0
    assert len(trained[0]) == 2  # weights and biases of one layer


def test_what_was_measured_beside_a_run_is_not_kept(process, monkeypatch):
    work = Workload("emotion-net", TINY, False, RECIPE)
    monkeypatch.setattr(throughput.launcher, "at_work", lambda: ["a run that began meanwhile"])
    throughput.main(json.dumps({**asdict(work), "recipe": RECIPE.model_dump()}))
    assert throughput.known_throughput(work) is None
    process("")
    throughput.measure_in_background(work)
    ended(work)
    assert not throughput.has_failed(work)  # so it is measured again


def test_a_measurement_that_died_is_known_to_have_failed_with_what_it_printed(process, own_workspace):
    what = Workload("emotion-net", {}, False, RECIPE)
    process("raise SystemExit('no room')")
    assert not throughput.has_failed(what)
    throughput.measure_in_background(what)
    ended(what)
    assert throughput.has_failed(what)
    assert (own_workspace / throughput.LOG_FILE).read_text().strip() == "no room"
    assert not throughput.has_failed(Workload("emotion-net", TINY, False, RECIPE))


def test_a_measurement_that_has_ended_stays_no_zombie_once_its_figure_is_asked_for(process):
    what = Workload("emotion-net", {}, False, RECIPE)
    process("")
    throughput.measure_in_background(what)
    pid = throughput._measurements[throughput._key(what)].pid
    end = time.monotonic() + 30
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.02)
    throughput.known_throughput(Workload("seed-cnn", {}, False, RECIPE))
    assert not psutil.pid_exists(pid)


def test_one_measurement_goes_on_at_a_time_and_the_next_one_after_it(process):
    first, second = Workload("emotion-net", {}, False, RECIPE), Workload("seed-cnn", {}, False, RECIPE)
    process("import time; time.sleep(60)")
    throughput.measure_in_background(first)
    throughput.measure_in_background(second)
    assert list(throughput._measurements) == [throughput._key(first)] and not throughput.has_failed(first)
    throughput._measurements[throughput._key(first)].kill()
    ended(first)
    process("")
    throughput.measure_in_background(second)
    assert list(throughput._measurements) == [throughput._key(first), throughput._key(second)]
    ended(second)


def test_a_measurement_that_was_given_up_has_not_failed_and_may_begin_again(process):
    work = Workload("emotion-net", {}, False, RECIPE)
    process("import time; time.sleep(60)")
    throughput.measure_in_background(work)
    measuring = throughput._measurements[throughput._key(work)]
    throughput.give_up()
    assert measuring.poll() is not None
    assert not throughput.has_failed(work)
    throughput.measure_in_background(work)
    assert throughput._measurements[throughput._key(work)].poll() is None
    throughput.give_up()


def test_a_measurement_with_a_figure_has_not_failed(process, own_workspace):
    what = Workload("emotion-net", {}, False, RECIPE)
    process("")
    throughput.measure_in_background(what)
    ended(what)
    (own_workspace / throughput.THROUGHPUT_FILE).write_text(json.dumps({throughput._key(what): 50.0}))
    assert not throughput.has_failed(what) and throughput.known_throughput(what) == 50


def test_a_run_takes_its_start_and_its_epochs_of_learning_and_judging():
    assert throughput.seconds_of_run(10.0, 3, 100, 30) == pytest.approx(throughput.START_SECONDS + 3 * 11)
