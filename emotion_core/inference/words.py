"""Results in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emotion_core.inference.results import FaceResult

UNCERTAIN = "uncertain"


def in_words(face: FaceResult, named: Callable[[str], str] = str) -> str:
    """The answer as a person would say it: "looks happy, 93 %", or "uncertain: happy or surprised".

    `named` writes the name of a class: on pages `isolated`, but not on a terminal, to which its signs are commands.
    """
    (first, confidence), (second, _) = face.ranking[:2]
    if face.emotion == UNCERTAIN:
        return f"uncertain: {named(first)} or {named(second)}"
    return f"looks {named(first)}, {percent(confidence)}"


def percent(share: float) -> str:
    """A share from 0 to 1 in whole percent, never rounded up to certainty."""
    if 0.995 <= share < 1:
        return "99 %"
    return f"{share:.0%}".replace("%", " %")


def figure_in_percent(share: float) -> str:
    """How good a network is, with one decimal: cards keep four digits, of which a last 5 rounds up: 0.8785, 87.9 %."""
    return f"{100 * share + 1e-7:.1f} %"
