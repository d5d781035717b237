"""Synthetic faces, drawn from parameters: a data set that needs no download, to try everything out on and to test with.

Every face is drawn from parameters: the build of a head, and how far the muscles of its expression are moved. What
moves in which expression follows the Facial Action Coding System (Ekman and Friesen 1978); the numbers below name its
action units (AU). They are drawings: a network trained on them has not learned what people look like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import cv2
import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import EMOTIONS

#: What a stored set of them is called, and how many it has, where nothing else is asked for.
NAME = "synthetic faces"
FACES = 1400
SPLIT_SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}

#: Faces are drawn this much larger and reduced, which smooths every line.
OVERSAMPLING = 4
#: Points are given in sixteenths of a pixel.
_SHIFT = 4


@dataclass(frozen=True)
class Movement:
    """How far the muscles of a face are moved; 0 is at rest, 1 as far as an expression takes them.

    Attributes:
        inner_brow: inner ends of the brows up (AU 1); down where negative (AU 4).
        outer_brow: outer ends up (AU 2).
        frown: brows drawn together (AU 4).
        upper_lid: eyes wide open (AU 5); drooping where negative.
        lower_lid: lower lids raised, cheeks up (AU 6, 7).
        nose: nose wrinkled (AU 9).
        upper_lip: upper lip raised (AU 10).
        corners: mouth's corners up (AU 12); down where negative (AU 15).
        stretch: mouth drawn wide (AU 20).
        press: lips pressed together (AU 23, 24).
        jaw: mouth open (AU 25, 26).
    """

    inner_brow: float = 0.0
    outer_brow: float = 0.0
    frown: float = 0.0
    upper_lid: float = 0.0
    lower_lid: float = 0.0
    nose: float = 0.0
    upper_lip: float = 0.0
    corners: float = 0.0
    stretch: float = 0.0
    press: float = 0.0
    jaw: float = 0.0


EXPRESSIONS = {
    "angry": Movement(inner_brow=-1, outer_brow=0.2, frown=1, upper_lid=0.2, lower_lid=0.5, corners=-0.2, press=1),
    "disgusted": Movement(
        inner_brow=-0.6, frown=0.4, upper_lid=-0.4, lower_lid=0.8, nose=1, upper_lip=1, corners=-0.5, jaw=0.1
    ),
    "fearful": Movement(inner_brow=1, outer_brow=0.4, frown=0.7, upper_lid=1, stretch=1, corners=-0.3, jaw=0.35),
    "happy": Movement(lower_lid=0.7, corners=1, stretch=0.4, jaw=0.25, upper_lip=0.2),
    "neutral": Movement(),
    "sad": Movement(inner_brow=0.9, outer_brow=-0.5, frown=0.5, upper_lid=-0.7, corners=-1),
    "surprised": Movement(inner_brow=1, outer_brow=1, upper_lid=1, jaw=1, stretch=-0.5),
}


@dataclass(frozen=True)
class Build:
    """What a face is like at rest, and how it is seen. Lengths are shares of the picture's side.

    Attributes:
        width, height: half axes of the head.
        eyes: distance of the eyes from the middle.
        eye_size: half width of an eye.
        brow: thickness of the brows.
        mouth: half width of the mouth.
        lips: thickness of a lip.
        skin, hair, background: greys from 0 to 255.
        hairline: how far the hair comes down, as a share of the head's height.
        tilt: turn of the head in degrees.
        x, y: place of the head's middle.
        light: difference of brightness between the left and the right edge, as a share.
        noise: spread of the grain, in greys.
    """

    width: float
    height: float
    eyes: float
    eye_size: float
    brow: float
    mouth: float
    lips: float
    skin: float
    hair: float
    background: float
    hairline: float
    tilt: float
    x: float
    y: float
    light: float
    noise: float


def synthetic_faces(count: int, seed: int = 0, size: int = 48) -> Dataset:
    """A data set of synthetic faces, the seven expressions in turn, split for training, validation and test.

    Args:
        count: how many.
        seed: the same seed and count give the same faces.
        size: side in pixels.

    Returns:
        Images of shape (count, size, size), uint8 grey.
    """
    random = np.random.default_rng(seed)
    labels = [EMOTIONS[number % len(EMOTIONS)] for number in range(count)]
    images = [draw_face(_moved(EXPRESSIONS[label], random), drawn_build(random), random, size) for label in labels]
    splits = random.choice(list(SPLIT_SHARES), size=count, p=list(SPLIT_SHARES.values()))
    sources = [f"drawn-{seed}-{number:06d}" for number in range(count)]
    table = pd.DataFrame({"source": sources, "label": labels, "split": splits})
    return Dataset(np.array(images, dtype=np.uint8).reshape(count, size, size), table)


def draw_face(movement: Movement, build: Build, random: np.random.Generator, size: int = 48) -> np.ndarray:
    """One face of shape (size, size), uint8 grey. `random` gives the grain of its noise."""
    canvas = _Canvas(size * OVERSAMPLING, build)
    _draw_head(canvas, build)
    for side in (-1, 1):
        _draw_eye(canvas, movement, build, side)
        _draw_brow(canvas, movement, build, side)
    _draw_nose(canvas, movement, build)
    _draw_mouth(canvas, movement, build)
    return _seen(canvas.image, build, random, size)


def _moved(expression: Movement, random: np.random.Generator) -> Movement:
    """An expression as one person shows it once: more or less of it, and never quite evenly."""
    strength = random.uniform(0.55, 1.1)
    values = {f.name: getattr(expression, f.name) * strength + random.normal(0, 0.08) for f in fields(Movement)}
    return Movement(**values)


def drawn_build(random: np.random.Generator) -> Build:
    """A person by chance, seen by chance."""
    skin = random.uniform(70, 225)
    return Build(
        width=random.uniform(0.33, 0.4),
        height=random.uniform(0.44, 0.5),
        eyes=random.uniform(0.15, 0.18),
        eye_size=random.uniform(0.07, 0.09),
        brow=random.uniform(0.015, 0.035),
        mouth=random.uniform(0.11, 0.15),
        lips=random.uniform(0.014, 0.028),
        skin=skin,
        hair=random.uniform(10, 0.75 * skin),
        background=random.uniform(20, 235),
        hairline=random.uniform(0.15, 0.4),
        tilt=random.normal(0, 5),
        x=0.5 + random.normal(0, 0.02),
        y=0.5 + random.normal(0, 0.02),
        light=random.uniform(-0.4, 0.4),
        noise=random.uniform(0, 8),
    )


class _Canvas:
    """A picture to draw on in the head's own coordinates: its middle is (0, 0), one is the picture's side."""

    def __init__(self, side: int, build: Build):
        self.image = np.full((side, side), build.background, dtype=np.float32)
        self._side = side
        angle = math.radians(build.tilt)
        self._turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        self._middle = np.array([build.x, build.y])

    def fill(self, points: np.ndarray, grey: float) -> None:
        """An area within (N, 2) points."""
        cv2.fillPoly(self.image, [self._pixels(points)], float(grey), cv2.LINE_AA, _SHIFT)

    def line(self, points: np.ndarray, grey: float, thickness: float) -> None:
        """A line through (N, 2) points, its thickness a share of the picture's side."""
        wide = max(1, round(thickness * self._side))
        cv2.polylines(self.image, [self._pixels(points)], False, float(grey), wide, cv2.LINE_AA, _SHIFT)

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        placed = points @ self._turn.T + self._middle
        return np.rint(placed * self._side * 2**_SHIFT).astype(np.int32)


