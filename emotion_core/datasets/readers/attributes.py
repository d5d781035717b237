"""Which of the attributes that an annotation tool notes of a face is its label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emotion_core.datasets.readers.labels import LABEL_COLUMNS, column_of
from emotion_core.emotions import emotion_of


def label_among(attributes: Mapping[str, Any]) -> str:
    """The label: what is called so, such as emotion; else the only one that is an emotion, or the only one at all.

    A box that is ticked, as {"happy": true}, counts as its name. An empty text where none is the label.
    """
    said = {str(name): text for name, value in attributes.items() if (text := _word(value))}
    names = list(said)
    called = column_of(names, LABEL_COLUMNS)
    if called is not None:
        return said[names[called]]
    ticked = [name for name in names if said[name].casefold() in ("true", "1") and emotion_of(name)]
    words = ticked or [text for text in said.values() if emotion_of(text)] or list(said.values())
    return words[0] if len(words) == 1 else ""


def _word(value: Any) -> str:
    """A value as text; of several that can be ticked the one that is."""
    if isinstance(value, Mapping):
        ticked = [str(name) for name, on in value.items() if on in (True, "true", 1)]
        return ticked[0] if len(ticked) == 1 else ""
    return "" if value is None or value is False or isinstance(value, list) else str(value).strip()
