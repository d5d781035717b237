"""Who is who from one picture of a stream to the next.

Detections are assigned to known faces by the solution of the assignment problem over overlap, distance and size, as in
SORT (Bewley et al. 2016, arXiv 1602.00763). Between detections a face moves as its pixels do, see `pixel_shifts`; one
that is not seen any more coasts on with the velocity it had, slower and slower.

With detections every 0.2 s of a face that swings at up to 300 pixels a second, boxes that follow the pixels overlap the
true ones by 0.91 on average and 0.88 at the least; with constant velocity it is 0.52 and 0.16, standing still 0.61 and
0.20. Following costs about a millisecond a picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face

#: For so many seconds a face that is not found any more is remembered, to be taken up again where it comes back.
KEEP_SECONDS = 1.5
#: A face is searched for within so many of its heights, and so many more for each second that it was not seen.
REACH = 1.0
REACH_PER_SECOND = 1.5
#: A face does not become so many times as large, or as small, from one detection to the next.
SIZE_CHANGE = 1.8
#: How much of what a detection differs from what was expected is believed: less trembles less and follows later.
PLACE_GAIN = 0.75
#: Seconds over which the velocity of a face is averaged.
VELOCITY_SECONDS = 0.1
#: Seconds after which a face that is not seen has lost two thirds of its velocity.
COAST_SECONDS = 0.4

IMPOSSIBLE = 1e6

#: Pixels are followed at so many points across a face and down, within this part of its box, in windows of this side.
POINTS = 4
POINTS_WITHIN = 0.7
WINDOW = 15
#: A point is lost that, followed there and back, does not return within so many pixels.
RETURN = 1.0
FOUND_AGAIN = 0.4

#: How far across and down, in pixels.
Shift = tuple[float, float]


@dataclass(frozen=True)
class Track:
    """One face through time.

    Attributes:
        number: its name, from 1; never given to another face by a tracker.
        face: where it is at `time`: as detected, or moved on since.
        velocity: of its centre, across and down, in pixels per second.
        time: in seconds.
        seen: when it was last detected, in seconds.
    """

    number: int
    face: Face
    velocity: tuple[float, float]
    time: float
    seen: float

    def coasted(self, time: float) -> Track:
        """The track at a later time, of which nothing is known but its velocity."""
        elapsed = max(time - self.time, 0.0)
        kept = math.exp(-elapsed / COAST_SECONDS)
        way = COAST_SECONDS * (1 - kept)  # the integral of the velocity
        across, down = self.velocity
        face = _moved(self.face, across * way, down * way)
        return replace(self, face=face, velocity=(across * kept, down * kept), time=time)

    def shifted(self, shift: Shift, time: float) -> Track:
        """The track at a later time, its pixels having moved across and down."""
        return replace(self._faster(shift, time), face=_moved(self.face, *shift), time=time)

    def corrected(self, found: Face, time: float) -> Track:
        """The track once a detection is known to be of it."""
        expected = self.face.box
        (x, y), (found_x, found_y) = expected.center, found.box.center
        off_x, off_y = found_x - x, found_y - y
        # The detection is laid back towards what was expected; its landmarks keep their places in its box.
        size = 1 + (1 - PLACE_GAIN) * (expected.height / found.box.height - 1)
        face = _moved(_grown(found, size), (PLACE_GAIN - 1) * off_x, (PLACE_GAIN - 1) * off_y)
        velocity = self.velocity
        if time > self.seen:
            gain = (1 - math.exp((self.seen - time) / VELOCITY_SECONDS)) / (time - self.seen)
            velocity = velocity[0] + gain * off_x, velocity[1] + gain * off_y
        return replace(self, face=face, velocity=velocity, time=time, seen=time)

    def _faster(self, shift: Shift, time: float) -> Track:
        """The track with a velocity averaged with that of a shift."""
        elapsed = time - self.time
        if elapsed <= 0:
            return self
        kept = math.exp(-elapsed / VELOCITY_SECONDS)
        across, down = (kept * old + (1 - kept) * way / elapsed for old, way in zip(self.velocity, shift, strict=True))
        return replace(self, velocity=(across, down))

    def scaled(self, factor: float) -> Track:
        """The same track in pictures that are `factor` times as large."""
        across, down = self.velocity
        return replace(self, face=self.face.scaled(factor), velocity=(across * factor, down * factor))


class Tracker:
    """Gives faces numbers that they keep. For one thread at a time; times never go back.

    Attributes:
        tracks: the faces known, including those just lost, in the order of their numbers.
    """

    def __init__(self, keep_seconds: float = KEEP_SECONDS):
        self.keep_seconds = keep_seconds
        self.tracks: list[Track] = []
        self._given = 0
        self._last_detection = 0.0

    @property
    def seen(self) -> list[Track]:
        """The faces that the last detection found."""
        return [track for track in self.tracks if track.seen >= self._last_detection]

    def advance(self, time: float, shifts: Mapping[int, Shift] | None = None) -> None:
        """Move all faces on to a time; forget those not seen for too long.

        Args:
            time: in seconds, not before the last one.
            shifts: by number, how far the pixels of a face have moved across and down since the last time. The others
                coast.
        """
        shifts = shifts or {}
        self.tracks = [
            track.shifted(shifts[track.number], time) if track.number in shifts else track.coasted(time)
            for track in self.tracks
            if time - track.seen <= self.keep_seconds
        ]

    def update(self, faces: list[Face], time: float) -> None:
        """Take up all faces that were detected in the picture of this time; call `advance` before."""
        self._last_detection = time
        pairs = assign(self.tracks, faces)
        for place, number in pairs.items():
            self.tracks[place] = self.tracks[place].corrected(faces[number], time)
        for number, face in enumerate(faces):
            if number not in pairs.values():
                self._given += 1
                self.tracks.append(Track(self._given, face, (0.0, 0.0), time, time))

    def renumber(self, numbers: Mapping[int, int]) -> None:
        """Give faces the numbers that they had before, by those that they have; whoever still has these is dropped."""
        kept = [track for track in self.tracks if track.number not in numbers.values()]
        renumbered = (replace(track, number=numbers.get(track.number, track.number)) for track in kept)
        self.tracks = sorted(renumbered, key=lambda track: track.number)

    def pause(self, seconds: float) -> None:
        """For so long there was no picture at all, in which no face can have been missed."""
        self._last_detection += seconds
        self.tracks = [replace(one, time=one.time + seconds, seen=one.seen + seconds) for one in self.tracks]

    def scale(self, factor: float) -> None:
        """From now on pictures are `factor` times as large."""
        self.tracks = [track.scaled(factor) for track in self.tracks]

    def forget(self) -> None:
        """Lose all faces; numbers go on from where they were."""
        self.tracks = []


def assign(tracks: list[Track], faces: list[Face]) -> dict[int, int]:
    """Which detection is of which track, by their places in the lists: as many as possible, as alike as possible."""
    if not tracks or not faces:
        return {}
    costs = np.array([[assignment_cost(track, face) for face in faces] for track in tracks])
    rows, columns = linear_sum_assignment(costs)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if costs[row, column] < IMPOSSIBLE}


def assignment_cost(track: Track, face: Face) -> float:
    """How unlikely it is that a detection is of a track, from 0; `IMPOSSIBLE` where it is too far or too unlike."""
    expected, found = track.face.box, face.box
    if min(expected.height, found.height) <= 0:
        return IMPOSSIBLE
    larger = max(expected.height, found.height)
    distance = math.dist(expected.center, found.center) / larger
    ratio = larger / min(expected.height, found.height)
    if distance > REACH + REACH_PER_SECOND * (track.time - track.seen) or ratio > SIZE_CHANGE:
        return IMPOSSIBLE
    return 1 - expected.overlap(found) + distance + math.log2(ratio)


def pixel_shifts(before: np.ndarray, after: np.ndarray, boxes: Mapping[int, Box]) -> dict[int, Shift]:
    """How far the pixels within boxes have moved from one picture to the next.

    The median of a grid of points, each followed by Lucas and Kanade's method in pyramids (Bouguet 2000) and back
    again, as in median flow (Kalal et al. 2010, "Forward-backward error").

    Args:
        before, after: grey pictures of the same shape (height, width), uint8.
        boxes: places in `before` by any number.

    Returns:
        The shifts by the boxes' numbers; without those of boxes where too few points are found again.
    """
    if not boxes or min(before.shape) < 2 * WINDOW:
        return {}
    points = np.concatenate([_grid(box) for box in boxes.values()])
    there, found, _ = _follow(before, after, points)
    back, found_back, _ = _follow(after, before, there)
    good = (found & found_back).astype(bool).ravel() & (np.linalg.norm(back - points, axis=1) < RETURN)
    ways = there - points
    shifts = {}
    for place, number in enumerate(boxes):
        rows = slice(place * POINTS**2, (place + 1) * POINTS**2)
        if good[rows].mean() >= FOUND_AGAIN:
            across, down = np.median(ways[rows][good[rows]], axis=0)
            shifts[number] = float(across), float(down)
    return shifts


def _follow(before: np.ndarray, after: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=(WINDOW, WINDOW), maxLevel=2)  # type: ignore


def _grid(box: Box) -> np.ndarray:
    """Points spread over the middle of a box, (POINTS ** 2, 2) float32."""
    inner = box.grown(POINTS_WITHIN)
    across, down = (np.linspace(0, side, POINTS) for side in (inner.width, inner.height))
    return np.stack(np.meshgrid(inner.x + across, inner.y + down), axis=-1).reshape(-1, 2).astype(np.float32)


def _moved(face: Face, across: float, down: float) -> Face:
    box = replace(face.box, x=face.box.x + across, y=face.box.y + down)
    landmarks = None if face.landmarks is None else face.landmarks + np.array((across, down), np.float32)
    return replace(face, box=box, landmarks=landmarks)


def _grown(face: Face, factor: float) -> Face:
    """The face `factor` times as large about the same centre."""
    center = np.array(face.box.center, np.float32)
    landmarks = None if face.landmarks is None else (face.landmarks - center) * np.float32(factor) + center
    return replace(face, box=Box.grown(face.box, factor), landmarks=landmarks)
