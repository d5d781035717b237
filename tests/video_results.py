"""Results of videos whose figures can be worked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.video.reading import VideoInfo
from emotion_core.video.result import VideoResult

INFO = VideoInfo(Path("clip.mp4"), 640, 480, 10.0, 25.0, "h264", "mov", True, 0)
#: Of a row: its seconds, its face, its expression and how probable that is; the rest is neutral, or angry.
Row = tuple[float, int, str, float]


def probabilities(emotion: str, share: float) -> list[float]:
    rest = "neutral" if emotion != "neutral" else "angry"
    return [{emotion: share, rest: 1 - share}.get(name, 0.0) for name in EMOTIONS]


def result_of(rows: Sequence[Row], moments: Sequence[float] | None = None, **fields: object) -> VideoResult:
    """A result with these rows; its moments are theirs if none are given."""
    seconds = np.array([row[0] for row in rows], float)
    count = len(rows)
    values: Mapping[str, object] = {
        "info": INFO,
        "model": "fake",
        "prior": "balanced",
        "threshold": 0.4,
        "moments": np.unique(seconds) if moments is None else np.array(moments, float),
        "seconds": seconds,
        "faces": np.array([row[1] for row in rows], np.int32),
        "boxes": np.tile(np.array([10, 20, 50, 60], np.float32), (count, 1)),
        "scores": np.full(count, 0.9, np.float32),
        "probabilities": np.array([probabilities(*row[2:]) for row in rows], np.float32).reshape(count, len(EMOTIONS)),
        "quality": np.full(count, 0.9, np.float32),
        "problems": np.zeros(count, np.uint8),
    }
    return VideoResult(**{**values, **fields})


def course(face: int, *parts: tuple[float, str], rate: int = 10, share: float = 0.9, start: float = 0.0) -> list[Row]:
    """A face that looks so for so many seconds, and then so."""
    rows: list[Row] = []
    for seconds, emotion in parts:
        rows += [(start + (len(rows) + n) / rate, face, emotion, share) for n in range(round(seconds * rate))]
        rows = [(round(row[0], 6), *row[1:]) for row in rows]
    return [(round(start + n / rate, 6), *row[1:]) for n, row in enumerate(rows)]
