"""Faces that come back into a stream within a minute, and get the number that they had.

The tracker forgets a face after a second and a half. One that turns away, bends down or leaves for a moment would be
another face in every chart and file; so it is taken for the same where it comes back in the same place and size and
looks alike, and no other lost face does. Where that is not sure it stays a new one: two can be merged by hand, but
nobody can part what was mixed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotion_core.faces.detection import Face
from emotion_core.streams.appearance import appearance_of, similarity
from emotion_core.streams.tracking import Track

#: For so many seconds a lost face is waited for.
REMEMBERED = 60.0
#: It comes back at most so many of its heights from where it was lost, at most so many times as large or small.
NEARBY = 1.5
SIZE_CHANGE = 1.5
#: And its colours are at least so similar.
LEAST_SIMILARITY = 0.8


@dataclass(frozen=True)
class LastSeen:
    """Where, when (in seconds) and how a face was seen last."""

    face: Face
    time: float
    appearance: np.ndarray


class KnownFaces:
    """Remembers the faces of a stream for a minute. For one thread at a time; times never go back."""

    def __init__(self) -> None:
        self._known: dict[int, LastSeen] = {}

    def returned(self, picture: np.ndarray, tracks: Sequence[Track], time: float) -> dict[int, int]:
        """Which of the faces that a detection has found were there before under another number.

        Args:
            picture: RGB of shape (height, width, 3), uint8.
            tracks: the faces that were found in it.
            time: in seconds.

        Returns:
            The number that each had before, by the one that it has now.
        """
        now = {track.number: LastSeen(track.face, time, appearance_of(picture, track.face)) for track in tracks}
        lost = {
            number: one for number, one in self._known.items() if number not in now and time - one.time <= REMEMBERED
        }
        new = {number: one for number, one in now.items() if number not in self._known}
        pairs = [(number, old) for number, one in new.items() for old, before in lost.items() if _same(before, one)]
        sure = {
            number: old
            for number, old in pairs
            if sum(one == number for one, _ in pairs) == 1 and sum(before == old for _, before in pairs) == 1
        }
        self._known = {**lost, **{sure.get(number, number): one for number, one in now.items()}}
        return sure


def _same(before: LastSeen, now: LastSeen) -> bool:
    """Whether a face is where another was lost, as large, and looks like it."""
    first, second = before.face.box, now.face.box
    larger, smaller = max(first.height, second.height), min(first.height, second.height)
    if smaller <= 0 or larger / smaller > SIZE_CHANGE or math.dist(first.center, second.center) > NEARBY * larger:
        return False
    return similarity(before.appearance, now.appearance) >= LEAST_SIMILARITY
