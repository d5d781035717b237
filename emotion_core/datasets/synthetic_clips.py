"""Drawn clips: a drawn face goes from rest to an expression and back, to try out whatever follows faces in time.

When an expression begins and ends is known to the frame, as it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from emotion_core.datasets.synthetic import EXPRESSIONS, Build, Movement, draw_face, drawn_build


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
    frames = np.stack([_frame(emotion, float(strength), build, random, size) for strength in strengths])
    return DrawnClip(frames, seconds, strengths, emotion, rest + rise / 2, rest + 1.5 * rise + hold)


def _frame(emotion: str, strength: float, build: Build, random: np.random.Generator, size: int) -> np.ndarray:
    """The face where the expression is so far there; it moves slowly at first and in the end, as muscles do."""
    eased = strength * strength * (3 - 2 * strength)
    full = EXPRESSIONS[emotion]
    movement = Movement(**{one.name: eased * getattr(full, one.name) for one in fields(Movement)})
    return draw_face(movement, build, random, size)
