"""Patterns that classes have besides their colours, where a time line must be read in grey too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, cycle

from emotion_core.emotions import EMOTIONS
from emotion_core.inference.words import UNCERTAIN
from emotion_core.visuals.drawing import readable_on

#: As Plotly names them: the emotions' own in their order. Neutral has none, "uncertain" the one that is left.
SHAPES = ("x", "\\", "|", ".", "", "-", "+")
OF_UNCERTAIN = "/"
#: Pixels between two lines of a pattern, and how much of the colour below is seen through them.
PITCH, OPACITY = 7, 0.5

_LINES = {"/": (135,), "\\": (45,), "x": (45, 135), "|": (90,), "-": (0,), "+": (0, 90)}


def patterns_of(classes: Sequence[str]) -> dict[str, str]:
    """The shape of each class's pattern, and that of "uncertain".

    Emotions have their own; other classes get what is left, and of many some the same.
    """
    own = dict(zip(EMOTIONS, SHAPES, strict=True))
    taken = {own[name] for name in classes if name in own}
    spare = chain((shape for shape in SHAPES if shape not in taken), cycle(SHAPES))
    found = {name: own[name] if name in own else next(spare) for name in classes}
    return {**found, UNCERTAIN: OF_UNCERTAIN}


def patterned(shape: str, colour: str) -> str:
    """A colour with a pattern on it, as a value of CSS's `background`.

    Args:
        shape: see `SHAPES`.
        colour: as "#RRGGBB"; the pattern is black or white, whichever is seen better on it.
    """
    line = f"{readable_on(colour)}{round(255 * OPACITY):02x}"
    if shape == ".":
        return f"radial-gradient({line} 1.5px, transparent 2px) 0 0 / {PITCH}px {PITCH}px, {colour}"
    stripes = f"transparent 0 {PITCH - 1.5}px, {line} {PITCH - 1.5}px {PITCH}px"
    layers = [f"repeating-linear-gradient({angle}deg, {stripes})" for angle in _LINES.get(shape, ())]
    return ", ".join([*layers, colour])
