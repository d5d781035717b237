"""Expressions as they come and go: from when to when, and how strong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emotion_core.emotions import EMOTIONS

#: An expression begins where it has risen to this share of its height above what lies around it, and ends where it has
#: fallen below it again.
EDGE = 0.5
#: A face that is never seen with less of an expression has at rest no more than this: what is higher throughout shows
#: that expression throughout, what is lower is how that face looks.
REST = 1 / 3
#: All is found but the face at rest.
REST_CLASS = "neutral"


@dataclass(frozen=True)
class ExpressionSegment:
    """One expression of one face, from its onset to its offset.

    Attributes:
        face: the face's number.
        emotion: one of the classes but neutral.
        onset, apex, offset: when it begins, is strongest and ends, in seconds.
        mean, peak: its probability from onset to offset on average, and at the apex, both smoothed.
        prominence: how far the apex rises above what lies around it.
    """

    face: int
    emotion: str
    onset: float
    apex: float
    offset: float
    mean: float
    peak: float
    prominence: float

    @property
    def duration(self) -> float:
        """In seconds."""
        return self.offset - self.onset


def find_expressions(
    face: int,
    seconds: np.ndarray,
    curves: np.ndarray,
    prominence: float,
    least_seconds: float = 0.0,
    classes: Sequence[str] = EMOTIONS,
) -> list[ExpressionSegment]:
    """The expressions in one stretch of time in which a face was seen throughout, in the order of their onsets.

    Of each emotion's curve those peaks are taken whose prominence is large enough: how far one must come down from it
    to reach a higher one. An expression shorter than `least_seconds` is left out. Where two overlap, the more prominent
    one has the time.

    Args:
        face: its number.
        seconds: of the frames, (n,), growing.
        curves: smoothed probabilities, (n, len(classes)).
        prominence: lowest that counts, 0 to 1.
        least_seconds: from onset to offset.
        classes: the names of the columns.
    """
    found: list[ExpressionSegment] = []
    for place, emotion in enumerate(classes):
        if emotion != REST_CLASS:
            found += _peaks(face, emotion, seconds, curves[:, place], prominence)
    chosen: list[ExpressionSegment] = []
    for one in sorted(found, key=lambda segment: -segment.prominence):
        free = _free_part(one, chosen)
        if free and free.duration >= least_seconds:
            chosen.append(free)
    whole = [replace(one, mean=_mean(one, seconds, curves[:, classes.index(one.emotion)])) for one in chosen]
    return sorted(whole, key=lambda segment: segment.onset)


def _peaks(
    face: int, emotion: str, seconds: np.ndarray, curve: np.ndarray, prominence: float
) -> list[ExpressionSegment]:
    from scipy.signal import find_peaks, peak_widths  # takes a tenth of a second to load

    rest = min(float(curve.min()), REST)  # before and after the face is seen it is thought to be at rest
    padded = np.concatenate([[rest], curve, [rest]])
    times = np.concatenate([seconds[:1], seconds, seconds[-1:]])
    peaks, found = find_peaks(padded, prominence=prominence, plateau_size=1)
    rises = found["prominences"]
    bases = rises, found["left_bases"], found["right_bases"]
    _, _, lefts, rights = peak_widths(padded, peaks, rel_height=1 - EDGE, prominence_data=bases)
    onsets, apexes, offsets = (np.interp(edges, np.arange(len(times)), times) for edges in (lefts, peaks, rights))
    return [
        ExpressionSegment(
            face, emotion, float(onset), float(apex), float(offset), 0.0, float(padded[peak]), float(rise)
        )
        for onset, apex, offset, peak, rise in zip(onsets, apexes, offsets, peaks, rises, strict=True)
    ]


def _free_part(segment: ExpressionSegment, taken: Sequence[ExpressionSegment]) -> ExpressionSegment | None:
    """What of a segment is left by others: the part about its apex; None where that is another's."""
    onset, offset = segment.onset, segment.offset
    for other in taken:
        if other.onset <= segment.apex <= other.offset:
            return None
        if other.offset < segment.apex:
            onset = max(onset, other.offset)
        else:
            offset = min(offset, other.onset)
    return replace(segment, onset=onset, offset=offset)


def _mean(segment: ExpressionSegment, seconds: np.ndarray, curve: np.ndarray) -> float:
    """The mean of a segment's curve over the frames in it."""
    inside = (seconds >= segment.onset) & (seconds <= segment.offset)
    return float(curve[inside].mean()) if inside.any() else segment.peak
