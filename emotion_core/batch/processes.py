"""Parts of a batch on this machine, in several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack
from pathlib import Path

from emotion_core.batch.job import Job
from emotion_core.batch.lane import Lane
from emotion_core.batch.parts import Part
from emotion_core.pool import Pool


def analyze_in_processes(
    parts: Iterable[Part], partial: Callable[[str], Path], job: Job, root: Path, processes: int
) -> Iterator[Part]:
    """Analyse parts, and give each as soon as its file is written.

    Args:
        parts: are taken as they are needed.
        partial: where a part of a name is to be written.
        job, root: see `Lane`.
        processes: how many.

    Raises:
        BatchError, OSError: see `Lane.analyze`.
    """
    with ExitStack() as stack:
        executor = stack.enter_context(ThreadPoolExecutor(processes))
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        lanes: list[Lane] = []
        stack.callback(_close_all, lanes)

        def new_lane() -> Lane:
            lane = Lane(job, root)
            lanes.append(lane)
            return lane

        free = Pool(new_lane)

        def analyze(part: Part) -> Part:
            with free.lend() as lane:
                lane.analyze(part, partial(part.name))
            return part

        under_way: set[Future[Part]] = set()
        for part in parts:
            under_way.add(executor.submit(analyze, part))
            if len(under_way) >= processes:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        yield from (one.result() for one in as_completed(under_way))


def _close_all(lanes: list[Lane]) -> None:
    for lane in lanes:
        lane.close()
