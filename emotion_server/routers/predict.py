"""Crops of faces in, how they look out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from emotion_core.inference import UNCERTAIN
from emotion_core.models import Classifier
from emotion_server import answers
from emotion_server.bodies import BYTES_TYPE, read_bytes
from emotion_server.engine import Engine
from emotion_server.models import DEFAULT
from emotion_server.problems import ProblemError, documented

router = APIRouter(tags=["expressions"])


@router.post(
    "/predict",
    summary="Say how crops of faces look",
    response_model=answers.PredictAnswer,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {BYTES_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    responses=documented(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
)
async def predict(
    request: Request,
    model: Annotated[str, Query(description="one of /models")] = DEFAULT,
    size: Annotated[int | None, Query(ge=8, le=512, description="side of a crop; the model's own if not given")] = None,
    prior: Annotated[Literal["balanced", "trained"] | None, Query(description="the mix that is expected")] = None,
) -> JSONResponse:
    """Send N x size x size bytes, the grey values of N square crops of faces one after the other, row by row."""
    engine: Engine = request.app.state.engine
    async with engine.admitted():
        loaded = await engine.model(model)
        _check_type(request)
        side = size or loaded.classifier.card.input.size
        crops = _crops(await read_bytes(request, engine.settings), side, engine.settings.max_crops)
        classifier = loaded.classifier if prior is None else loaded.classifier.under(prior)
        rows = await engine.run(classifier.predict_proba, crops)
    engine.metrics.faces.inc(len(rows))
    return JSONResponse({**answers.of_model(loaded), "predictions": [_answer(row, classifier) for row in rows]})


def _check_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != BYTES_TYPE:
        message = f"a body of {kind or 'no content type'} cannot be used; allowed is {BYTES_TYPE}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)


def _crops(body: bytes, size: int, most: int) -> np.ndarray:
    """The body as (N, size, size)."""
    number, rest = divmod(len(body), size * size)
    if rest or not number:
        message = (
            f"{len(body):,} bytes are no crops of {size}x{size}; allowed are one or more times {size * size:,} bytes"
        )
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, message)
    if number > most:
        message = f"{number:,} crops are too many; allowed are {most:,} a request"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    return np.frombuffer(body, np.uint8).reshape(number, size, size)


def _answer(row: np.ndarray, classifier: Classifier) -> dict[str, Any]:
    best = int(row.argmax())
    return {
        "emotion": classifier.classes[best] if row[best] >= classifier.abstain_threshold else UNCERTAIN,
        "confidence": round(float(row[best]), 4),
        "probabilities": {name: round(float(value), 4) for name, value in zip(classifier.classes, row, strict=True)},
    }
