"""Videos in, jobs out: how they stand, and what was found."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from emotion_core.faces import DEFAULT_THRESHOLD
from emotion_core.inference import SMALLEST_FACES, THRESHOLDS, AnalysisSettings
from emotion_core.video import DEFAULT_SMALLEST_FACE, Selection, VideoError, VideoSettings
from emotion_server import answers
from emotion_server.bodies import BYTES_TYPE, write_body
from emotion_server.engine import Engine
from emotion_server.jobs import DONE, VIDEO, JobStatus
from emotion_server.models import DEFAULT
from emotion_server.parameters import at_once
from emotion_server.problems import ProblemError, documented

router = APIRouter(tags=["videos"])

FORMS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
#: Some of what is found, for the description.
ROW = {"video": "clip.mp4", "seconds": 0.5, "face": 1, "emotion": "happy", "confidence": 0.93}
EXAMPLES = {
    "json": {**answers.MODEL, "rows": [ROW]},
    "csv": "\r\n".join([",".join(ROW), ",".join(map(str, ROW.values())), ""]),
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}


class JobAnswer(BaseModel):
    """A video that is analysed: its state is queued, running, done, failed or cancelled."""

    model_config = answers.exemplified(
        id="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        name="clip.mp4",
        state="running",
        progress=0.25,
        error="",
        **answers.MODEL,
    )

    id: str
    name: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    error: str
    model: str
    card_sha256: str
    version: str


@dataclass(frozen=True)
class VideoOptions:
    """Which frames of a video are analysed, and how."""

    name: Annotated[str, Query(max_length=200, description="what the video is called in what is found")] = "video"
    model: Annotated[str, Query(description="one of /models")] = DEFAULT
    threshold: Annotated[float, Query(ge=THRESHOLDS[0], le=THRESHOLDS[1])] = DEFAULT_THRESHOLD
    smallest_face: Annotated[float, Query(ge=SMALLEST_FACES[0], le=SMALLEST_FACES[1])] = DEFAULT_SMALLEST_FACE
    start: Annotated[float, Query(ge=0, le=1e6, description="seconds")] = 0
    end: Annotated[float | None, Query(gt=0, le=1e6, description="seconds; the video's own if not given")] = None
    every: Annotated[float | None, Query(gt=0, le=1e6, description="seconds from frame to frame")] = None

    def selection(self) -> Selection:
        """Which frames are analysed.

        Raises:
            ProblemError: the end is before the start.
        """
        try:
            return Selection(self.start, self.end, self.every)
        except ValueError as error:
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


@router.post(
    "/videos",
    summary="Follow every face through a video",
    status_code=202,
    openapi_extra={"requestBody": {"required": True, "content": {"video/*": _BINARY, BYTES_TYPE: _BINARY}}},
    responses=documented(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
)
async def begin(
    request: Request, response: Response, options: Annotated[VideoOptions, Depends(at_once(VideoOptions))]
) -> JobAnswer:
    """Send the video as the body. The answer names a job; ask /jobs/{id} how it stands."""
    engine: Engine = request.app.state.engine
    _check_type(request)
    selection = options.selection()
    loaded = await engine.model(options.model)
    faces = AnalysisSettings(loaded.classifier, engine.detector, options.threshold, options.smallest_face)
    most = engine.settings.max_jobs
    folder = await asyncio.to_thread(engine.jobs.new, options.name, answers.of_model(loaded), most)
    if folder is None:
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, f"{most} videos are under way; try again when one is done")
    try:
        await write_body(request, folder / VIDEO, engine.settings)
        status = await engine.run(engine.jobs.begin, folder, VideoSettings(faces, selection))
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, VideoError):
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        raise
    response.headers["Location"] = f"jobs/{status.id}"
    return _answer(status)


@router.get("/jobs/{job}", summary="The state of a job", responses=documented(401, 403, 404))
def state(request: Request, job: str) -> JobAnswer:
    return _answer(_found(request, job))


@router.delete(
    "/jobs/{job}", summary="Cancel a job, and forget what it found", status_code=204, responses=documented(404)
)
def delete(request: Request, job: str) -> Response:
    _found(request, job)
    request.app.state.engine.jobs.delete(job)
    return Response(status_code=204)


@router.get(
    "/jobs/{job}/result",
    summary="What a job found, a row a face and analysed frame",
    response_class=FileResponse,
    responses={
        200: {"content": {kind: {"example": EXAMPLES[form]} for form, kind in FORMS.items()}},
        **documented(401, 403, 404, 409, 422),
    },
)
def result(request: Request, job: str, format: Literal["json", "csv"] = "json") -> FileResponse:
    status = _found(request, job)
    if status.state != DONE:
        raise ProblemError(HTTPStatus.CONFLICT, f"the job is {status.state}; what it finds is there once it is done")
    return FileResponse(request.app.state.engine.jobs.result(job, format), media_type=FORMS[format])


def _check_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("video/") and kind != BYTES_TYPE:
        message = f"a body of {kind or 'no content type'} cannot be used; allowed are video/... and {BYTES_TYPE}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)


def _found(request: Request, job: str) -> JobStatus:
    status: JobStatus | None = request.app.state.engine.jobs.status(job)
    if status is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no job {job[:100]!r}; it may have been deleted")
    return status


def _answer(status: JobStatus) -> JobAnswer:
    values: dict[str, Any] = {name: getattr(status, name) for name in JobAnswer.model_fields}
    return JobAnswer(**values)