def _ellipse(x: float, y: float, width: float, height: float, start: float = 0, end: float = 360) -> np.ndarray:
    angles = np.radians(np.linspace(start, end, 40))
    return np.column_stack([x + width * np.cos(angles), y + height * np.sin(angles)])


def _arc(x: float, y: float, half_width: float, rise: float) -> np.ndarray:
    """A bow between two points at the same height, its middle `rise` above them."""
    along = np.linspace(-1, 1, 20)
    return np.column_stack([x + half_width * along, y - rise * (1 - along**2)])


def _draw_head(canvas: _Canvas, build: Build) -> None:
    canvas.fill(_ellipse(0, 0.3, 0.16, 0.4), build.skin * 0.8)
    canvas.fill(_ellipse(0, -0.06, build.width * 1.15, build.height * 1.05), build.hair)
    canvas.fill(_ellipse(0, 0, build.width, build.height), build.skin)
    cap = _ellipse(0, 0, build.width * 1.02, build.height * 1.02, 180 + 60 * build.hairline, 360 - 60 * build.hairline)
    fringe = _arc(0, -build.height * (1 - build.hairline), build.width * 0.9, 0.08)
    canvas.fill(np.concatenate([cap, fringe[::-1]]), build.hair)


def _draw_eye(canvas: _Canvas, movement: Movement, build: Build, side: int) -> None:
    x, y = side * build.eyes, -0.08
    upper = build.eye_size * max(0.05, 0.45 + 0.35 * movement.upper_lid)
    lower = build.eye_size * max(0.02, 0.35 - 0.3 * movement.lower_lid)
    lids = np.concatenate([_arc(x, y, build.eye_size, upper), _arc(x, y, build.eye_size, -lower)[::-1]])
    canvas.fill(lids, min(255.0, build.skin * 0.4 + 150))
    iris = _ellipse(x, y, build.eye_size * 0.42, build.eye_size * 0.42)
    iris[:, 1] = np.clip(iris[:, 1], y - upper * 0.95, y + lower * 0.95)
    canvas.fill(iris, 25)
    canvas.line(_arc(x, y, build.eye_size, upper), build.skin * 0.25, 0.012)
    if movement.lower_lid > 0.3:
        canvas.line(_arc(x, y + 0.05, build.eye_size, 0.01), build.skin * 0.75, 0.01)


