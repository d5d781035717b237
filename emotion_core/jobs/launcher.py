"""Starting, stopping, resuming and listing runs, each a process of its own that outlives the page that asked for it.

At most one run works at a time; the others wait. Nobody minds the queue: whoever looks at the list, and every run that
ends, moves it on. Importing this loads no Keras.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from emotion_core.command import own_command
from emotion_core.emotions import EMOTIONS
from emotion_core.files import is_locked, locked, move_into_place, replace_file
from emotion_core.processes import is_process, process_mark
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.events import STARTING, TRAINING
from emotion_core.runs.folder import (
    CONFIG_FILE,
    LOG_FILE,
    STATUS_FILE,
    STOP_FILE,
    forget_stop,
    run_folder,
    run_names,
    runs_folder,
)
from emotion_core.runs.run import Run, find_run
from emotion_core.runs.status import (
    FULL_BYTES,
    State,
    Status,
    read_status,
    read_written_status,
    write_status,
)
from emotion_core.seals import sealed

#: A run that trains and does not heed STOP for so many seconds is asked by signal, and a little later killed.
PATIENCE = 30
#: One that is at something else, such as evaluating its network, has to end that first and may take so long.
LONG_PATIENCE = 600
_GRACE = 10
#: In the folder of the runs it is held by who changes the queue, in a run's own by the process that works at it.
LOCK_FILE = ".lock"
#: What is printed is seen at once, and is not TensorFlow's remarks about the machine.
_ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
#: Processes started here, to be asked for their exit status, without which the system keeps them as zombies.
_children: list[subprocess.Popen[bytes]] = []


def start(config: RunConfig) -> Path:
    """Begin a run, or put it into the queue behind the one that works; its folder.

    Raises:
        RunError: there is a run of this name already, it cannot succeed (see `checks.validated`), or the cluster that
            is to train it does not answer.
    """
    _check_cluster(config)
    return _made(config, "queued")


def create(config: RunConfig) -> Path:
    """Make the folder of a run that is not begun here: it can be bundled, or resumed as if it had been stopped.

    Raises:
        RunError: as `start` does.
    """
    return _made(config, "stopped")


def _made(config: RunConfig, state: State) -> Path:
    folder = run_folder(config.name)
    _refuse_taken(folder)
    config = _validated(config)
    with _alone():
        _refuse_taken(folder)
        _write_new(folder, config, state)
        _advance()
    return folder


def resume(name: str, on: str | None = None) -> Path:
    """Resume a run that was stopped, killed or failed, from its last finished epoch; its folder.

    Args:
        name: of the run.
        on: the Ray cluster that is to train it from now on, if another than before.

    Raises:
        RunError: there is no such run, it is at work or done, it cannot succeed (see `checks.validated`), or the
            cluster that is to train it does not answer.
    """
    folder = run_folder(name)
    config = read_config(folder)
    moved = config if on is None else config.model_copy(update={"on": on})
    _validated(moved)
    _check_cluster(moved)
    with _alone():
        status = read_status(folder)
        if status.state not in ("stopped", "failed"):
            raise RunError(
                f"the run {name!r} is {status.state}; only one that was stopped or has failed can be resumed"
            )
        forget_stop(folder)
        if moved != config:
            replace_file(folder / CONFIG_FILE, _as_text(moved).encode())
        write_status(folder, status.model_copy(update={"state": "queued", "error": None, "pid": None}))
        _advance()
    return folder


def stop(name: str, now: bool = False) -> None:
    """Ask a run to stop after its batch, keeping what it has learned; nothing happens to one that is not at work.

    It returns at once. A run that does not heed is ended by whoever looks at the list later.

    Args:
        name: of the run.
        now: end its process instead, which loses what it learned since its last finished epoch.

    Raises:
        RunError: there is no such run.
    """
    folder = run_folder(name)
    with _alone():
        status = read_status(folder)
        if status.state == "queued":
            write_status(folder, status.model_copy(update={"state": "stopped"}))
        if status.active:
            (folder / STOP_FILE).touch()
        if status.active and now:
            _end(status)
        _advance()


def delete(name: str) -> None:
    """Remove a run for good.

    Raises:
        RunError: there is no such run, or it is at work.
    """
    folder = run_folder(name)
    with _alone():
        if read_status(folder).active:
            raise RunError(f"the run {name!r} is at work; stop it before it is deleted")
        doomed = folder.with_name(f".{name}.deleted-{os.getpid()}-{time.monotonic_ns()}")
        os.rename(folder, doomed)  # gone at once, even if what follows is cut short
    shutil.rmtree(doomed, ignore_errors=True)


def list_runs() -> list[Run]:
    """All runs as they truly stand, the newest first. Moves the queue on."""
    advance()
    return [run for name in run_names() if (run := find_run(name))]


def at_work() -> list[str]:
    """The runs that have a process: one, or none."""
    return [name for name in run_names() if (status := _status(name)) and status.active]


def queue() -> list[str]:
    """The runs that wait, in their order."""
    waiting = [(_since(run_folder(name)), name) for name in run_names() if _state(name) == "queued"]
    return [name for _, name in sorted(waiting)]


def advance() -> None:
    """Start the next run that waits, if none works; end those that do not heed STOP."""
    if not runs_folder().is_dir():
        return
    with suppress(OSError), _alone():  # what cannot be written to can still be looked at
        _advance()


def _validated(config: RunConfig) -> RunConfig:
    from emotion_core.jobs.checks import validated  # pandas: half a second that no list of runs needs

    return validated(config)


def _check_cluster(config: RunConfig) -> None:
    if config.on is not None:
        from emotion_core.jobs.cluster_training import check_address

        check_address(config.on)


def _advance() -> None:
    _children[:] = [child for child in _children if child.poll() is None]
    active = {name: status for name in run_names() if (status := _status(name)) and status.active}
    for name, status in active.items():
        _urge(run_folder(name), status)
    for name in queue() if not active and has_room() else []:
        if not is_locked(run_folder(name) / LOCK_FILE):  # else its process is just coming up
            _spawn(run_folder(name))
        return


def has_room() -> bool:
    """Whether the disk has room for a process to say how it stands; without, none is started."""
    return shutil.disk_usage(runs_folder()).free >= FULL_BYTES


def _spawn(folder: Path) -> None:
    command = own_command("emotion_core", "train", "--run", folder.name)
    command["env"] |= _ENVIRONMENT
    try:
        with (folder / LOG_FILE).open("ab") as log:
            child = subprocess.Popen(**command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        _children.append(child)
    except OSError as error:
        changes = {"state": "failed", "error": f"the process could not be started ({error}); resume it later"}
        write_status(folder, read_written_status(folder).model_copy(update=changes))
        return
    written = read_written_status(folder)
    if written.state == "queued":
        _write_begun(folder, written, child.pid)


def _write_begun(folder: Path, status: Status, pid: int) -> None:
    """Say that a process is going to work at a run."""
    begun = {"state": "running", "doing": STARTING, "run": folder.name, "pid": pid, "process_mark": process_mark(pid)}
    write_status(folder, status.model_copy(update={**begun, "heartbeat": time.time(), "error": None}))


def _urge(folder: Path, status: Status) -> None:
    """End the process of a run that was asked to stop and did not heed in time."""
    with suppress(FileNotFoundError):
        asked = time.time() - (folder / STOP_FILE).stat().st_mtime
        trains = read_written_status(folder).doing == TRAINING
        late = asked - (PATIENCE if trains else LONG_PATIENCE)
        if late <= 0 or not status.pid or not is_process(status.pid, status.process_mark):
            return
        with suppress(psutil.Error):
            process = psutil.Process(status.pid)
            if late > _GRACE:
                process.kill()
            else:
                process.terminate()


def _end(status: Status) -> None:
    """Kill a run's process and wait until it is gone."""
    if not status.pid or not is_process(status.pid, status.process_mark):
        return
    with suppress(psutil.Error):
        psutil.Process(status.pid).kill()
    for child in [child for child in _children if child.pid == status.pid]:
        child.wait(_GRACE)
    # That of another server stays as a zombie until that asks for it, which may be waiting for us.
    end = time.monotonic() + _GRACE
    while is_process(status.pid, status.process_mark) and time.monotonic() < end:
        time.sleep(0.02)


