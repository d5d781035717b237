"""Pictures in, every face's expression out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from emotion_core.faces import DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD
from emotion_core.images import ImageError, check_size
from emotion_core.inference import SMALLEST_FACES, THRESHOLDS, AnalysisSettings, analyze_picture
from emotion_server import answers
from emotion_server.bodies import FIELD, Upload, read_pictures
from emotion_server.engine import Engine
from emotion_server.models import DEFAULT, Loaded
from emotion_server.parameters import at_once
from emotion_server.problems import ProblemError, documented

router = APIRouter(tags=["expressions"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
#: The body, which FastAPI would keep on the disk if it read it.
BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "properties": {FIELD: _FILES}, "required": [FIELD]}},
        "image/*": _BINARY,
        "application/octet-stream": _BINARY,
    },
}
EXAMPLE = {
    **answers.MODEL,
    "results": [
        {
            "name": "photo.jpg",
            "error": "",
            "faces": [
                {
                    "emotion": "happy",
                    "confidence": 0.93,
                    "probabilities": {"angry": 0.01, "happy": 0.93, "neutral": 0.06},
                    "box": {"x": 178.1, "y": 63.9, "width": 91.2, "height": 112.1},
                    "detection_score": 0.91,
                }
            ],
        }
    ],
}


@dataclass(frozen=True)
class Options:
    """How the pictures of a request are read, and what is wanted of them."""

    model: Annotated[str, Query(description="one of /models")] = DEFAULT
    detector: Annotated[Literal["yunet", "haar"], Query(description="how faces are found")] = "yunet"
    threshold: Annotated[float, Query(ge=THRESHOLDS[0], le=THRESHOLDS[1], description="lowest score of a face")] = (
        DEFAULT_THRESHOLD
    )
    smallest_face: Annotated[
        float, Query(ge=SMALLEST_FACES[0], le=SMALLEST_FACES[1], description="lowest height of a face in pixels")
    ] = DEFAULT_SMALLEST_FACE
    faces: Annotated[int | None, Query(ge=1, description="only so many of a picture's faces, the largest")] = None
    whole: Annotated[bool, Query(description="treat each picture as one face, and detect none")] = False
    prior: Annotated[
        Literal["balanced", "trained"] | None, Query(description="the mix of expressions that is expected")
    ] = None
    landmarks: Annotated[bool, Query(description="give each face's eyes, nose and corners of the mouth")] = False
    crops: Annotated[bool, Query(description="give each face as the network saw it")] = False
    annotated: Annotated[bool, Query(description="give each picture with its faces marked")] = False

    def settings(self, loaded: Loaded, engine: Engine) -> AnalysisSettings:
        """How the pictures are analysed."""
        most = min(self.faces or engine.settings.max_faces, engine.settings.max_faces)
        return AnalysisSettings(
            loaded.classifier, self.detector, self.threshold, self.smallest_face, self.whole, self.prior, most
        )


@router.post(
    "/analyze",
    summary="Find the faces in pictures and say how their expressions look",
    response_model=answers.AnalyzeAnswer,
    openapi_extra={"requestBody": BODY},
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **documented(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
    },
)
async def analyze(request: Request, options: Annotated[Options, Depends(at_once(Options))]) -> JSONResponse:
    """Send one picture as the body, or one or many as files of the field `files` of a form.

    A picture that cannot be read has its reason in `error`; only where none could be read is the answer a 422. Nothing
    is kept, and it says how expressions look, not what people feel.
    """
    engine: Engine = request.app.state.engine
    async with engine.admitted():
        loaded = await engine.model(options.model)
        uploads = await read_pictures(request, engine.settings)
        results = await engine.in_time(_analyse_all(uploads, options, loaded, engine))
    answer = {**answers.of_model(loaded), "results": results}
    if all(result["error"] for result in results):
        message = "no picture could be read: " + results[0]["error"]
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, message, **answer)
    return JSONResponse(answer)


async def _analyse_all(uploads: list[Upload], options: Options, loaded: Loaded, engine: Engine) -> list[dict[str, Any]]:
    """Every picture's answer, in their order. One request has no more in work than there are threads."""
    settings, turn = options.settings(loaded, engine), asyncio.Semaphore(engine.threads)

    async def one(upload: Upload) -> dict[str, Any]:
        async with turn:
            result = await engine.run(_analyse, upload, settings, options, engine.settings.max_pixels)
        engine.metrics.pictures.labels("unreadable" if result["error"] else "read").inc()
        engine.metrics.faces.inc(len(result["faces"]))
        return result

    asked = [asyncio.ensure_future(one(upload)) for upload in uploads]
    try:
        return list(await asyncio.gather(*asked))
    finally:  # where one ends the request, or its client has waited long enough, nobody wants the others
        for answer in asked:
            answer.cancel()


def _analyse(upload: Upload, settings: AnalysisSettings, options: Options, max_pixels: int) -> dict[str, Any]:
    """One picture's answer."""
    try:
        check_size(upload.content, max_pixels)
        faces = analyze_picture(upload.content, settings)
    except ImageError as error:
        return {"name": upload.name, "error": str(error), "faces": []}
    except MemoryError:
        return {"name": upload.name, "error": "the memory ran out while it was analysed", "faces": []}
    found = [answers.of_face(face, options.landmarks, options.crops) for face in faces]
    result = {"name": upload.name, "error": "", "faces": found}
    return {**result, "annotated": answers.annotated(upload.content, faces)} if options.annotated else result
