"""How long something takes, in words."""

from __future__ import annotations

from ui.shared.layout import count


def duration(seconds: float) -> str:
    """A time as one says it: "40 seconds", "12 minutes", "2 hours 10 minutes"."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return count(max(1, round(seconds)), "second")
    if minutes < 100:
        return count(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    return f"{count(hours, 'hour')} {count(minutes, 'minute')}"


def short_duration(seconds: float) -> str:
    """A time where there is little room: "40 s", "12 min", "2 h 10 min"."""
    parts = duration(seconds)
    for word, sign in (("second", "s"), ("minute", "min"), ("hour", "h")):
        parts = parts.replace(f"{word}s", sign).replace(word, sign)
    return parts