def _draw_brow(canvas: _Canvas, movement: Movement, build: Build, side: int) -> None:
    inner = np.array([side * (build.eyes - 0.085 - 0.03 * movement.frown), -0.175 - 0.05 * movement.inner_brow])
    outer = np.array([side * (build.eyes + 0.095), -0.17 - 0.045 * movement.outer_brow])
    middle = (inner + outer) / 2 - [0, 0.025]
    along = np.linspace(0, 1, 16)[:, np.newaxis]
    bow = (1 - along) ** 2 * inner + 2 * along * (1 - along) * middle + along**2 * outer
    canvas.line(bow, build.hair * 0.8, build.brow)
    if movement.frown > 0.3:
        crease = np.array([[side * 0.025, -0.2], [side * 0.02, -0.13]])
        canvas.line(crease, build.skin * 0.65, 0.01)


def _draw_nose(canvas: _Canvas, movement: Movement, build: Build) -> None:
    tip = 0.09 - 0.02 * movement.nose
    shade = build.skin * 0.7
    canvas.line(np.array([[0.02, -0.05], [0.035, tip - 0.02], [0.0, tip]]), shade, 0.012)
    for side in (-1, 1):
        canvas.fill(_ellipse(side * 0.028, tip + 0.005, 0.012, 0.008), build.skin * 0.4)
        if movement.nose > 0.3:
            canvas.line(np.array([[side * 0.015, -0.06], [side * 0.05, -0.03]]), shade, 0.01)
            canvas.line(np.array([[side * 0.055, tip - 0.02], [side * 0.11, tip + 0.08]]), shade, 0.012)


def _draw_mouth(canvas: _Canvas, movement: Movement, build: Build) -> None:
    half = build.mouth * (1 + 0.25 * movement.stretch + 0.15 * movement.corners)
    y = 0.235 - 0.03 * movement.corners
    sag = 0.06 * movement.corners
    opening = 0.13 * max(movement.jaw, 0)
    raised = 0.035 * max(movement.upper_lip, 0)
    # The corners stay; the lips' middles move: down in a smile, up where the corners hang.
    upper = _arc(0, y, half, raised - sag + opening * 0.2)
    lower = _arc(0, y, half, -sag - opening)
    lips = build.skin * 0.55
    thickness = build.lips * (1 - 0.5 * float(np.clip(movement.press, 0, 1)))
    inside = np.concatenate([upper, lower[::-1]])
    canvas.fill(inside, 30)
    if opening + raised > 0.02 and movement.corners > 0.3:
        teeth = np.concatenate([upper, (upper * 0.55 + lower * 0.45)[::-1]])
        canvas.fill(teeth, 235)
    canvas.line(upper, lips, thickness)
    canvas.line(lower, lips, thickness)
    if movement.corners > 0.4:
        for side in (-1, 1):
            fold = np.array([[side * 0.07, 0.1], [side * (half + 0.03), y - 0.04], [side * (half + 0.035), y + 0.01]])
            canvas.line(fold, build.skin * 0.75, 0.01)


def _seen(drawing: np.ndarray, build: Build, random: np.random.Generator, size: int) -> np.ndarray:
    """The drawing in its size, under its light, with its noise."""
    image = cv2.resize(drawing, (size, size), interpolation=cv2.INTER_AREA)
    light = 1 + build.light * np.linspace(-0.5, 0.5, size, dtype=np.float32)
    grain = random.normal(0, build.noise, image.shape)
    return np.clip(np.rint(image * light + grain), 0, 255).astype(np.uint8)
