"""`emotion analyze` for videos: a line a person, tables, subtitles, and copies with the faces marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from emotion_core.cli.console import (
    STANDARD_OUTPUT,
    complain,
    made_folder,
    note_guarded,
    on_one_line,
    open_output,
    progress_of,
    refuse_overwriting,
    say,
    status_of,
    write_file,
)
from emotion_core.csv_tables import CSV_ENCODING
from emotion_core.files import exporting
from emotion_core.inference import annotated_name, percent, unique_name
from emotion_core.video import (
    Moment,
    PersonTimeline,
    SegmentCsv,
    VideoAnalysis,
    VideoCsv,
    VideoError,
    VideoJson,
    VideoResult,
    VideoSettings,
    smoothed_result,
    timelines,
    videos_in,
    write_annotated,
    write_eaf,
    write_srt,
    write_vtt,
)

#: What is done with each moment of a clip of some name, and with what is known of it in the end.
MomentSink = Callable[[str, Moment], None]
ResultSink = Callable[[VideoResult, Sequence[PersonTimeline]], None]
SUBTITLES = {".vtt": write_vtt, ".srt": write_srt}


@dataclass(frozen=True)
class VideoOutputs:
    """What is written; None for what is not asked for, "-" for standard output.

    Attributes:
        csv: a table of every face in every analysed frame.
        json: everything, one object a video.
        segments: expressions as they come and go: a table, or for one video an ELAN file (.eaf).
        subtitles: the same, for one video, as .vtt or .srt.
        report: one HTML file with charts, for one video.
        annotate: a folder for copies with the faces marked.
        raw: leave text in tables as it is, though a spreadsheet takes it for a formula.
    """

    csv: str | None = None
    json: str | None = None
    segments: str | None = None
    subtitles: str | None = None
    report: str | None = None
    annotate: Path | None = None
    raw: bool = False

    @property
    def files(self) -> dict[str, str | None]:
        """The files that are written, by their options."""
        return {
            "--csv": self.csv,
            "--json": self.json,
            "--segments": self.segments,
            "--subtitles": self.subtitles,
            "--report": self.report,
        }

    @property
    def quiet(self) -> bool:
        """Whether standard output is taken."""
        return STANDARD_OUTPUT in self.files.values()


def analyze_videos(named: list[Path], settings: VideoSettings, outputs: VideoOutputs) -> int:
    """Follow every face through videos; gives the exit status."""
    paths = list(videos_in(named))
    _check(outputs, paths)
    if not paths:
        raise typer.BadParameter(f"no videos in {', '.join(map(str, named))}")
    failed, interrupted = 0, False
    with ExitStack() as stack:
        moment_sinks, result_sinks = _sinks(stack, outputs, settings, paths)
        for path in paths:
            try:
                result, interrupted = _analyse(path, settings, moment_sinks)
                lines = timelines(result)
                for sink in result_sinks:
                    sink(result, lines)
                if interrupted:
                    break
            except VideoError as error:
                failed += 1
                complain(f"{on_one_line(str(path))}: {error}")
    if interrupted:  # only now, as what was analysed until then is whole
        raise typer.Abort
    return status_of(failed, len(paths), "videos")


def _check(outputs: VideoOutputs, paths: list[Path]) -> None:
    refuse_overwriting(paths, outputs.files)
    if list(outputs.files.values()).count(STANDARD_OUTPUT) > 1:
        raise typer.BadParameter("only one report can go to standard output")
    if outputs.subtitles is not None and Path(outputs.subtitles).suffix.lower() not in SUBTITLES:
        raise typer.BadParameter(f"subtitles are written as {' or '.join(SUBTITLES)}, not to {outputs.subtitles}")
    eaf = outputs.segments if _is_eaf(outputs.segments) else None
    for single in filter(None, (outputs.subtitles, outputs.report, eaf)):
        if single == STANDARD_OUTPUT:
            raise typer.BadParameter("only tables and JSON can go to standard output")
        if len(paths) > 1:
            raise typer.BadParameter(f"{single} is for one video, and there are {len(paths)}")


def _is_eaf(name: str | None) -> bool:
    return name is not None and name.lower().endswith(".eaf")


def _sinks(
    stack: ExitStack, outputs: VideoOutputs, settings: VideoSettings, paths: list[Path]
) -> tuple[list[MomentSink], list[ResultSink]]:
    """What is done with every moment, and with every result, in turn."""
    moments: list[MomentSink] = []
    results: list[ResultSink] = [partial(_tell, quiet=outputs.quiet)]
    if outputs.csv is not None:
        faces = VideoCsv(open_output(stack, outputs.csv, CSV_ENCODING), outputs.raw, settings.classes)
        stack.callback(lambda: note_guarded(faces.guarded))
        moments.append(faces.add)
    if outputs.json is not None:
        results.append(stack.enter_context(closing(VideoJson(open_output(stack, outputs.json, "utf-8")))).add)
    if outputs.segments is not None and _is_eaf(outputs.segments):
        results.append(partial(_write_eaf, Path(outputs.segments)))
    elif outputs.segments is not None:
        table = SegmentCsv(open_output(stack, outputs.segments, CSV_ENCODING), outputs.raw)
        stack.callback(lambda: note_guarded(table.guarded))
        results.append(lambda result, lines: table.add(str(result.info.path), lines))
    if outputs.subtitles is not None:
        results.append(partial(_write_subtitles, Path(outputs.subtitles)))
    if outputs.report is not None:
        results.append(partial(_write_report, Path(outputs.report)))
    if outputs.annotate is not None:
        results.append(_annotator(outputs.annotate, settings, paths))
    return moments, results


def _analyse(path: Path, settings: VideoSettings, sinks: Sequence[MomentSink]) -> tuple[VideoResult, bool]:
    """A clip's result, each of its moments handed to every sink meanwhile; and whether Ctrl-C ended it too soon."""
    analysis = VideoAnalysis(path, settings)
    try:
        with progress_of(on_one_line(path.name)) as show:
            for moment in analysis:
                for sink in sinks:
                    sink(str(path), moment)
                show(analysis.share)
    except KeyboardInterrupt:
        analysis.close()
        return analysis.result, True
    return analysis.result, False


