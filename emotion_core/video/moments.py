"""What is seen in one frame of a video, and its form as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.answers import TrackedFace
from emotion_core.video.quality import Quality


def columns_of(classes: Iterable[str]) -> tuple[str, ...]:
    """The columns of a table of faces in videos, in their order."""
    return (
        *("video", "seconds", "face", "name", "emotion", "confidence", *classes),
        *("x", "y", "width", "height", "detection_score", "quality", "problem", "model", "prior"),
    )


#: Those of the seven emotions.
COLUMNS = columns_of(EMOTIONS)


@dataclass(frozen=True)
class VideoFace(TrackedFace):
    """A face in one frame: its number, what the network says of it in this frame alone, and how well it can be read."""

    quality: Quality

    def scaled(self, factor: float) -> VideoFace:
        """The same face in a picture that is `factor` times as large."""
        return replace(self, result=replace(self.result, box=self.result.box.scaled(factor), landmarks=None))


@dataclass(frozen=True)
class Moment:
    """One analysed frame.

    Attributes:
        seconds: when a player shows it.
        faces: those seen in it, the largest first; their boxes are in the video's own pixels, upright.
        cut: whether another shot begins with it.
    """

    seconds: float
    faces: tuple[VideoFace, ...]
    cut: bool = False

    def to_rows(self, video: str) -> list[dict[str, object]]:
        """One row a face, with the columns of its classes; none where no face is seen."""
        return [face_row(video, self.seconds, face) for face in self.faces]


@dataclass(frozen=True)
class Portrait:
    """A face where it is seen best.

    Attributes:
        picture: (96, 96, 3) RGB, uint8.
        appearance: its colours; see `emotion_core.streams.appearance`.
    """

    picture: np.ndarray
    appearance: np.ndarray


def face_row(video: str, seconds: float, face: VideoFace, name: str = "") -> dict[str, object]:
    """A face in a frame of a video as one flat row, the same in CSV, JSON and tables."""
    quality = {"quality": round(face.quality.value, 3), "problem": face.quality.problem}
    row = {
        "video": video,
        "seconds": round(seconds, 6),
        "face": face.number,
        "name": name,
        **face.result.to_row(),
        **quality,
    }
    return {name: row[name] for name in columns_of(face.result.probabilities)}
