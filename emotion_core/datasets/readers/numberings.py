"""What the numbers of well-known data sets mean. They differ, so that none is taken but by the user's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.labels import number_of, numbered
from emotion_core.emotions import FER2013_NUMBERING, FERPLUS_VOTES

_AFFECTNET = (
    "neutral", "happy", "sad", "surprised", "fearful", "disgusted", "angry", "contempt", "unknown", "unknown", "nf",
)  # fmt: skip
_CK_PLUS = ("neutral", "angry", "contempt", "disgusted", "fearful", "happy", "sad", "surprised")
_RAF_DB = ("surprised", "fearful", "disgusted", "happy", "sad", "angry", "neutral")
_RAVDESS = ("neutral", "neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
#: By name: the emotions in the order of their numbers, and the first number.
NUMBERINGS: Mapping[str, tuple[Sequence[str], int]] = {
    "fer2013": (FER2013_NUMBERING, 0),
    "ferplus": (FERPLUS_VOTES, 0),
    "affectnet": (_AFFECTNET, 0),
    "raf-db": (_RAF_DB, 1),
    "expw": (FER2013_NUMBERING, 0),
    "ck+": (_CK_PLUS, 0),
    "ckextended": ((*FER2013_NUMBERING, "contempt"), 0),
    "ravdess": (_RAVDESS, 1),
}


def with_numbering(labels: Mapping[str, str | None] | None, numbering: str | None) -> dict[str, str | None]:
    """What labels mean, with the numbers of a numbering: one of `NUMBERINGS`, or emotions with commas between, from 0.

    Raises:
        DatasetError: there is no such numbering.
    """
    if not numbering:
        return dict(labels or {})
    names, start = NUMBERINGS.get(numbering.casefold().replace("_", "-"), ((), 0))
    if not names and "," in numbering:
        names = [name.strip() for name in numbering.split(",")]
    if not names:
        allowed = ", ".join(NUMBERINGS)
        raise DatasetError(
            f"there is no numbering {numbering!r}; allowed are {allowed}, or the emotions from 0 on, as angry,happy,sad"
        )
    return {**numbered(names, start), **(labels or {})}


def numbering_named(numbers: Mapping[str, str]) -> str:
    """The numberings by which these numbers mean these emotions; an empty text where none does."""
    meant = {number: name for label, name in numbers.items() if (number := number_of(label)) is not None}
    return " or ".join(
        name
        for name, (emotions, start) in NUMBERINGS.items()
        if all(start <= n < start + len(emotions) and emotions[n - start] == meaning for n, meaning in meant.items())
    )
