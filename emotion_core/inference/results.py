"""What is found in pictures: one result a face, one a picture, and their forms as rows, tables and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box

if TYPE_CHECKING:
    import pandas as pd


#: What stands in a table in place of an error where there is a picture without a face.
NO_FACE = "no face found"


@dataclass(frozen=True)
class FaceResult:
    """One face and how its expression looks.

    Attributes:
        box: in pixels of the upright picture.
        detection_score: how sure the detector is that this is a face, 0 to 1; None where it found none, and a small
            picture was taken as the crop of a face.
        landmarks: (5, 2) float32 in pixels or None; see `emotion_core.faces.detection.Face`.
        probabilities: of each of the model's classes in their order, calibrated, summing to 1.
        emotion: the most probable class, or "uncertain" where its probability is below the model's threshold.
        confidence: the probability of the most probable class.
        model: the name of the model that said so.
        crop: the face as it was cut out for the model, (size, size, 3) RGB, uint8; None where it was not kept.
        prior: the mix of expressions that it expected: "balanced", "trained", or shares such as "angry=0.1,...".
        colours: those that the model gives to its classes; see `classes.colours_of`.
    """

    box: Box
    detection_score: float | None
    landmarks: np.ndarray | None
    probabilities: dict[str, float]
    emotion: str
    confidence: float
    model: str
    crop: np.ndarray | None = field(default=None, repr=False, compare=False)
    prior: str = ""
    colours: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """The classes with their probabilities, the most probable first."""
        return sorted(self.probabilities.items(), key=lambda pair: -pair[1])

    @property
    def note(self) -> str:
        """What is to be said beside the answer: that no face was found; empty where one was."""
        return "no face was found; taken whole" if self.detection_score is None else ""

    def to_row(self) -> dict[str, object]:
        """The result as one flat row, the same in CSV, JSON and tables."""
        return {
            "emotion": self.emotion,
            "confidence": round(self.confidence, 4),
            **{name: round(share, 4) for name, share in self.probabilities.items()},
            "x": round(self.box.x, 1),
            "y": round(self.box.y, 1),
            "width": round(self.box.width, 1),
            "height": round(self.box.height, 1),
            "detection_score": None if self.detection_score is None else round(self.detection_score, 3),
            "model": self.model,
            "prior": self.prior,
        }

    def _repr_html_(self) -> str:
        """The face in a notebook: its crop, how it looks, and its probabilities as bars."""
        from emotion_core.inference.html import face_as_html

        return face_as_html(self)


@dataclass(frozen=True)
class PhotoResult:
    """One picture of many: its faces, or why it could not be read.

    Attributes:
        name: what the picture is called.
        faces: the largest first; empty where none was found or the picture could not be read.
        error: why the picture could not be read; empty if it could.
    """

    name: str
    faces: list[FaceResult] = field(default_factory=list)
    error: str = ""

    def to_rows(self) -> list[dict[str, object]]:
        """One row a face; a single one that says so where there is no face or an error."""
        if not self.faces:
            return [{"photo": self.name, "face": 0, "error": self.error or NO_FACE}]
        return [
            {"photo": self.name, "face": number, "error": face.note, **face.to_row()}
            for number, face in self.numbered()
        ]

    def numbered(self) -> list[tuple[int, FaceResult]]:
        """The faces with the numbers that pictures and tables show, from 1."""
        return list(enumerate(self.faces, start=1))

    def _repr_html_(self) -> str:
        """The picture's faces in a notebook, or why there are none."""
        from emotion_core.inference.html import photo_as_html

        return photo_as_html(self)


def columns_of(classes: Iterable[str]) -> tuple[str, ...]:
    """The columns of a table of photos' results, in their order."""
    return (
        *("photo", "face", "error", "emotion", "confidence", *classes),
        *("x", "y", "width", "height", "detection_score", "model", "prior"),
    )


#: Those of the seven emotions.
COLUMNS = columns_of(EMOTIONS)


def classes_of(results: Iterable[FaceResult | PhotoResult]) -> tuple[str, ...]:
    """All classes that the models of results know, those of the first one first; the seven where there are no faces."""
    faces = (face for one in results for face in (one.faces if isinstance(one, PhotoResult) else [one]))
    return tuple(dict.fromkeys(name for face in faces for name in face.probabilities)) or EMOTIONS


def to_frame(results: Iterable[FaceResult | PhotoResult]) -> pd.DataFrame:
    """A pandas table of results, one row a face; of photos' results also the photo, the face's number and errors."""
    import pandas as pd  # takes a third of a second to load, which a look at one photo need not pay

    rows: list[dict[str, object]] = []
    photos, results = False, list(results)
    for result in results:
        photos = photos or isinstance(result, PhotoResult)
        rows += result.to_rows() if isinstance(result, PhotoResult) else [result.to_row()]
    columns = columns_of(classes_of(results))
    columns = columns if photos else columns[3:]
    return pd.DataFrame(rows, columns=list(columns))
