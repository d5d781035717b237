"""Batches from their beginning to their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emotion_core.batch.job import Job
from emotion_core.batch.machines import check_machines, on_cluster
from emotion_core.batch.on_ray import analyze_on_ray
from emotion_core.batch.parts import Part, parts_of, pictures_a_part
from emotion_core.batch.processes import analyze_in_processes
from emotion_core.batch.report import BatchReport, write_report
from emotion_core.batch.results import Results, opened
from emotion_core.batch.sources import read_source
from emotion_core.cluster import AUTO
from emotion_core.extras import missing, need
from emotion_core.faces.detection import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.limits import processors
from emotion_core.models.classifier import Classifier
from emotion_core.models.prior import Prior

#: More pictures than these go to Ray where that is installed; fewer are done before it has begun.
MANY = 10_000
#: Told how many pictures are done, of how many.
OnProgress = Callable[[int, int], None]


def analyze_folder(
    pictures: str | Path,
    to: str | Path,
    model: str | Path | Classifier = "default",
    detector: str = DEFAULT_DETECTOR,
    threshold: float = DEFAULT_THRESHOLD,
    smallest_face: float = DEFAULT_SMALLEST_FACE,
    whole: bool = False,
    prior: Prior | None = None,
    ray: str | None = None,
    processes: int | None = None,
    on_progress: OnProgress | None = None,
) -> BatchReport:
    """Analyze all pictures of a folder, any number, into a folder of parquet files: `pandas.read_parquet(to)`.

    A row a face, with the columns of the CSV of photos, `path` being the picture's; a row for each picture without a
    face or with an error, which `error` says. Each picture is there exactly once, whatever is killed when: call it
    again with the same arguments, and it goes on with those that are not done, and with new ones.

    Args:
        pictures: a folder, which is walked, or a manifest: a .csv or .parquet with a column `path`, or a .txt with a
            path a line; relative paths begin at the manifest's folder.
        to: the folder for the results, new or of the same batch.
        model: a model's name or folder, or a classifier that was loaded from one.
        detector, threshold, smallest_face, whole, prior: see `AnalysisSettings`.
        ray: the address of a Ray cluster, HOST:PORT or ray://HOST:PORT; "auto" is the one that runs here or that
            RAY_ADDRESS names, or one made of this machine. Without it Ray is used, as with "auto", where it is
            installed and there are more than ten thousand pictures to analyse.
        processes: how many on this machine, and no Ray; without it one for each of its processors.
        on_progress: called with the number of pictures that are done and of all, after each part.

    Raises:
        BatchError: there are no pictures, the results cannot be written there, or Ray cannot be used.
        ModelError: the model cannot be used.
        ValueError: a setting is not allowed.
        OSError: the disk is full.
        ModuleNotFoundError: Ray is asked for and is not installed.
    """
    settings = AnalysisSettings(model, detector, threshold, smallest_face, whole, prior)
    return run_batch(Path(pictures), Path(to), settings, ray, processes, on_progress)


def run_batch(
    pictures: Path,
    to: Path,
    settings: AnalysisSettings,
    ray: str | None = None,
    processes: int | None = None,
    on_progress: OnProgress | None = None,
) -> BatchReport:
    """`analyze_folder` by settings that are kept together."""
    if processes is not None and processes < 1:
        raise ValueError(f"a batch needs 1 process or more, not {processes}")
    if ray is not None and processes is not None:
        raise ValueError("Ray decides how many processes there are; give one of the two")
    if ray is not None:
        need("ray")
    job, source = Job.of(settings), read_source(pictures)
    with opened(to, source.place, job) as results:
        start = time.monotonic()
        paths = results.without_done(source.paths)
        done, total, by = len(source.paths) - len(paths), len(source.paths), ""
        if len(paths):
            if many := ray is None and processes is None and len(paths) > MANY:
                ray = AUTO if missing("ray") is None else None
            with _engine(ray, processes, results, job, source.root) as engine:
                by = engine.by + (f" ({missing('ray')})" if many and ray is None else "")
                size = pictures_a_part(len(paths), engine.count)
                for part in engine.analyze(parts_of(paths, size, results.next_attempt())):
                    results.publish(part.name)
                    done += len(part.paths)
                    if on_progress:
                        on_progress(done, total)
        return write_report(results, job.model, len(paths), time.monotonic() - start, by)


@dataclass(frozen=True)
class _Engine:
    """What analyses parts: so many at a time, and by what, in words."""

    count: int
    by: str
    analyze: Callable[[Iterable[Part]], Iterator[Part]]


@contextmanager
def _engine(ray: str | None, processes: int | None, results: Results, job: Job, root: Path) -> Iterator[_Engine]:
    """Ray at an address, or processes of this machine."""
    if ray is None:
        count = processes or processors()
        by = f"{count} processes" if count > 1 else "1 process"
        yield _Engine(count, by, lambda parts: analyze_in_processes(parts, results.partial, job, root, count))
        return
    with on_cluster(ray) as count:
        check_machines(job, results.folder, root)
        by = f"Ray, {count} at a time"
        yield _Engine(count, by, lambda parts: analyze_on_ray(parts, results, job, root, count))
