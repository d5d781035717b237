"""The command `emotion analyze`: photos or videos in, every face's expression out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from emotion_core.cli import priors
from emotion_core.cli.console import STANDARD_OUTPUT
from emotion_core.cli.photos import analyze_photos
from emotion_core.extras import need
from emotion_core.faces import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD, DETECTORS
from emotion_core.inference import SMALLEST_FACES, THRESHOLDS, AnalysisSettings, photos_in, read_against
from emotion_core.video import (
    DEFAULT_SMALLEST_FACE as SMALLEST_IN_VIDEOS,
    Selection,
    VideoSettings,
    is_video_name,
    seconds_of,
    videos_in,
)


def _time(text: str) -> float:
    try:
        return seconds_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


_ANYWHERE = f"Lowest height of a face in pixels: {DEFAULT_SMALLEST_FACE} in photos, {SMALLEST_IN_VIDEOS:g} in videos."

Pictures = Annotated[list[Path], typer.Argument(readable=False, help="Pictures or videos, or folders of them.")]
Raw = Annotated[
    bool, typer.Option("--raw", help="Write text in --csv as it is, even where a spreadsheet would read a formula.")
]
Csv = Annotated[str | None, typer.Option(help="Write a table, one row a face, to this file; - for output.")]
Json = Annotated[str | None, typer.Option(help="Write JSON, one object a photo or video, to this file; - for output.")]
Annotate = Annotated[Path | None, typer.Option(help="Write copies with the faces marked to this folder.")]
Every = Annotated[float | None, typer.Option(metavar="SECONDS", help="Videos: a frame every so many seconds.")]
From = Annotated[
    float | None, typer.Option("--from", parser=_time, metavar="TIME", help="Videos: where to start, such as 0:10.")
]
To = Annotated[
    float | None, typer.Option("--to", parser=_time, metavar="TIME", help="Videos: where to stop, such as 1:00.")
]
Segments = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Videos: write expressions from onset to offset, as .csv or .eaf (ELAN)."),
]
Subtitles = Annotated[
    str | None, typer.Option(metavar="FILE", help="Videos: write them as subtitles, as .vtt or .srt.")
]
WholeReport = Annotated[
    str | None, typer.Option("--report", metavar="FILE", help="Videos: write one HTML file with charts, for one video.")
]
SequenceName = Annotated[
    str | None,
    typer.Option(
        "--sequence", metavar="NAME", help="Videos: read faces over time, by a sequence model that you have trained."
    ),
]
Model = Annotated[str, typer.Option(help="A model's name, or its folder.")]
Detector = Annotated[str, typer.Option(help=f"How faces are found: {' or '.join(DETECTORS)}.")]
Threshold = Annotated[float, typer.Option(min=THRESHOLDS[0], max=THRESHOLDS[1], help="Lowest score of a face.")]
SmallestFace = Annotated[float | None, typer.Option(min=SMALLEST_FACES[0], max=SMALLEST_FACES[1], help=_ANYWHERE)]
Whole = Annotated[bool, typer.Option("--whole", help="Treat each picture as one face, and detect none.")]
Prior = Annotated[str, typer.Option(help=priors.HELP)]
Neutral = Annotated[
    Path | None,
    typer.Option(metavar="PICTURE", help="The person's face at rest, against which all answers are read."),
]


def analyze(
    pictures: Pictures,
    csv: Csv = None,
    raw: Raw = False,
    json: Json = None,
    annotate: Annotate = None,
    segments: Segments = None,
    subtitles: Subtitles = None,
    report: WholeReport = None,
    every: Every = None,
    start: From = None,
    end: To = None,
    sequence: SequenceName = None,
    model: Model = "default",
    detector: Detector = DEFAULT_DETECTOR,
    threshold: Threshold = DEFAULT_THRESHOLD,
    smallest_face: SmallestFace = None,
    whole: Whole = False,
    prior: Prior = "balanced",
    neutral: Neutral = None,
) -> int:
    """Read the expression of every face in photos or videos."""
    if csv == json == STANDARD_OUTPUT:
        raise typer.BadParameter("only one of --csv and --json can go to standard output")
    videos = _are_videos(pictures, {every, start, end, segments, subtitles, report, sequence} != {None})
    smallest = smallest_face if smallest_face is not None else SMALLEST_IN_VIDEOS if videos else DEFAULT_SMALLEST_FACE
    if sequence is not None and model != "default":
        raise typer.BadParameter(f"the sequence model {sequence} brings its own network; leave out --model")
    over_time = None if sequence is None else priors.load_sequence_model(sequence, prior)
    classifier = priors.load_classifier(model, prior)
    try:
        faces = AnalysisSettings(classifier, detector, threshold, smallest, whole)
        faces = faces if neutral is None else read_against(neutral, faces)
        settings = VideoSettings(faces, Selection(start or 0.0, end, every), sequence_model=over_time)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if videos:
        need("av")
        from emotion_core.cli.videos import VideoOutputs, analyze_videos

        return analyze_videos(pictures, settings, VideoOutputs(csv, json, segments, subtitles, report, annotate, raw))
    return analyze_photos(pictures, faces, csv, json, annotate, raw)


def _are_videos(named: list[Path], asked_for: bool) -> bool:
    """Whether what is named is to be analysed as videos: all or none of it."""
    videos = [path for path in named if _holds_videos(path)]
    if videos and len(videos) < len(named) and not asked_for:
        raise typer.BadParameter(f"photos and videos are analysed one after the other; {videos[0]} is a video")
    return bool(videos) or asked_for


def _holds_videos(path: Path) -> bool:
    """Whether a file is called like a video, or a folder holds videos and no pictures."""
    if not path.is_dir():
        return is_video_name(path)
    return _has_any(videos_in([path])) and not _has_any(photos_in([path]))


def _has_any(paths: Iterator[Path]) -> bool:
    return next(paths, None) is not None
