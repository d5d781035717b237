"""Errors told from one process to another in words, and raised there as what they were."""

from __future__ import annotations

from typing import Any

from emotion_core.datasets.errors import BadRowsError, DatasetError, LabelSourcesError, UnknownLabelsError
from emotion_core.faces.errors import DetectorError
from emotion_core.models.card import ModelError
from emotion_core.video.errors import VideoError

#: The errors that are told with all that they know.
_KINDS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        BadRowsError,
        DatasetError,
        DetectorError,
        LabelSourcesError,
        ModelError,
        UnknownLabelsError,
        VideoError,
    )
}
#: What they know besides their message.
_KNOWN = ("rows", "labels", "different")


def told(error: Exception) -> dict[str, Any]:
    """An error in words; one of a kind within one of `_KINDS` as that."""
    names = [kind.__name__ for kind in type(error).__mro__]
    words = {
        "kind": next((name for name in names if name in _KINDS), names[0]),
        "message": str(error) or type(error).__name__,
    }
    if isinstance(error, OSError):
        return {**words, "errno": error.errno, "strerror": error.strerror, "filename": _text(error.filename)}
    if isinstance(error, ModuleNotFoundError):
        return {**words, "module": error.name}
    return {**words, "known": {name: getattr(error, name) for name in _KNOWN if hasattr(error, name)}}


def error_of(words: dict[str, Any], shown: str, otherwise: type[Exception]) -> Exception:
    """The error that was told.

    Args:
        words: as `told` gives them.
        shown: what was read.
        otherwise: the kind of the error where it is none of this program's own.
    """
    if "errno" in words:
        return OSError(words["errno"], words["strerror"] or words["message"], words["filename"])
    if "module" in words:
        return ModuleNotFoundError(words["message"], name=words["module"])
    if words["kind"] == "MemoryError":
        split = " or split it" if otherwise is DatasetError else ""
        return otherwise(f"the memory ran out while {shown} was read; close other programs{split}")
    kind = _KINDS.get(words["kind"])
    if kind is None:
        return otherwise(f"{shown} cannot be read ({words['kind']}: {words['message'].splitlines()[0][:200]})")
    error = kind.__new__(kind)
    error.args = (words["message"],)
    for name, value in words["known"].items():
        setattr(error, name, value)
    return error


def _text(name: object) -> str | None:
    return None if name is None else str(name)
