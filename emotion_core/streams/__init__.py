"""Streams of pictures: every face tracked, what is said of it smoothed, kept and summed up over time.

    from emotion_core.streams import LiveSession
    session = LiveSession()

Importing this loads nothing heavy; each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emotion_core.streams.face_stream import FaceStream, TrackedFace
    from emotion_core.streams.hints import HINTS
    from emotion_core.streams.observations import Observation, by_face, write_csv, write_json
    from emotion_core.streams.segments import Segment, find_segments, longest_seen, seconds_seen, shares
    from emotion_core.streams.session import HISTORY_ROWS, LiveSession, LiveSettings, Snapshot

_HOMES = {
    "FaceStream": "face_stream",
    "HINTS": "hints",
    "HISTORY_ROWS": "session",
    "LiveSession": "session",
    "LiveSettings": "session",
    "Observation": "observations",
    "Segment": "segments",
    "Snapshot": "session",
    "TrackedFace": "face_stream",
    "by_face": "observations",
    "find_segments": "segments",
    "longest_seen": "segments",
    "seconds_seen": "segments",
    "shares": "segments",
    "write_csv": "observations",
    "write_json": "observations",
}

__all__ = [
    "HINTS",
    "HISTORY_ROWS",
    "FaceStream",
    "LiveSession",
    "LiveSettings",
    "Observation",
    "Segment",
    "Snapshot",
    "TrackedFace",
    "by_face",
    "find_segments",
    "longest_seen",
    "seconds_seen",
    "shares",
    "write_csv",
    "write_json",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"emotion_core.streams has no {name!r}")
    value = getattr(import_module(f"emotion_core.streams.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
