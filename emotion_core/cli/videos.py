"""`emotion analyze` for videos: a line a clip, and a table of every face in every analysed frame."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import typer

from emotion_core.cli.console import on_one_line, open_output, progress_of, refuse_overwriting
from emotion_core.inference import CSV_ENCODING
from emotion_core.video import Moment, VideoAnalysis, VideoCsv, VideoError, VideoResult, VideoSettings, videos_in

#: What is done with each moment of a clip of some name.
Sink = Callable[[str, Moment], None]


@dataclass(frozen=True)
class VideoOutputs:
    """What is written; None for what is not asked for, "-" for standard output.

    Attributes:
        csv: a table of every face in every analysed frame.
    """

    csv: str | None = None


def analyze_videos(named: list[Path], settings: VideoSettings, outputs: VideoOutputs) -> int:
    """Follow every face through videos; gives the exit status."""
    paths = list(videos_in(named))
    refuse_overwriting(paths, {"--csv": outputs.csv})
    if not paths:
        raise typer.BadParameter(f"no videos in {', '.join(map(str, named))}")
    failed = 0
    with ExitStack() as stack:
        sinks: list[Sink] = []
        if outputs.csv is not None:
            sinks.append(VideoCsv(open_output(stack, outputs.csv, CSV_ENCODING)).add)
        for path in paths:
            try:
                _tell(path, _analyse(path, settings, sinks), quiet=outputs.csv == "-")
            except VideoError as error:
                failed += 1
                print(f"{on_one_line(str(path))}: {error}", file=sys.stderr)
    return _status(failed, len(paths))


def _analyse(path: Path, settings: VideoSettings, sinks: list[Sink]) -> VideoResult:
    """A clip's result, each of its moments handed to every sink meanwhile."""
    analysis = VideoAnalysis(path, settings)
    with progress_of(path.name) as show:
        for moment in analysis:
            for sink in sinks:
                sink(str(path), moment)
            show(analysis.share)
    return analysis.result


def _tell(path: Path, result: VideoResult, quiet: bool) -> None:
    name = on_one_line(str(path))
    if result.note:
        print(f"{name}: {result.note}", file=sys.stderr)
    if quiet:
        return
    found = _counted(len(set(result.faces.tolist())), "face") if len(result) else "no face found"
    print(f"{name}: {found} in {_counted(len(result.moments), 'analysed frame')}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _status(failed: int, total: int) -> int:
    if failed == total:
        return 2
    if failed:
        print(f"{failed} of {total} videos could not be read", file=sys.stderr)
    return 0
