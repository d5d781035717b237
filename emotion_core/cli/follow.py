"""A run as a shell shows it while it trains: a line an epoch, and on a terminal a bar."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from emotion_core.cli.console import printable, say
from emotion_core.jobs import follow, stop
from emotion_core.runs import Run, RunConfig, Status, epoch_in_words, find_run

#: What is told of a run: a line to keep, and how things stand.
Tell = Callable[[str], None]
Show = Callable[[Status], None]


def followed(config: RunConfig, interrupts: list[int]) -> Status:
    """How a run stands in the end; all that happens before is told. Ctrl-C stops it, once more leaves it to itself.

    Args:
        config: of the run.
        interrupts: grows by one with every Ctrl-C, see `counted_interrupts`.

    Raises:
        RunError: the run was deleted.
    """
    before = find_run(config.name)
    known, waiting, stopping = len(before.history) if before else 0, False, False
    with _display(config) as (tell, show):
        for run in follow(config.name):
            if run.status.state == "queued" and not waiting:
                waiting = True
                tell("waiting for another run to end")
            known = _tell_epochs(run, config, known, tell)
            show(run.status)
            if interrupts and not stopping:
                stopping = True
                stop(config.name)
                tell("stopping; what it has learned is kept (Ctrl-C once more to leave it to itself)")
            if len(interrupts) > 1:
                tell("it stops by itself")
                raise KeyboardInterrupt
    return run.status


def _tell_epochs(run: Run, config: RunConfig, known: int, tell: Tell) -> int:
    """Tell the epochs that are not known yet; how many there are."""
    for epoch in run.history[known:]:
        tell(epoch_in_words(epoch, config.recipe))
    return len(run.history)


@contextmanager
def counted_interrupts() -> Iterator[list[int]]:
    """Ctrl-C is noted, to be heeded between two looks: raised in the midst of one, it could leave a lock behind."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _display(config: RunConfig) -> Iterator[tuple[Tell, Show]]:
    """Where a run is told of: a bar on a terminal, else lines alone."""
    if not sys.stderr.isatty():
        yield say, lambda status: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[throughput]}")
    columns = (TextColumn("{task.description}"), BarColumn(), speed, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("waiting", total=float(config.recipe.epochs), throughput="")

        def show(status: Status) -> None:
            share = status.batch / status.batches if status.batches else 0.0
            throughput = f"{status.images_per_second:,.0f} images a second" if status.images_per_second else ""
            epoch = f"epoch {status.epoch} of {status.epochs}" if status.epoch else ""
            words = f"{status.doing or status.state} {epoch}".strip()
            bar.update(task, completed=max(0, status.epoch - 1) + share, description=words, throughput=throughput)

        yield lambda line: bar.console.print(printable(line), highlight=False, markup=False), show
