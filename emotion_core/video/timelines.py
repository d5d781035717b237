"""How each person's expression goes through a video: curves, a sequence of expressions, segments, and sums.

for line in timelines(result):
    print(line.name, line.shares, line.segments)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.inference.words import UNCERTAIN
from emotion_core.video.curves import most_likely_labels, smoothed_curves, steady_labels
from emotion_core.video.result import VideoResult
from emotion_core.video.segments import ExpressionSegment, find_expressions

#: How the sequence of expressions is found.
DECODINGS = ("viterbi", "hysteresis")
LABELS = (*EMOTIONS, UNCERTAIN)
#: A face that is not found for so many analysed frames, and so many seconds, was gone meanwhile.
GAP_FRAMES, GAP_SECONDS = 2.5, 0.5


@dataclass(frozen=True)
class TimelineSettings:
    """What is made of what each frame says.

    Attributes:
        smoothing: time constant of the curves in seconds, 0 to 60; see `smoothed_curves`.
        decoding: "viterbi", the most likely sequence where a change has a cost, or "hysteresis", as on the live page.
        transition_cost: of a change, for "viterbi"; see `most_likely_labels`.
        least_quality: faces that can be read less well than this are left out of everything; 0 to 1.
        prominence: how far an expression must rise above what lies around it to be a segment, above 0 to 1.
        least_seconds: how long it must last.

    Raises:
        ValueError: one is not allowed.
    """

    smoothing: float = 0.2
    decoding: str = "viterbi"
    transition_cost: float = 0.3
    least_quality: float = 0.2
    prominence: float = 0.25
    least_seconds: float = 0.2

    def __post_init__(self) -> None:
        if self.decoding not in DECODINGS:
            raise ValueError(f"unknown decoding {self.decoding!r}; allowed are {', '.join(DECODINGS)}")
        for name, value, lowest, highest in (
            ("smoothing", self.smoothing, 0, 60),
            ("transition cost", self.transition_cost, 0, 100),
            ("lowest quality", self.least_quality, 0, 1),
            ("prominence", self.prominence, 0.01, 1),
            ("shortest expression", self.least_seconds, 0, 3600),
        ):
            if not lowest <= value <= highest:
                raise ValueError(f"the {name} must be {lowest} to {highest}, not {value}")


@dataclass(frozen=True)
class Span:
    """A time during which a person had one label, in seconds."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class ExpressionSum:
    """What a person has of one expression.

    Attributes:
        emotion: one of the classes, or "uncertain".
        share: of the time, 0 to 1.
        seconds: of the time.
        times: how many segments there are of it.
        median: the median duration of these in seconds; None where there are none.
    """

    emotion: str
    share: float
    seconds: float
    times: int
    median: float | None