def _write_new(folder: Path, config: RunConfig, state: State) -> None:
    """The folder of a new run, whole or not at all."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    (partial / CONFIG_FILE).write_text(_as_text(config), "utf-8")
    write_status(partial, Status(state=state, epochs=config.recipe.epochs))
    move_into_place(partial, folder)


def _as_text(config: RunConfig) -> str:
    return sealed(config.model_dump_json(indent=1, exclude={"classes"} if config.classes == EMOTIONS else None)) + "\n"


def _refuse_taken(folder: Path) -> None:
    if folder.exists():
        raise RunError(f"there is a run {folder.name!r} already; choose another name, resume it or delete it")


def _status(name: str) -> Status | None:
    with suppress(RunError):  # deleted meanwhile
        return read_status(run_folder(name))
    return None


def _state(name: str) -> str | None:
    status = _status(name)
    return status.state if status else None


def _since(folder: Path) -> float:
    """When a run that waits was put into the queue."""
    with suppress(OSError):
        return (folder / STATUS_FILE).stat().st_mtime
    return 0.0


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps two who change the queue apart, be they two clicks or two servers. A dead process keeps no lock."""
    runs_folder().mkdir(parents=True, exist_ok=True)
    with locked(runs_folder() / LOCK_FILE):
        yield


@contextmanager
def only_process_of(folder: Path) -> Iterator[None]:
    """Makes this process the one that works at a run, until it is left or dies.

    Raises:
        RunError: another process does already, or there is no such run.
    """
    if not folder.is_dir():
        raise RunError(f"there is no run {folder.name!r}; there are {', '.join(run_names()) or 'none yet'}")
    with locked(folder / LOCK_FILE, busy=RunError(f"another process works at the run {folder.name!r} already")):
        yield


def claim(folder: Path) -> None:
    """Make a run that waits the one that is at work, in this process; nothing changes if it was started for it.

    Raises:
        RunError: there is no such run, it does not wait, or another one works.
    """
    with _alone():
        status = read_status(folder)
        if status.active and status.pid == os.getpid():
            return
        if status.state != "queued":
            raise RunError(
                f"the run {folder.name!r} is {status.state}; only one that waits can be executed, and one that was "
                "stopped or has failed be resumed"
            )
        if others := at_work():
            raise RunError(
                f"the run {others[0]!r} is at work, and one works at a time; {folder.name!r} begins after it by itself"
            )
        _write_begun(folder, status, os.getpid())
