"""A run whose workers are those of a Ray cluster: Ray Train starts them, and starts them again where one has died.

The run's own process stays here: it makes the first network, waits, and evaluates what comes of it. The workers train
it on from its last checkpoint, in the run's folder, which they must see. Importing this loads no Keras and no Ray.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from emotion_core.cluster import (
    AUTO,
    ClusterError,
    LostError,
    check_answers,
    connected,
    installed,
    last_line,
    machines,
    offered,
    other_version,
    said_by_machines,
)
from emotion_core.extras import missing
from emotion_core.jobs.cluster_worker import Work, work
from emotion_core.jobs.first_network import first_network
from emotion_core.jobs.workers import check_workers
from emotion_core.runs.config import RunConfig
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import epoch_in_words, is_finished
from emotion_core.runs.folder import CONFIG_FILE, LAST_FILE, STOP_FILE
from emotion_core.runs.history import read_history
from emotion_core.runs.writer import RunWriter

if TYPE_CHECKING:
    from ray.train import WorkerGroupError

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.runs.progress import Progress
    from emotion_core.training.batches import Faces

#: What decides how a network is trained.
PACKAGES = ("keras", "jax", "jaxlib", "numpy", "opencv-python-headless")
#: So many times in a row workers may end before any of them has come further.
ATTEMPTS = 3
#: What Ray Train writes about itself, in the run's folder; removed at the end.
RAY_FOLDER = ".ray"
#: Seconds between two looks at how it goes.
LOOK = 0.5


def check_address(address: str) -> None:
    """Whether runs can be trained at an address, as far as is known at once.

    Raises:
        RunError: Ray is not installed, that is no address, or nothing answers there.
    """
    if hint := missing("ray"):
        raise RunError(hint)
    if address.startswith("ray://"):
        raise RunError(
            f"a run cannot be trained on {address}: Ray's client does not train; call this on a machine of the "
            f"cluster, with {AUTO} or HOST:PORT"
        )
    if address != AUTO:
        try:
            check_answers(address)
        except ClusterError as error:
            raise RunError(str(error)) from None


def learn_on_cluster(folder: Path, writer: RunWriter, config: RunConfig, dataset: Dataset) -> bool:
    """Train the network of a run on faces by the workers of its cluster; whether it has come to its end.

    Raises:
        RunError: the cluster cannot be used, its machines do not fit together, or the run cannot go on.
        OSError: the disk is full.
    """
    from emotion_core.training.preparation import faces_of

    assert config.on is not None
    try:
        with _signals_kept(), connected(config.on), _signals_kept():
            _check_machines(folder)
            workers = _workers(config)
            faces = faces_of(dataset, config.recipe)
            _begin(folder, writer, config, faces)
            progress = _learned(folder, writer, config, faces, workers)
    except LostError as error:
        raise RunError(f"{error}; resume the run from its last finished epoch") from None
    except ClusterError as error:
        raise RunError(str(error)) from None
    finally:
        shutil.rmtree(folder / RAY_FOLDER, ignore_errors=True)
    writer.read()
    return is_finished(config.recipe, progress.history)


def facts(folder: str) -> dict[str, str]:
    """What must be alike on all machines, and what of the run this one sees."""
    asked = Path(folder) / CONFIG_FILE
    return {**installed(PACKAGES), "run": asked.read_text("utf-8") if asked.is_file() else ""}


def compare(here: dict[str, str], there: dict[str, str], machine: str, folder: Path) -> None:
    """Raise a RunError for the first thing in which another machine differs from this one."""
    for name, value in here.items():
        other = there.get(name, "")
        if other != value and name == "run":
            raise RunError(
                f"the machine {machine} does not see {folder}; put the workspace on a disk that all machines share "
                "(EMOTION_CORE_WORKSPACE)"
            )
        if other != value:
            raise RunError(other_version(machine, name, other, value))


def _check_machines(folder: Path) -> None:
    here = facts(str(folder))
    for machine, there in said_by_machines(facts, str(folder)):
        compare(here, there, machine, folder)


def _workers(config: RunConfig) -> int:
    """How many workers: as many as asked for, or one for each GPU, or where there is none for each machine."""
    gpus, processors = offered("GPU"), offered("CPU")
    workers = config.workers or gpus or len(machines())
    there, kind = (gpus, "GPU") if gpus else (processors, "processor")
    if workers > there:
        raise RunError(
            f"{workers} workers were asked for, and Ray at {config.on} has {there} {kind}{'s' if there != 1 else ''}"
        )
    check_workers(workers, config.recipe)
    print(f"{workers} worker{'s' if workers > 1 else ''}, each on a {kind}", flush=True)
    return workers


def _begin(folder: Path, writer: RunWriter, config: RunConfig, faces: Faces) -> None:
    """Save the first network of a run that is not begun, so that there is something to go on from."""
    from emotion_core.training.fit import Trainer

    if not (folder / LAST_FILE).exists():
        Trainer(first_network(config), faces, config.recipe, writer, config.seed).keep()


def _learned(folder: Path, writer: RunWriter, config: RunConfig, faces: Faces, workers: int) -> Progress:
    """How far the run has come once its workers have ended, started again where one of them died."""
    import ray
    from ray.train import ControllerError, WorkerGroupError

    told = Work(folder.absolute(), writer.process, config.recipe, config.seed, ray.put(faces))
    attempts, before = 0, _come_to(folder)
    while True:
        try:
            _follow(_fitting(told, workers), folder, writer, config)
            return _come_to(folder)
        except ControllerError as error:
            raise RunError(f"Ray could not start {workers} workers ({last_line(error)}); is it busy?") from None
        except WorkerGroupError as error:
            reason = _reason(error)
        now = _come_to(folder)
        attempts = 1 if (now.epoch, now.batch) != (before.epoch, before.batch) else attempts + 1
        before = now
        if attempts == ATTEMPTS:
            raise RunError(f"workers ended {ATTEMPTS} times in a row in epoch {now.epoch + 1} ({reason}); resume later")
        print(f"a worker ended ({reason}); the run goes on after epoch {now.epoch}", flush=True)


def _come_to(folder: Path) -> Progress:
    from emotion_core.training.checkpoint import load_progress

    return load_progress(folder / LAST_FILE)[0]


def _fitting(told: Work, workers: int) -> Future[None]:
    """Ray Train's work, in a thread of its own: in the main thread Ray would take Ctrl-C for itself."""
    from ray.train.v2.api.config import FailureConfig, LoggingConfig, RunConfig as RayConfig, ScalingConfig
    from ray.train.v2.jax import JaxTrainer

    trainer = JaxTrainer(
        work,
        train_loop_config={"work": told},
        # Where there are no GPUs a worker for each machine has all of its processors.
        scaling_config=ScalingConfig(
            num_workers=workers, use_gpu=bool(offered("GPU")), placement_strategy="PACK" if offered("GPU") else "SPREAD"
        ),
        run_config=RayConfig(
            name=f"{told.folder.name}-{time.time_ns()}",  # of an earlier name Ray would go on with that
            storage_path=str(told.folder / RAY_FOLDER),
            failure_config=FailureConfig(max_failures=0, controller_failure_limit=0),
            logging_config=LoggingConfig(log_level="ERROR"),
        ),
    )
    future: Future[None] = Future()

    def fit() -> None:
        try:
            trainer.fit()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(None)

    Thread(target=fit, daemon=True).start()
    return future


def _follow(fitting: Future[None], folder: Path, writer: RunWriter, config: RunConfig) -> None:
    """Wait for the workers, passing on that they are to stop, and print the epochs that they finish."""
    said = len(read_history(folder))
    ended = False
    while not ended:
        ended = bool(wait([fitting], LOOK).done)
        if writer.stop_signalled:
            (folder / STOP_FILE).touch()
        for epoch in read_history(folder)[said:]:
            print(epoch_in_words(epoch, config.recipe), flush=True)
            said += 1
    fitting.result()


def _reason(error: WorkerGroupError) -> str:
    """Why workers ended, in one line; raises what starting them again does not fix."""
    failures = [*error.worker_failures.values()]
    for failure in failures:
        if isinstance(failure, (RunError, OSError)):
            raise failure
    return last_line(failures[0])[:200] if failures else last_line(error)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep what signals do here, which connecting to Ray and leaving it changes."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
