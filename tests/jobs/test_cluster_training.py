"""Runs on a Ray cluster, as far as that is decided here; Ray itself trains in `test_workers`."""

from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from emotion_core.jobs import cluster_training, launcher
from emotion_core.jobs.cluster_training import check_address, compare, facts
from emotion_core.jobs.cluster_worker import Silent
from emotion_core.runs.config import read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import STOP_FILE
from emotion_core.runs.progress import Progress
from emotion_core.runs.writer import RunWriter
from tests.new_runs import config_of, new_run

HERE = {"Python": "3.12", "jax": "0.10.2", "run": "{}"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"Python": "3.11"}, "10.0.0.2 has Python 3.11, this one 3.12; install the same versions"),
        ({"jax": ""}, r"10.0.0.2 has jax \(none\), this one 0.10.2; install"),
        ({"run": ""}, "10.0.0.2 does not see .*drawn 1; put the workspace on a disk that all machines share"),
    ],
)
def test_a_machine_that_does_not_fit_is_named_with_what_differs(tmp_path, other, words):
    compare(HERE, HERE, "10.0.0.2", tmp_path / "drawn 1")
    with pytest.raises(RunError, match=words):
        compare(HERE, {**HERE, **other}, "10.0.0.2", tmp_path / "drawn 1")


def test_what_must_be_alike_is_all_known_here(own_workspace):
    found = facts(str(new_run("one")))
    assert all(found.values()) and set(HERE) < set(found)
    assert facts(str(own_workspace / "nowhere"))["run"] == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ray://host:10001", "call this on a machine of the cluster, with auto or HOST:PORT"),
        ("host", "is no address of Ray"),
        ("127.0.0.1:{}", "nothing answers at 127.0.0.1"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_a_run_is_made(own_workspace, free_tcp_port, address, words):
    config = config_of("one", on=address.format(free_tcp_port))
    with pytest.raises(RunError, match=words):
        launcher.start(config)
    assert not (own_workspace / "runs").exists()


def test_without_ray_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(cluster_training, "missing", lambda module: "ray is not installed")
    with pytest.raises(RunError, match="ray is not installed"):
        check_address("auto")


def test_a_run_is_resumed_on_another_cluster(own_workspace, monkeypatch):
    folder = new_run("one", on="gone:6379")
    monkeypatch.setattr(launcher, "_validated", lambda config: config)
    monkeypatch.setattr(launcher, "_advance", lambda: None)
    launcher.resume("one", on="auto")
    assert read_config(folder).on == "auto"


@pytest.mark.parametrize(
    ("asked", "gpus", "workers"), [(None, 0, 3), (None, 2, 2), (4, 0, 4), (1, 2, 1), (3, 2, "3 workers .* has 2 GPUs")]
)
def test_there_is_a_worker_for_each_gpu_or_each_machine(monkeypatch, asked, gpus, workers):
    monkeypatch.setattr(cluster_training, "offered", lambda resource: gpus if resource == "GPU" else 12)
    monkeypatch.setattr(cluster_training, "machines", lambda: [{}, {}, {}])
    monkeypatch.setattr(cluster_training, "check_workers", lambda workers, recipe: None)
    config = config_of("one", on="auto", workers=asked)
    if isinstance(workers, int):
        assert cluster_training._workers(config) == workers
        return
    with pytest.raises(RunError, match=workers):
        cluster_training._workers(config)


class TestWorkersThatDie:
    @pytest.fixture
    def learned(self, own_workspace, monkeypatch):
        """How far a run comes whose workers end as said, each time having come as far as said."""
        from ray.train import WorkerGroupError

        folder = new_run("one")
        monkeypatch.setattr("ray.put", lambda value: value)
        monkeypatch.setattr(cluster_training, "LOOK", 0.01)

        def learn(*ends, come_to):
            ends, places = iter(ends), iter([0, *come_to])

            def fitting(told, workers):
                future = Future()
                if (end := next(ends)) is None:
                    future.set_result(None)
                else:
                    future.set_exception(WorkerGroupError("they ended", {1: end}))
                return future

            monkeypatch.setattr(cluster_training, "_fitting", fitting)
            progress = lambda batch: Progress(batch=batch)  # noqa: E731
            monkeypatch.setattr(cluster_training, "_come_to", lambda folder: progress(next(places)))
            faces = SimpleNamespace()
            return cluster_training._learned(folder, RunWriter(folder), config_of("one"), faces, 2)

        return learn

    def test_they_are_started_again_as_long_as_they_come_further(self, learned, capsys):
        died = [RuntimeError("killed") for _ in range(5)]
        assert learned(*died, None, come_to=[1, 2, 3, 4, 5, 6]).batch == 6
        assert capsys.readouterr().out.count("a worker ended (killed); the run goes on") == 5

    def test_after_three_times_at_the_same_place_it_is_enough(self, learned):
        died = [RuntimeError("killed") for _ in range(3)]
        with pytest.raises(RunError, match="workers ended 3 times in a row in epoch 1"):
            learned(*died, come_to=[0, 0, 0])

    @pytest.mark.parametrize("error", [RunError("the loss is no number"), OSError(28, "No space left on device")])
    def test_what_starting_again_does_not_mend_ends_the_run(self, learned, error):
        with pytest.raises(type(error), match=str(error.args[-1])):
            learned(RuntimeError("lost the others"), error, come_to=[0])


def test_that_the_run_is_to_stop_is_passed_on(own_workspace, monkeypatch):
    folder = new_run("one")
    writer, future = RunWriter(folder), Future()
    writer.stop_signalled = True
    looked = iter([False, True])

    def waited(futures, seconds):
        done = next(looked)
        if done:
            future.set_result(None)
        return SimpleNamespace(done=futures if done else [])

    monkeypatch.setattr(cluster_training, "wait", waited)
    cluster_training._follow(future, folder, writer, config_of("one"))
    assert (folder / STOP_FILE).exists()


def test_workers_but_the_first_say_nothing(tmp_path):
    silent = Silent(tmp_path)
    silent.status(epoch=1)
    silent.rewind([], 0)
    assert not silent.asked_to_stop() and not list(tmp_path.iterdir())
