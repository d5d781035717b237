"""The command line: python -m emotion_core analyze PHOTO...

Exit status: 0 done, 2 a wrong call or unusable input, 1 a failure. Why is said on standard error in one line.
"""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TextIO

import typer

from emotion_core.cli import dashboard, dataset, evaluate, models, priors, train
from emotion_core.cli.console import STANDARD_OUTPUT
from emotion_core.datasets import DatasetError
from emotion_core.extras import install_hint
from emotion_core.faces import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD, DETECTORS, DetectorError
from emotion_core.images import READABLE, ImageError, load_image
from emotion_core.inference import (
    CSV_ENCODING,
    SMALLEST_FACES,
    THRESHOLDS,
    AnalysisSettings,
    CsvReport,
    JsonReport,
    PhotoResult,
    analyze_pictures,
    annotated_name,
    in_words,
    photos_in,
    to_jpeg,
    unique_name,
)
from emotion_core.models import ModelError
from emotion_core.workspace import WORKSPACE_VARIABLE, workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(dataset.app, name="dataset")
app.add_typer(models.app, name="models")
app.command()(evaluate.evaluate)
app.command()(train.train)
app.command(context_settings={"ignore_unknown_options": True})(dashboard.dashboard)


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):  # names may be in any script, whatever the terminal's
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # What is wrong with a picture is said in our words, or is no reason to refuse it.
    warnings.filterwarnings("ignore", module="PIL")
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        _leave(2, error.format_message())
    except (ModelError, DetectorError, DatasetError) as error:
        _leave(2, str(error))
    except ModuleNotFoundError as error:
        if (hint := install_hint(error.name)) is None:
            raise
        _leave(2, hint)
    except (typer.Abort, KeyboardInterrupt):
        _leave(1, "stopped")
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _leave(*_of_system(error))
    sys.exit(status or 0)


@app.callback()
def emotion_core() -> None:
    """Find the faces in photos and say how their expressions look. It says nothing about what a person feels."""


@app.command()
def analyze(
    photos: Annotated[list[Path], typer.Argument(readable=False, help="Pictures, or folders that are walked.")],
    csv: Annotated[str | None, typer.Option(help="Write a table, one row a face, to this file; - for output.")] = None,
    json: Annotated[
        str | None, typer.Option(help="Write JSON, one object a photo, to this file; - for output.")
    ] = None,
    annotate: Annotated[Path | None, typer.Option(help="Write pictures with the faces marked to this folder.")] = None,
    model: Annotated[str, typer.Option(help="A model's name, or its folder.")] = "default",
    detector: Annotated[str, typer.Option(help=f"How faces are found: {' or '.join(DETECTORS)}.")] = DEFAULT_DETECTOR,
    threshold: Annotated[
        float, typer.Option(min=THRESHOLDS[0], max=THRESHOLDS[1], help="Lowest score of a face.")
    ] = DEFAULT_THRESHOLD,
    smallest_face: Annotated[
        float,
        typer.Option(
            min=SMALLEST_FACES[0], max=SMALLEST_FACES[1], help="Lowest height of a face, in pixels of the photo."
        ),
    ] = DEFAULT_SMALLEST_FACE,
    whole: Annotated[bool, typer.Option("--whole", help="Take each photo as one face, and look for none.")] = False,
    prior: Annotated[str, typer.Option(help=priors.HELP)] = "balanced",
) -> int:
    """Read the expression of every face in photos."""
    try:
        settings = AnalysisSettings(model, detector, threshold, smallest_face, whole)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if csv == json == STANDARD_OUTPUT:
        raise typer.BadParameter("only one of --csv and --json can go to standard output")
    paths = list(photos_in(photos))
    _refuse_overwriting(paths, csv, json)
    if not paths:
        raise typer.BadParameter(f"no pictures in {', '.join(map(str, photos))}; readable are {READABLE}")
    threads = min(os.cpu_count() or 1, len(paths))
    loaded = replace(settings, model=priors.load_classifier(model, prior))
    results = analyze_pictures(((str(p), p) for p in paths), loaded, threads)
    with ExitStack() as stack:
        sinks = _sinks(stack, csv, json, annotate, paths)
        unreadable = [result.error for result in _with_progress(results, len(paths)) if not _deliver(result, sinks)]
    return _status(unreadable, len(paths))


