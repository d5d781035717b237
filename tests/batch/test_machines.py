"""Whether the machines of a cluster fit together for a batch; Ray itself runs in the command's tests."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from emotion_core.batch import machines
from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.machines import compare, facts, on_cluster
from emotion_core.cluster import AUTO, ClusterError, LostError
from emotion_core.inference.settings import AnalysisSettings

HERE = {"Python": "3.12", "numpy": "2.1.0", "model": "a5e2", "results": "{}", "pictures": "True"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"Python": "3.11"}, "10.0.0.2 has Python 3.11, this one 3.12; install the same versions"),
        ({"numpy": ""}, r"10.0.0.2 has numpy \(none\), this one 2.1.0; install"),
        ({"model": ""}, "10.0.0.2 has no model emotion-net, or another one of that name"),
        ({"results": ""}, "10.0.0.2 does not see /results; .* a disk that all machines share"),
        ({"pictures": "False"}, "10.0.0.2 does not see /pictures; .* a disk that all machines share"),
    ],
)
def test_a_machine_that_differs_is_named_with_what_differs(other, words):
    job = Job.of(AnalysisSettings())
    compare(HERE, HERE, "10.0.0.2", job, Path("/results"), Path("/pictures"))
    with pytest.raises(BatchError, match=words):
        compare(HERE, {**HERE, **other}, "10.0.0.2", job, Path("/results"), Path("/pictures"))


def test_what_must_be_alike_is_all_known_here(tmp_path):
    (tmp_path / "_batch.json").write_text("{}")
    found = facts("emotion-net", str(tmp_path), str(tmp_path))
    assert all(found.values()) and set(HERE) < set(found)
    assert facts("nobody", str(tmp_path / "none"), str(tmp_path))["results"] == ""


@pytest.mark.parametrize(
    ("address", "raised", "words"),
    [
        (AUTO, ClusterError("Ray at auto cannot be used (no room)"), "no room.; --processes does without Ray"),
        ("host:6379", ClusterError("nothing answers at host:6379"), "nothing answers at host:6379$"),
        ("host:6379", LostError("Ray gave up (lost)"), "Ray gave up .lost.; give the same command again to go on"),
    ],
)
def test_what_is_wrong_with_a_cluster_is_said_as_of_a_batch(monkeypatch, address, raised, words):
    def fails(asked):
        raise raised

    monkeypatch.setattr(machines, "connected", fails)
    with pytest.raises(BatchError, match=words), on_cluster(address):
        pass


@pytest.mark.parametrize(("cpus", "actors"), [(2, 1), (9, 8)])
def test_a_processor_of_a_cluster_is_left_to_read_the_list_of_pictures(monkeypatch, cpus, actors):
    cluster_of(monkeypatch, cpus)
    with on_cluster("host:6379") as found:
        assert found == actors


@pytest.mark.parametrize("cpus", [0, 1])
def test_a_cluster_that_has_none_to_spare_is_refused(monkeypatch, cpus):
    cluster_of(monkeypatch, cpus)
    words = f"the cluster has {cpus} CPU.* at least 2.*; --processes does without Ray"
    with pytest.raises(BatchError, match=words), on_cluster("host:6379"):
        pass


def cluster_of(monkeypatch, cpus):
    monkeypatch.setattr(machines, "connected", lambda address: nullcontext())
    monkeypatch.setattr(machines, "is_made_here", lambda: False)
    monkeypatch.setattr(machines, "offered", lambda resource: cpus)
