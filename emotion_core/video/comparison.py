"""Two people of a video beside each other, or one person in two parts of it.

found = compare_parts(result, Part(1), Part(2))
print(found.in_words())
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emotion_core.inference.words import percent
from emotion_core.video.result import VideoResult
from emotion_core.video.timelines import PersonTimeline, TimelineSettings, timelines

#: Shares that differ by less are called alike.
ALIKE = 0.05


@dataclass(frozen=True)
class Part:
    """A person, in the whole video or from one time to another, in seconds."""

    face: int
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """Two parts beside each other, each value a pair of the first's and the second's.

    Attributes:
        names: what they are called, with the times where there are any.
        seconds_seen: how long each was seen well enough.
        shares: of that time, by expression.
        median_durations: of the segments, in seconds; None where there is none.
        means: the mean of the smoothed curves, by expression.
    """

    names: tuple[str, str]
    seconds_seen: tuple[float, float]
    shares: dict[str, tuple[float, float]]
    median_durations: dict[str, tuple[float | None, float | None]]
    means: dict[str, tuple[float, float]]

    def in_words(self) -> str:
        """The largest differences in the shares, in one or two sentences; no more than that they were seen."""
        first, second = self.names
        for name, seconds in zip(self.names, self.seconds_seen, strict=True):
            if not seconds:
                return f"{name} is not seen well enough to be compared."
        apart = sorted(self.shares.items(), key=lambda one: -abs(one[1][0] - one[1][1]))
        said = [
            f"{label} in {percent(shares[0])} of the time of {first} and in {percent(shares[1])} of that of {second}"
            for label, shares in apart[:2]
            if abs(shares[0] - shares[1]) >= ALIKE
        ]
        if not said:
            return f"{first} and {second} look alike: no share of an expression differs by {percent(ALIKE)} or more."
        return f"The expression looks {'; '.join(said)}."


def compare_parts(result: VideoResult, first: Part, second: Part, settings: TimelineSettings | None = None) -> Compared:
    """Shares, durations and mean curves of two people, or of two parts of a video, beside each other.

    Raises:
        ValueError: there is no such person, or a part ends before it begins.
    """
    lines = [_line(result, one, settings) for one in (first, second)]
    labels = dict.fromkeys([*result.classes, *(label for line in lines for label in line.shares)])
    means = [line.curves.mean(axis=0) if len(line.rows) else np.zeros(len(result.classes)) for line in lines]
    a, b = lines
    return Compared(
        names=(_called(a, first), _called(b, second)),
        seconds_seen=(a.seconds_seen, b.seconds_seen),
        shares={label: (a.shares.get(label, 0.0), b.shares.get(label, 0.0)) for label in labels},
        median_durations={label: (a.median_durations.get(label), b.median_durations.get(label)) for label in labels},
        means={label: (float(means[0][n]), float(means[1][n])) for n, label in enumerate(result.classes)},
    )


def _line(result: VideoResult, part: Part, settings: TimelineSettings | None) -> PersonTimeline:
    if part.face not in result.persons:
        raise ValueError(f"there is no person {part.face}; there are {', '.join(map(str, result.persons))}")
    end = np.inf if part.end is None else part.end
    if end <= part.start:
        raise ValueError(f"a part must end after it begins, not at {end:g} s after {part.start:g} s")
    chosen = (result.faces == part.face) & (result.seconds >= part.start) & (result.seconds < end)
    kept = {
        name: getattr(result, name)[chosen]
        for name in ("seconds", "faces", "boxes", "scores", "probabilities", "quality", "problems")
    }
    found = timelines(replace(result, **kept), settings) if chosen.any() else []
    nothing = np.empty(0)
    empty = PersonTimeline(part.face, result.title_of(part.face), nothing, nothing, nothing, nothing, [], [], [], 0)
    return next((line for line in found if line.face == part.face), empty)


def _called(line: PersonTimeline, part: Part) -> str:
    if part.start <= 0 and part.end is None:
        return line.name
    return f"{line.name} from {part.start:g} s to {'the end' if part.end is None else f'{part.end:g} s'}"
