"""How well text is read on a colour, by WCAG 2."""

from __future__ import annotations

#: What text needs.
ENOUGH = 4.5


def contrast(one: str, other: str) -> float:
    """Of two colours such as "#d55e00": 1 where they are the same, 21 between black and white."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