@dataclass(frozen=True, eq=False)
class PersonTimeline:
    """One person's expression through a video. Rows are those of the frames in which it can be read well enough.

    Attributes:
        face: the person's number.
        name: what the person is called.
        rows: the rows' places in the result, (n,).
        seconds: of the rows, (n,).
        durations: for how many seconds each row stands, (n,).
        curves: smoothed probabilities, (n, classes) float64, columns as the result's.
        labels: the expression at each row: one of the classes, or "uncertain".
        segments: expressions as they come and go, in the order of their onsets.
        pieces: first and last row, plus one, of each time in which the face was seen throughout.
        left_out: how many rows of this person cannot be read well enough.
    """

    face: int
    name: str
    rows: np.ndarray
    seconds: np.ndarray
    durations: np.ndarray
    curves: np.ndarray
    labels: list[str]
    segments: list[ExpressionSegment]
    pieces: list[tuple[int, int]]
    left_out: int

    @property
    def seconds_seen(self) -> float:
        """For how long the face was seen well enough."""
        return float(self.durations.sum())

    @cached_property
    def spans(self) -> list[Span]:
        """The sequence of expressions, one span a label; where the face was gone there is none."""
        found: list[Span] = []
        for first, end in self.pieces:
            start = first
            for place in range(first + 1, end + 1):
                if place == end or self.labels[place] != self.labels[start]:
                    until = self.seconds[place] if place < end else self.seconds[end - 1] + self.durations[end - 1]
                    found.append(Span(self.labels[start], float(self.seconds[start]), float(until)))
                    start = place
        return found

    @cached_property
    def shares(self) -> dict[str, float]:
        """What part of the time each expression was there, the largest first; only those that were."""
        seconds = self.seconds_of_label
        whole = sum(seconds.values())
        return {label: value / whole for label, value in sorted(seconds.items(), key=lambda one: -one[1])}

    @property
    def seconds_of_label(self) -> dict[str, float]:
        """How long each expression was there in all, in the order of `LABELS`, then others; only those that were."""
        seconds = dict.fromkeys((*LABELS, *self.labels), 0.0)
        for label, duration in zip(self.labels, self.durations, strict=True):
            seconds[label] += float(duration)
        return {label: value for label, value in seconds.items() if label in self.labels}

    @property
    def counts(self) -> dict[str, int]:
        """How many segments there are of each expression that has any."""
        return dict(Counter(segment.emotion for segment in self.segments))

    @property
    def median_durations(self) -> dict[str, float]:
        """The median duration of each expression's segments, in seconds."""
        return {
            emotion: float(np.median([one.duration for one in self.segments if one.emotion == emotion]))
            for emotion in self.counts
        }

    @property
    def sums(self) -> list[ExpressionSum]:
        """What the person has of each expression, the largest share first."""
        seconds, counts, medians = self.seconds_of_label, self.counts, self.median_durations
        return [
            ExpressionSum(one, self.shares.get(one, 0.0), seconds.get(one, 0.0), counts.get(one, 0), medians.get(one))
            for one in dict.fromkeys((*self.shares, *counts))
        ]


def timelines(result: VideoResult, settings: TimelineSettings | None = None) -> list[PersonTimeline]:
    """How each person's expression goes, those first who are seen longest; without those left out by hand."""
    settings = settings or TimelineSettings()
    lines = [_timeline(result, face, settings) for face in result.persons]
    return sorted(lines, key=lambda line: -line.seconds_seen)


def smoothed_result(result: VideoResult, lines: Iterable[PersonTimeline]) -> VideoResult:
    """The same result with the smoothed probabilities of each person in place of each frame's own."""
    probabilities = result.probabilities.copy()
    for line in lines:
        probabilities[line.rows] = line.curves
    return replace(result, probabilities=probabilities)


def _timeline(result: VideoResult, face: int, settings: TimelineSettings) -> PersonTimeline:
    places = np.flatnonzero(result.faces == face)
    rows = places[result.quality[places] >= settings.least_quality]
    seconds = result.seconds[rows]
    pieces, durations = pieces_of(seconds, result.step)
    curves, labels, segments = np.empty((len(rows), len(result.classes))), list[str](), list[ExpressionSegment]()
    for first, end in pieces:
        part = slice(first, end)
        raw = result.probabilities[rows[part]]
        curves[part] = smoothed_curves(seconds[part], raw, settings.smoothing)
        if settings.decoding == "viterbi":
            labels += most_likely_labels(durations[part], raw, settings.transition_cost, result.classes)
        else:
            labels += steady_labels(curves[part], result.threshold, result.classes)
        segments += find_expressions(
            face, seconds[part], curves[part], settings.prominence, settings.least_seconds, result.classes
        )
    left_out = len(places) - len(rows)
    return PersonTimeline(
        face, result.title_of(face), rows, seconds, durations, curves, labels, segments, pieces, left_out
    )


def pieces_of(seconds: np.ndarray, step: float) -> tuple[list[tuple[int, int]], np.ndarray]:
    """The times in which a face was seen throughout, and for how long each of its rows stands.

    Args:
        seconds: of the rows, (n,), growing.
        step: from one analysed frame to the next, as a rule.

    Returns:
        First and last row, plus one, of each time; and (n,) seconds.
    """
    if not len(seconds):
        return [], np.empty(0)
    gaps = np.diff(seconds)
    long = gaps > max(GAP_SECONDS, GAP_FRAMES * step)
    durations = np.append(np.where(long, step, gaps), step)
    edges = [0, *(np.flatnonzero(long) + 1), len(seconds)]
    return [(int(first), int(end)) for first, end in pairwise(edges)], durations
