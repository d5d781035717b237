"""`emotion analyze` for photos: a line a face, reports, and pictures with the faces marked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import typer

from emotion_core.cli.console import (
    STANDARD_OUTPUT,
    complain,
    made_folder,
    note_guarded,
    on_one_line,
    open_output,
    refuse_overwriting,
    say,
    status_of,
)
from emotion_core.csv_tables import CSV_ENCODING
from emotion_core.images import READABLE, ImageError, load_image
from emotion_core.inference import (
    AnalysisSettings,
    CsvReport,
    JsonReport,
    PhotoResult,
    analyze_pictures,
    annotated_name,
    in_words,
    photos_in,
    skipped_in,
    to_jpeg,
    unique_name,
)
from emotion_core.limits import processors

#: So many files of a folder are named that were skipped.
SKIPPED_NAMED = 3


def analyze_photos(
    named: list[Path],
    settings: AnalysisSettings,
    csv: str | None,
    json: str | None,
    annotate: Path | None,
    raw: bool = False,
) -> int:
    """Read the expression of every face in photos; gives the exit status. `raw` as for a `CsvTable`."""
    paths = list(photos_in(named))
    refuse_overwriting(paths, {"--csv": csv, "--json": json})
    if not paths:
        raise typer.BadParameter(f"no pictures in {', '.join(map(str, named))}; readable are {READABLE}")
    if skipped := skipped_in(named):
        more = ", ..." if len(skipped) > SKIPPED_NAMED else ""
        names = ", ".join(on_one_line(path.name) for path in skipped[:SKIPPED_NAMED])
        files = "1 file that is no picture" if len(skipped) == 1 else f"{len(skipped):,} files that are no pictures"
        complain(f"skipped {files}: {names}{more}")
    threads = min(processors(), len(paths))
    results = analyze_pictures(((str(p), p) for p in paths), settings, threads)
    with ExitStack() as stack:
        table = CsvReport(open_output(stack, csv, CSV_ENCODING), raw, settings.classes) if csv is not None else None
        sinks: list[Callable[[PhotoResult], None]] = [_print_result] if STANDARD_OUTPUT not in (csv, json) else []
        sinks += _sinks(stack, table, json, annotate, paths)
        unreadable = [result.error for result in _with_progress(results, len(paths)) if not _deliver(result, sinks)]
    if table is not None:
        note_guarded(table.guarded)
    return status_of(len(unreadable), len(paths), "pictures")


def _sinks(
    stack: ExitStack, table: CsvReport | None, json: str | None, annotate: Path | None, photos: list[Path]
) -> list[Callable[[PhotoResult], None]]:
    """What is done with every result besides telling of it, in turn."""
    sinks: list[Callable[[PhotoResult], None]] = [table.add] if table is not None else []
    if json is not None:
        sinks.append(stack.enter_context(closing(JsonReport(open_output(stack, json, "utf-8")))).add)
    if annotate is not None:
        sinks.append(_annotator(annotate, photos))
    return sinks


def _deliver(result: PhotoResult, sinks: Iterable[Callable[[PhotoResult], None]]) -> bool:
    """Hand a result to every sink; whether the photo could be read."""
    if result.error:
        complain(f"{on_one_line(result.name)}: {result.error}")
    for sink in sinks:
        sink(result)
    return not result.error


def _print_result(result: PhotoResult) -> None:
    name = on_one_line(result.name)
    if not result.error and not result.faces:
        say(f"{name}: no face found")
    for number, face in result.numbered():
        say(f"{name}: face {number} {in_words(face)}" + (f" ({face.note})" if face.note else ""))


def _annotator(folder: Path, photos: list[Path]) -> Callable[[PhotoResult], None]:
    """Writes each photo with its faces marked, as NAME-annotated.jpg, numbered where names repeat, over no photo."""
    from emotion_core.visuals import annotate

    used = made_folder(folder, photos)

    def write(result: PhotoResult) -> None:
        if result.error:
            return
        try:
            image = load_image(result.name)
        except ImageError as error:  # it was there when it was analysed
            complain(f"{result.name}: {error}")
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
