"""A video's result as one HTML file that needs nothing else: charts, tables, pictures of the persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emotion_core.inference.words import percent
from emotion_core.video.result import VideoResult
from emotion_core.video.timelines import PersonTimeline
from emotion_core.visuals.html_files import as_chart, data_uri, rendered
from emotion_core.visuals.video_charts import shares_in_words, video_curves, video_lanes

#: Curves are drawn of so many persons, those seen longest, or the file would be too large to open.
CURVES_OF = 20
EXPRESSION_HEADER = ("Expression", "Share", "Seconds", "Times", "Median seconds")
SEGMENT_HEADER = ("Expression", "From", "Strongest", "To", "Seconds", "Mean", "Peak")


def video_as_html(result: VideoResult, lines: Sequence[PersonTimeline]) -> str:
    """A report on a video.

    Args:
        result: what was seen in it.
        lines: of its persons; see `emotion_core.video.timelines`.
    """
    return rendered(
        "video.html.jinja",
        title=f"Expressions in {result.info.path.name}",
        result=result,
        facts=_facts(result),
        lanes=as_chart(video_lanes(lines, result.classes, result.colours))
        if any(line.spans for line in lines)
        else None,
        persons=[_person(line, result, number < CURVES_OF) for number, line in enumerate(lines)],
        expression_header=EXPRESSION_HEADER,
        segment_header=SEGMENT_HEADER,
    )


def _facts(result: VideoResult) -> list[str]:
    info = result.info
    seen = f"{len(result.moments):,} frames analysed, {len(result):,} faces in them"
    return [
        f"{info.width} x {info.height}" + (f", {clock(info.duration)}." if info.duration else "."),
        f"{seen}, by the model {result.model} (expected mix of expressions: {result.prior}).",
        f"{len(result.cuts)} camera cut{'' if len(result.cuts) == 1 else 's'}.",
    ]


def _person(line: PersonTimeline, result: VideoResult, with_curves: bool) -> dict[str, Any]:
    portrait = result.portraits.get(line.face)
    return {
        "name": line.name,
        "picture": None if portrait is None else data_uri(portrait),
        "seen": clock(line.seconds_seen),
        "shares": shares_in_words(line),
        "left_out": line.left_out,
        "expressions": [
            (
                one.emotion,
                percent(one.share),
                f"{one.seconds:.1f}",
                one.times,
                "–" if one.median is None else f"{one.median:.2f}",
            )
            for one in line.sums
        ],
        "curves": as_chart(video_curves(line, result)) if with_curves and len(line.rows) else None,
        "segments": [
            (
                segment.emotion,
                *(clock(seconds) for seconds in (segment.onset, segment.apex, segment.offset)),
                f"{segment.duration:.2f}",
                percent(segment.mean),
                percent(segment.peak),
            )
            for segment in line.segments
        ],
    }


def clock(seconds: float) -> str:
    """Seconds as people read them: "1:02.35", or "1:00:02.35"."""
    hundredths = round(100 * seconds)
    minutes, hundredths = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    whole = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{whole}:{hundredths // 100:02}.{hundredths % 100:02}"
