"""Drawn clips: a drawn face goes from rest to an expression and back, to try out whatever follows faces in time.

When an expression begins and ends is known to the frame, as it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from emotion_core.datasets.clips import CLIP, SECONDS
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.synthetic import EXPRESSIONS, SPLIT_SHARES, Build, Movement, draw_face, drawn_build
from emotion_core.emotions import EMOTIONS

#: What a stored set of drawn clips is called, and how many it has, where nothing else is asked for.
CLIPS_NAME = "synthetic clips"
CLIPS = 420
#: Frames a second of the clips in a data set.
CLIP_RATE = 10.0
#: How far a drawn person's face at rest goes towards some expression, and how far an expression goes from there.
AT_REST, EXPRESSED = (0.2, 0.5), (0.3, 0.55)


@dataclass(frozen=True)
class DrawnClip:
    """A drawn face over time.

    Attributes:
        frames: (n, size, size) grey, uint8.
        seconds: of each frame, (n,).
        strengths: how far the expression is there, (n,), 0 to 1.
        emotion: which.
        onset, offset: when it is half there, going and coming, in seconds.
    """

    frames: np.ndarray
    seconds: np.ndarray
    strengths: np.ndarray
    emotion: str
    onset: float
    offset: float


def draw_clip(
    emotion: str,
    seed: int = 0,
    rate: float = 25.0,
    size: int = 96,
    rest: float = 1.0,
    rise: float = 0.4,
    hold: float = 1.0,
) -> DrawnClip:
    """One drawn clip: at rest, rising to an expression, holding it, falling back, at rest again.

    Args:
        emotion: one of `EMOTIONS`.
        seed: the same one gives the same person and grain.
        rate: frames a second.
        size: side of a frame in pixels.
        rest, rise, hold: in seconds; it falls as long as it rises.
    """
    random = np.random.default_rng(seed)
    build = drawn_build(random)
    length = 2 * rest + 2 * rise + hold
    seconds = np.arange(round(length * rate)) / rate
    edges = np.cumsum([rest, rise, hold, rise])
    strengths = np.interp(seconds, edges, [0.0, 1.0, 1.0, 0.0])
    full = EXPRESSIONS[emotion]
    frames = np.stack([_frame(full, float(strength), build, random, size) for strength in strengths])
    return DrawnClip(frames, seconds, strengths, emotion, rest + rise / 2, rest + 1.5 * rise + hold)


def synthetic_clips(count: int, seed: int = 0, size: int = 48) -> Dataset:
    """A data set of drawn clips, the seven expressions in turn, split for training, validation and test.

    A single frame of them says little, as with people whose face at rest already looks a bit sad or cross: each
    person's face at rest goes towards an expression by chance about as far as the expression that is shown goes from
    there. What is rest and what is movement can only be seen by comparing frames. In a neutral clip nothing moves.

    Args:
        count: how many clips, of some 20 frames each, `CLIP_RATE` a second.
        seed: the same seed and count give the same clips.
        size: side of a frame in pixels.
    """
    random = np.random.default_rng(seed)
    splits = random.choice(list(SPLIT_SHARES), size=count, p=list(SPLIT_SHARES.values()))
    images, rows = [np.empty((0, size, size), np.uint8)], []
    for number in range(count):
        label, name = EMOTIONS[number % len(EMOTIONS)], f"drawn-{seed}-{number:05d}"
        frames = _subtle_clip(EXPRESSIONS[label], random, size)
        images.append(frames)
        rows += [(f"{name}/{n:03d}", label, splits[number], name, n / CLIP_RATE) for n in range(len(frames))]
    return Dataset(np.concatenate(images), pd.DataFrame(rows, columns=["source", "label", "split", CLIP, SECONDS]))


def _subtle_clip(expression: Movement, random: np.random.Generator, size: int) -> np.ndarray:
    """The frames of one person who shows a little of an expression, (n, size, size) uint8."""
    build = drawn_build(random)
    towards, share = EXPRESSIONS[EMOTIONS[random.integers(len(EMOTIONS))]], random.uniform(*AT_REST)
    muscles, moved = [one.name for one in fields(Movement)], random.uniform(*EXPRESSED)
    rest = Movement(**{one: share * getattr(towards, one) + random.normal(0, 0.08) for one in muscles})
    full = Movement(**{one: moved * getattr(expression, one) for one in muscles})
    frames = []
    for strength in _strengths(random):
        seen = replace(build, x=build.x + random.normal(0, 0.003), tilt=build.tilt + random.normal(0, 0.5))
        frames.append(_frame(full, float(strength), seen, random, size, rest))
    return np.stack(frames)


def _strengths(random: np.random.Generator) -> np.ndarray:
    """How far an expression is there, frame by frame: at rest, rising, there, falling, at rest, for times by chance."""
    before, rise, hold, fall, after = random.integers([3, 2, 3, 2, 3], [7, 5, 8, 5, 7])
    edges = np.cumsum([before, rise, hold, fall])
    return np.interp(np.arange(edges[-1] + after), edges, [0.0, 1.0, 1.0, 0.0])


def _frame(
    full: Movement, strength: float, build: Build, random: np.random.Generator, size: int, rest: Movement | None = None
) -> np.ndarray:
    """The face where the movement is so far there; it moves slowly at first and in the end, as muscles do."""
    eased, rest = strength * strength * (3 - 2 * strength), rest or Movement()
    values = {one.name: getattr(rest, one.name) + eased * getattr(full, one.name) for one in fields(Movement)}
    return draw_face(Movement(**values), build, random, size)
