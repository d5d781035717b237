"""The command `emotion batch`: folders of any size into parquet, each picture exactly once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from emotion_core.cli import priors
from emotion_core.cli.analyze import Detector, Model, Prior, Threshold, Whole
from emotion_core.cli.console import complain, progress_of, say, status_of
from emotion_core.extras import need
from emotion_core.faces import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD
from emotion_core.inference import SMALLEST_FACES, AnalysisSettings

#: Seconds between two lines about the progress, where standard error is no terminal.
BETWEEN_LINES = 60.0

Pictures = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER_OR_MANIFEST",
        readable=False,
        help="A folder, which is walked, or a manifest: a .csv or .parquet with a column `path`, or a .txt of paths.",
    ),
]
To = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="The folder for the results, new or of this batch.")]
Ray = Annotated[
    str | None,
    typer.Option(
        metavar="auto|ADDRESS",
        help="Use Ray: the cluster at HOST:PORT, or with auto the one that runs here, or one made of this machine. "
        "Not given, Ray is used for more than ten thousand pictures where it is installed.",
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(min=1, help="So many processes on this machine, and no Ray; one for each processor if not given."),
]
SmallestFace = Annotated[
    float, typer.Option(min=SMALLEST_FACES[0], max=SMALLEST_FACES[1], help="Lowest height of a face in pixels.")
]


def batch(
    pictures: Pictures,
    to: To,
    ray: Ray = None,
    processes: Processes = None,
    model: Model = "default",
    detector: Detector = DEFAULT_DETECTOR,
    threshold: Threshold = DEFAULT_THRESHOLD,
    smallest_face: SmallestFace = DEFAULT_SMALLEST_FACE,
    whole: Whole = False,
    prior: Prior = "balanced",
) -> int:
    """Read the expressions in folders of any size into parquet files, each picture exactly once.

    What was stopped or killed goes on where it was when the same command is given again.
    """
    need("pyarrow")
    from emotion_core.batch import run_batch

    classifier = priors.load_classifier(model, prior)
    try:
        settings = AnalysisSettings(classifier, detector, threshold, smallest_face, whole)
        with _progress() as on_progress:
            report = run_batch(pictures, to, settings, ray, processes, on_progress)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    say(report.as_text().rstrip())
    if not report.analyzed:
        say("All of them had been analysed before.")
    return status_of(report.unreadable, report.pictures, "pictures")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """What is told how far it is: a bar on a terminal, elsewhere a line now and then."""
    if sys.stderr.isatty():
        with progress_of("Pictures") as bar:
            yield lambda done, total: bar(done / total)
        return
    last, begun = time.monotonic(), None

    def line(done: int, total: int) -> None:
        nonlocal last, begun
        now = time.monotonic()
        begun = begun or (now, done)
        if now - last >= BETWEEN_LINES and now > begun[0]:
            last, rate = now, (done - begun[1]) / (now - begun[0])
            left = (total - done) / rate / 60 if rate else float("inf")
            complain(f"{done:,} of {total:,} pictures, {rate:,.3g} a second, {left:,.0f} minutes left")

    yield line