def _tell(result: VideoResult, lines: Sequence[PersonTimeline], quiet: bool) -> None:
    name = on_one_line(str(result.info.path))
    if result.note:
        complain(f"{name}: {result.note}")
    if quiet:
        return
    if not len(result):
        say(f"{name}: no face found in {_counted(len(result.moments), 'analysed frame')}")
    for line in lines:
        looks = ", ".join(f"{label} {percent(share)}" for label, share in list(line.shares.items())[:3])
        found = _counted(len(line.segments), "expression")
        say(f"{name}: face {line.face}, seen for {line.seconds_seen:.1f} s: {looks or 'too poor to read'}; {found}")


def _write_eaf(target: Path, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    with exporting(target) as written, written.open("wb") as file:
        write_eaf(lines, result.info.path, file)


def _write_subtitles(target: Path, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    with exporting(target) as written, written.open("w", encoding="utf-8", newline="\n") as file:
        SUBTITLES[target.suffix.lower()](lines, file)


def _write_report(target: Path, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
    from emotion_core.visuals import video_as_html

    write_file(target, video_as_html(result, lines))


def _annotator(folder: Path, settings: VideoSettings, videos: list[Path]) -> ResultSink:
    """Writes each video with its faces marked, as NAME-annotated.mp4, numbered where names repeat, over no video."""
    from emotion_core.visuals import annotate_live

    used = made_folder(folder, videos)

    def write(result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
        name = Path(annotated_name(str(result.info.path))).with_suffix(".mp4").name
        target = folder / unique_name(name, used)
        write_annotated(smoothed_result(result, lines), target, annotate_live, settings.selection)

    return write


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
