"""Segments of expressions as subtitles (WebVTT and SRT), which players show over the video."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from emotion_core.inference.words import percent
from emotion_core.video.segments import ExpressionSegment
from emotion_core.video.timelines import PersonTimeline

#: What begins markup in SubRip, which has no way to write these signs themselves...
_MARKUP = re.compile(r"[<{]")
#: ...unless this stands behind them, which is not seen.
_WORD_JOINER = "\u2060"


def write_vtt(lines: Sequence[PersonTimeline], file: TextIO) -> None:
    """Write the segments of all persons as WebVTT (W3C), in the order of their onsets; the file is open for text."""
    file.write("WEBVTT\n")
    for number, (name, segment) in enumerate(_in_order(lines), start=1):
        times = f"{_clock(segment.onset, '.')} --> {_clock(_end(segment), '.')}"
        text = _in_words(name, segment).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        file.write(f"\n{number}\n{times}\n{text}\n")


def write_srt(lines: Sequence[PersonTimeline], file: TextIO) -> None:
    """Write the segments of all persons as SubRip, in the order of their onsets; the file is open for text."""
    for number, (name, segment) in enumerate(_in_order(lines), start=1):
        times = f"{_clock(segment.onset, ',')} --> {_clock(_end(segment), ',')}"
        text = _MARKUP.sub(rf"\g<0>{_WORD_JOINER}", _in_words(name, segment))
        file.write(f"{number}\n{times}\n{text}\n\n")


def _in_order(lines: Iterable[PersonTimeline]) -> Iterator[tuple[str, ExpressionSegment]]:
    found = [(line.name, segment) for line in lines for segment in line.segments]
    yield from sorted(found, key=lambda one: (one[1].onset, one[1].face))


def _end(segment: ExpressionSegment) -> float:
    """When it is shown no more: what is not there for a moment would not be shown at all."""
    return max(segment.offset, segment.onset + 0.001)


def _in_words(name: str, segment: ExpressionSegment) -> str:
    return f"{name} looks {segment.emotion}, {percent(segment.mean)}"


def _clock(seconds: float, point: str) -> str:
    """Seconds as 00:01:02.345, with whatever stands before the thousandths."""
    thousandths = round(1000 * seconds)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{thousandths // 1000:02}{point}{thousandths % 1000:03}"
