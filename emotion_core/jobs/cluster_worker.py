"""What a worker of a run does on a Ray cluster: with the others it trains the run on from its last checkpoint.

A worker is a process with one device: a GPU, or the processors of its machine. All do the same, and the first one
alone writes into the run's folder. Importing this loads no Keras.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_core.files import temporary_folder
from emotion_core.jobs.workers import prepare_workers, share_batches
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import Batch, Epoch
from emotion_core.runs.folder import BEST_FILE, LAST_FILE
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.writer import RunWriter

if TYPE_CHECKING:
    from emotion_core.training.fit import Writer


@dataclass(frozen=True)
class Work:
    """What all workers of a run are told.

    Attributes:
        folder: of the run, which all see.
        process: number and mark of the run's process, for which the first worker writes.
        recipe, seed: those of the run.
        faces: where Ray keeps the run's `Faces`.
    """

    folder: Path
    process: tuple[int | None, str | None]
    recipe: Recipe
    seed: int
    faces: Any


def work(told: dict[str, Work]) -> None:
    """Train with the other workers until the run is done or asked to stop. Called by Ray Train in each of them.

    Raises:
        RunError: the workers have not come together, or the run cannot go on.
    """
    import ray
    from ray.train import get_context
    from ray.train.collective import barrier

    asked, rank, workers = told["work"], get_context().get_world_rank(), get_context().get_world_size()
    gpus = ray.get_runtime_context().get_accelerator_ids().get("GPU", [])
    _choose_device(gpus)
    _join(rank, workers, bool(gpus))

    import keras

    from emotion_core.training.fit import Trainer

    share_batches(workers)
    keras.utils.set_random_seed(asked.seed)  # what is drawn at first must be the same everywhere
    faces = ray.get(asked.faces)
    with _writer(rank, asked) as writer:
        barrier()  # nobody writes before all have read
        Trainer(None, faces, asked.recipe, writer, asked.seed).fit()


def _choose_device(gpus: list[str]) -> None:
    """Have JAX see the GPU that Ray gives this worker, or the processor alone."""
    prepare_workers(1)
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
        os.environ.pop("JAX_PLATFORMS", None)
    else:
        os.environ["JAX_PLATFORMS"] = "cpu"


def _join(rank: int, workers: int, on_gpus: bool) -> None:
    """Make the workers one computer to JAX, which each of them sees whole."""
    import jax
    from ray.train.collective import broadcast_from_rank_zero
    from ray.util import get_node_ip_address

    meeting = broadcast_from_rank_zero(f"{get_node_ip_address()}:{_free_port()}" if rank == 0 else None)
    jax.distributed.initialize(meeting, workers, rank)
    found = jax.process_count(), jax.device_count(), jax.local_device_count()
    if found != (workers, workers, 1):
        raise RunError(
            f"{workers} workers were asked for, and JAX sees {found[0]} processes with {found[1]} devices, {found[2]} "
            "of them here"
        )
    if on_gpus and jax.default_backend() == "cpu":
        raise RunError(
            f"the machine {get_node_ip_address()} has a GPU that JAX does not find; install there what JAX needs for "
            "it, such as jax[cuda13]"
        )


def _free_port() -> int:
    with socket.create_server(("", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def _writer(rank: int, asked: Work) -> Iterator[Writer]:
    """Who is told how the run goes: its folder by the first worker, nobody by the others."""
    if rank == 0:
        yield RunWriter(asked.folder, asked.process)
        return
    with temporary_folder("train") as own:
        for name in (LAST_FILE, BEST_FILE):
            if (asked.folder / name).exists():
                shutil.copy(asked.folder / name, own)
        yield Silent(Path(own))


@dataclass
class Silent:
    """A `Writer` that tells nobody. What is saved goes to a folder of its own: on JAX all processes save together."""

    folder: Path

    def status(self, **changes: object) -> None:
        """Nobody looks."""

    def event(self, event: Epoch | Batch) -> None:
        """Nobody looks."""

    def rewind(self, history: list[Epoch], batch: int) -> None:
        """Nothing was written."""

    def asked_to_stop(self) -> bool:
        """The first worker is asked."""
        return False
