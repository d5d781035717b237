"""The three splits of a data set: their names, those in other sources, and how faces without one are assigned."""

from __future__ import annotations

import re

SPLITS = ("train", "validation", "test")

_WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid", "dev", "publictest"),
    "test": ("test", "testing", "privatetest"),
}
_SPLIT_BY_WORD = {word: split for split, words in _WORDS.items() for word in words}

#: Where no splits are given, faces are assigned by their content in these shares.
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def split_of(text: str) -> str | None:
    """One of `SPLITS` by any of its names, or None."""
    return _SPLIT_BY_WORD.get(re.sub(r"[^a-z]", "", text.casefold()))


def assigned_split(content: str) -> str:
    """The split that a face is assigned to by its content's hash: the same every time, and for identical images."""
    place, end = int(content[:8], 16) / 16**8, 0.0
    for split, share in SHARES.items():
        end += share
        if place < end:
            return split
    return SPLITS[-1]
