"""What the service answers, in the form of JSON."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

import emotion_core as ec
from emotion_core.inference import face_as_json, to_jpeg
from emotion_server.models import Loaded

#: What each answer says of its model, in examples of the description.
MODEL = {"model": "emotion-net", "card_sha256": "5f7a…", "version": ec.__version__}


def exemplified(**example: Any) -> ConfigDict:
    """What has an answer's schema in the description show an example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class BoxAnswer(BaseModel):
    """In pixels of the upright picture; x and y are its top left corner."""

    x: float
    y: float
    width: float
    height: float


class FaceAnswer(BaseModel):
    """A face and how its expression looks."""

    emotion: str = Field(description='the most probable one, or "uncertain" below the threshold of the model\'s card')
    confidence: float
    probabilities: dict[str, float]
    box: BoxAnswer
    detection_score: float | None = Field(description="null where no face was found in a small picture, taken whole")
    note: str | None = Field(None, description="a note on the answer, if there is one")
    landmarks: list[list[float]] | None = Field(
        None, description="right eye, left eye, nose tip, right and left corner of the mouth; where they were asked for"
    )
    crop: str | None = Field(None, description="what the network saw, as PNG in base64; where it was asked for")


class PictureAnswer(BaseModel):
    """A picture's faces, the largest first, or why it could not be read."""

    name: str
    error: str
    faces: list[FaceAnswer]
    annotated: str | None = Field(None, description="the picture with its faces, as JPEG in base64; where asked for")


class ModelAnswer(BaseModel):
    """Which model answered: its name, the sum of its card, and the version of this program."""

    model: str
    card_sha256: str
    version: str


class AnalyzeAnswer(ModelAnswer):
    results: list[PictureAnswer]


class CropAnswer(BaseModel):
    emotion: str
    confidence: float
    probabilities: dict[str, float]


class PredictAnswer(ModelAnswer):
    model_config = exemplified(
        **MODEL,
        predictions=[
            {"emotion": "happy", "confidence": 0.93, "probabilities": {"angry": 0.01, "happy": 0.93, "neutral": 0.06}}
        ],
    )

    predictions: list[CropAnswer]


def of_model(loaded: Loaded) -> dict[str, str]:
    """What each answer says of the model that gave it."""
    return {"model": loaded.name, "card_sha256": loaded.card_sha256, "version": ec.__version__}


def of_face(face: ec.FaceResult, landmarks: bool = False, crop: bool = False) -> dict[str, Any]:
    """A face, with what was asked for besides."""
    answer = {name: value for name, value in face_as_json(face).items() if name not in ("model", "prior")}
    if landmarks and face.landmarks is not None:
        answer["landmarks"] = np.round(face.landmarks.astype(float), 1).tolist()
    if crop and face.crop is not None:
        encoded = cv2.imencode(".png", cv2.cvtColor(face.crop, cv2.COLOR_RGB2BGR))[1]
        answer["crop"] = base64.b64encode(encoded.tobytes()).decode()
    return answer


def annotated(picture: bytes, faces: list[ec.FaceResult]) -> str:
    """The picture with its faces marked, as JPEG in base64."""
    return base64.b64encode(to_jpeg(ec.annotate(ec.load_image(picture), faces))).decode()
