"""How whoever does something long says how much of it is done."""

from __future__ import annotations

from collections.abc import Callable

#: Is told the share that is done, from 0 to 1.
Progress = Callable[[float], None]


def no_progress(share: float) -> None:
    """Tells nobody."""


def part_of(progress: Progress, number: int, total: int) -> Progress:
    """What the `number`th of several, from 0, tells of its own progress as progress of them all."""
    return lambda share: progress((number + share) / total)