def _refuse_overwriting(paths: list[Path], *outputs: str | None) -> None:
    """Keep a report from being written over a photo, or over the other report."""
    # realpath, as a path's own resolve() fails on a link that leads to itself
    named = [os.path.realpath(output) for output in outputs if output not in (None, STANDARD_OUTPUT)]
    if len(set(named)) < len(named):
        raise typer.BadParameter("--csv and --json name the same file")
    over = set(named) & {os.path.realpath(path) for path in paths}
    if over:
        raise typer.BadParameter(f"{over.pop()} is one of the photos; name another file for the report")


def _sinks(
    stack: ExitStack, csv: str | None, json: str | None, annotate: Path | None, photos: list[Path]
) -> list[Callable[[PhotoResult], None]]:
    """What is done with every result, in turn."""
    sinks: list[Callable[[PhotoResult], None]] = []
    if STANDARD_OUTPUT not in (csv, json):
        sinks.append(_print_result)
    if csv is not None:
        sinks.append(CsvReport(_output(stack, csv, CSV_ENCODING)).add)
    if json is not None:
        sinks.append(stack.enter_context(closing(JsonReport(_output(stack, json, "utf-8")))).add)
    if annotate is not None:
        sinks.append(_annotator(annotate, photos))
    return sinks


def _deliver(result: PhotoResult, sinks: Iterable[Callable[[PhotoResult], None]]) -> bool:
    """Hand a result to every sink; whether the photo could be read."""
    if result.error:
        print(f"{_on_one_line(result.name)}: {result.error}", file=sys.stderr)
    for sink in sinks:
        sink(result)
    return not result.error


def _print_result(result: PhotoResult) -> None:
    name = _on_one_line(result.name)
    if not result.error and not result.faces:
        print(f"{name}: no face found")
    for number, face in result.numbered():
        print(f"{name}: face {number} {in_words(face)}")


def _on_one_line(name: str) -> str:
    """A file's name, which may hold line breaks."""
    return " ".join(name.splitlines())


def _output(stack: ExitStack, name: str, encoding: str) -> TextIO:
    if name == STANDARD_OUTPUT:
        return sys.stdout
    try:
        return stack.enter_context(open(name, "w", encoding=encoding, newline=""))
    except OSError as error:
        raise typer.BadParameter(f"cannot write {name} ({error.strerror})") from None


def _annotator(folder: Path, photos: list[Path]) -> Callable[[PhotoResult], None]:
    """Writes each photo with its faces marked, as NAME-annotated.jpg, numbered where names repeat, over no photo."""
    from emotion_core.visuals import annotate

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"cannot make the folder {folder} ({error.strerror})") from None
    place = os.path.realpath(folder)
    used = {photo.name.casefold() for photo in photos if os.path.dirname(os.path.realpath(photo)) == place}

    def write(result: PhotoResult) -> None:
        if result.error:
            return
        try:
            image = load_image(result.name)
        except ImageError as error:  # it was there when it was analysed
            print(f"{result.name}: {error}", file=sys.stderr)
            return
        (folder / unique_name(annotated_name(result.name), used)).write_bytes(to_jpeg(annotate(image, result.faces)))

    return write


def _with_progress(results: Iterator[PhotoResult], total: int) -> Iterator[PhotoResult]:
    """The results, with a bar on standard error where that is a terminal and there are many."""
    if total < 5 or not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    return iter(track(results, "Photos", total=total, console=Console(stderr=True), transient=True))


def _status(unreadable: list[str], total: int) -> int:
    if len(unreadable) == total:
        return 2
    if unreadable:
        print(f"{len(unreadable)} of {total} pictures could not be read", file=sys.stderr)
    return 0


def _of_system(error: OSError) -> tuple[int, str]:
    """The exit status and the words for what the system refused."""
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    if error.errno == errno.ENOSPC:
        return 1, f"the disk is full{f' where {where} lies' if where else ''}; make room and try again"
    if where.startswith(str(workspace())):
        reason = f"the workspace {workspace()} cannot be used ({error.strerror}: {where})"
        return 2, f"{reason}; {WORKSPACE_VARIABLE} must name a folder that can be written to"
    return 1, f"{where}: {error.strerror}" if where else str(error)


def _leave(status: int, reason: str) -> None:
    print(f"Error: {reason.splitlines()[0] if reason else 'unknown'}", file=sys.stderr)
    sys.exit(status)
