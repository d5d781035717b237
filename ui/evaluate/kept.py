"""Results that are kept for all visitors, whose threads may keep them at the same time."""

from __future__ import annotations

import threading
from typing import TypeVar

#: What a result depends on.
Key = tuple[object, ...]
Result = TypeVar("Result")

_keeping = threading.Lock()


def keep(kept: dict[Key, Result], key: Key, result: Result, most: int) -> None:
    """Keep a result; beyond so many the oldest ones go."""
    with _keeping:
        kept[key] = result
        while len(kept) > most:
            kept.pop(next(iter(kept)))
