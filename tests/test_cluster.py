"""Connecting to Ray; Ray itself runs in the command's tests."""

from __future__ import annotations

import os
import socket
import subprocess

import pytest

from emotion_core import cluster
from emotion_core.cluster import ClusterError, check_answers, installed, last_line, other_version


@pytest.mark.parametrize("address", ["", "host", "host:", ":6379", "host:door", "host:²", "ray://host"])
def test_what_is_no_address_is_named(address):
    with pytest.raises(ClusterError, match="is no address of Ray; allowed are auto, HOST:PORT and ray://HOST:PORT"):
        check_answers(address)


def test_an_address_where_nothing_answers(free_tcp_port):
    with pytest.raises(ClusterError, match=f"nothing answers at 127.0.0.1:{free_tcp_port} .*; is Ray running there"):
        check_answers(f"127.0.0.1:{free_tcp_port}")


def test_an_address_that_takes_connections_and_is_no_ray(monkeypatch):
    def silent(*command, timeout, **options):
        raise subprocess.TimeoutExpired(command, timeout)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(cluster.subprocess, "run", silent)
        with pytest.raises(ClusterError, match="takes connections, but no Ray answered there in 60 seconds"):
            check_answers(address)
        monkeypatch.setattr(cluster.subprocess, "run", lambda *a, **o: subprocess.CompletedProcess(a, 1))
        with pytest.raises(ClusterError, match="takes connections, but no Ray that can be used answers there"):
            check_answers(address)


def test_nobody_is_told_of_a_cluster_that_is_made_here(monkeypatch):
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "")  # so that what is set is taken back
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    monkeypatch.setenv("RAY_BACKEND_LOG_LEVEL", "fatal")
    said: list[str | None] = []
    monkeypatch.setattr("ray.init", lambda **options: said.append(os.environ.get("RAY_USAGE_STATS_ENABLED")))
    cluster._connect(cluster.AUTO)
    assert said == ["0"]


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError("first\nlast\n"), "last"), (TimeoutError(), "TimeoutError"), (OSError(" "), "OSError")],
)
def test_an_error_is_said_in_its_last_line_or_by_its_kind(error, words):
    assert last_line(error) == words


def test_versions_are_those_that_are_installed_here():
    found = installed(["numpy", "nobody-knows-it"])
    assert found["Python"].startswith("3.") and found["numpy"] and found["nobody-knows-it"] == ""
    assert other_version("10.0.0.2", "numpy", "", "2.1.0") == (
        "the machine 10.0.0.2 has numpy (none), this one 2.1.0; install the same versions on all"
    )
