"""Connecting to Ray: a cluster that runs, or one made of this machine; and what its machines say of themselves."""

from __future__ import annotations

import logging
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from emotion_core.limits import processors

#: Connect to a cluster that runs here or that RAY_ADDRESS names; where there is none, make one of this machine.
AUTO = "auto"
#: Seconds for an address to take a connection, for the cluster behind it to say how it is, and for its machines to.
TO_CONNECT, TO_ANSWER, TO_COMPARE = 10, 60, 60
#: Processors more than there are that a cluster made of this machine offers: those that read the dataset take no time.
SPARE = 2
_OBJECT_STORE = 200 * 2**20


class ClusterError(RuntimeError):
    """A cluster that cannot be used; the message says in one sentence why."""


class LostError(ClusterError):
    """A cluster that could be used until now."""


@contextmanager
def connected(address: str) -> Iterator[None]:
    """A connection to Ray for as long as this lasts. Where this process is connected already, that is used, and stays.

    Args:
        address: `AUTO`, HOST:PORT or ray://HOST:PORT.

    Raises:
        ClusterError: nothing answers there, or it is another version of Ray or Python.
        LostError: machines were lost meanwhile.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    try:
        _connect(address)
        yield
    except ray.exceptions.RayError as error:
        raise LostError(f"Ray gave up ({last_line(error)})") from None
    finally:
        ray.shutdown()


def _connect(address: str) -> None:
    import ray

    # Else it says of every pool of actors that restarting one may fail, which is so of all that Ray Data makes.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else a cluster made here tells Ray's makers of its use
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address != AUTO:
        check_answers(address)
    try:
        try:
            ray.init(address=address, **quiet)
        except ConnectionError:
            if address != AUTO:
                raise
            _start_here(quiet)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        reason = " ".join(str(error).split())
        raise ClusterError(f"Ray at {address} cannot be used ({reason})") from None


def _start_here(quiet: dict[str, Any]) -> None:
    """Make a cluster of this machine. Ray wants a token of its own making of whoever would reach it."""
    import ray

    ray.init(
        address="local",
        num_cpus=processors() + SPARE,
        object_store_memory=_OBJECT_STORE,
        include_dashboard=False,
        **quiet,
    )


def check_answers(address: str) -> None:
    """Raise a ClusterError unless a cluster answers at HOST:PORT or ray://HOST:PORT."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not (port.isascii() and port.isdigit()):
        raise ClusterError(f"{address!r} is no address of Ray; allowed are {AUTO}, HOST:PORT and ray://HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), TO_CONNECT).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ClusterError(f"nothing answers at {address} ({reason}); is Ray running there?") from None
    if address.startswith("ray://"):
        return
    # Ray itself would try for long, and end this process with it.
    command = [sys.executable, "-m", "ray.scripts.scripts", "status", "--address", address]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TO_ANSWER)
    except subprocess.TimeoutExpired:
        raise ClusterError(f"{address} takes connections, but no Ray answered there in {TO_ANSWER} seconds") from None
    if done.returncode:
        raise ClusterError(f"{address} takes connections, but no Ray that can be used answers there")


def is_made_here() -> bool:
    """Whether the cluster that this process is connected to was made of this machine."""
    import ray

    return len(ray.nodes()) == 1 and offered("CPU") == processors() + SPARE


def offered(resource: str) -> int:
    """How many CPUs or GPUs the machines of the cluster offer together."""
    import ray

    return int(ray.cluster_resources().get(resource, 0))


def machines() -> list[dict[str, Any]]:
    """The machines of the cluster that can work, as Ray describes them."""
    import ray

    return [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]


def said_by_machines(ask: Callable[..., dict[str, str]], *arguments: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of each machine of the cluster, and what a function gives there.

    Raises:
        ClusterError: a machine does not answer, or the function is not there.
    """
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    task = ray.remote(ask)
    for node in machines():
        machine, strategy = node["NodeManagerAddress"], NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        try:
            asked = task.options(num_cpus=0, scheduling_strategy=strategy).remote(*arguments)
            yield machine, ray.get(asked, timeout=TO_COMPARE)
        except ray.exceptions.GetTimeoutError:
            raise ClusterError(f"the machine {machine} did not answer in {TO_COMPARE} seconds") from None
        except ray.exceptions.RayError as error:
            words = f"emotion_core cannot be used on the machine {machine} ({last_line(error)})"
            raise ClusterError(words) from None


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The versions of Python, of this package and of others here; an empty one where it is not installed."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "emotion_core": import_module("emotion_core").__version__,
        **{name: _version(name) for name in packages},
    }


def other_version(machine: str, name: str, there: str, here: str) -> str:
    """In one sentence that a machine has another version of something."""
    versions = f"{name} {there or '(none)'}, this one {here or '(none)'}"
    return f"the machine {machine} has {versions}; install the same versions on all"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def last_line(error: Exception) -> str:
    """What an error says at its end, as Ray puts the traceback before that; its kind where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
