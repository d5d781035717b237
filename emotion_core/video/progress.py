"""How whoever goes through a video says how far the work is."""

from __future__ import annotations

from collections.abc import Callable

#: Is told at which second of the video the work is, from 0. Not every video tells how many it has.
Seconds = Callable[[float], None]


def no_seconds(seconds: float) -> None:
    """Tells nobody."""
