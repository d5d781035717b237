"""Connecting to Ray, and whether the machines of a cluster fit together; Ray itself runs in the command's tests."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from emotion_core.batch import cluster
from emotion_core.batch.cluster import check_answers, compare, facts
from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.inference.settings import AnalysisSettings

HERE = {"Python": "3.12", "numpy": "2.1.0", "model": "a5e2", "results": "{}", "pictures": "True"}


@pytest.mark.parametrize("address", ["", "host", "host:", ":6379", "host:door", "ray://host"])
def test_what_is_no_address_is_named(address):
    with pytest.raises(BatchError, match="is no address of Ray; allowed are auto, HOST:PORT and ray://HOST:PORT"):
        check_answers(address)


def test_an_address_where_nothing_answers(free_tcp_port):
    with pytest.raises(BatchError, match=f"nothing answers at 127.0.0.1:{free_tcp_port} .*; is Ray running there"):
        check_answers(f"127.0.0.1:{free_tcp_port}")


def test_an_address_that_takes_connections_and_is_no_ray(monkeypatch):
    def silent(*command, timeout, **options):
        raise subprocess.TimeoutExpired(command, timeout)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(cluster.subprocess, "run", silent)
        with pytest.raises(BatchError, match="takes connections, but no Ray answered there in 60 seconds"):
            check_answers(address)
        monkeypatch.setattr(cluster.subprocess, "run", lambda *a, **o: subprocess.CompletedProcess(a, 1))
        with pytest.raises(BatchError, match="takes connections, but no Ray that can be used answers there"):
            check_answers(address)


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


def test_nobody_is_told_of_a_cluster_that_is_made_here(monkeypatch):
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "")  # so that what is set is taken back
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    monkeypatch.setenv("RAY_BACKEND_LOG_LEVEL", "fatal")
    said: list[str | None] = []
    monkeypatch.setattr("ray.init", lambda **options: said.append(os.environ.get("RAY_USAGE_STATS_ENABLED")))
    cluster._connect(cluster.AUTO)
    assert said == ["0"]
