"""What goes wrong, as clients read it: problem+json (RFC 9457) that says what is allowed."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from emotion_core.models import ModelError

MEDIA_TYPE = "application/problem+json"
#: Seconds after which a client that was refused as there was too much to do may come again.
COME_AGAIN = 1

#: What a problem of each kind may say, for the description.
EXAMPLES = {
    400: "the multipart body is damaged (Invalid boundary format)",
    401: "there is no token; send the service's as Authorization: Bearer TOKEN",
    403: "pages of other web sites may not use this service",
    404: "there is no model 'nobody'; there are emotion-net, seed-cnn",
    408: "the body did not arrive within 30 seconds",
    409: "the job is running; what it finds is there once it is done",
    413: "the body has more than 67,108,864 bytes; send less at a time",
    415: "a body of application/json cannot be used; allowed is application/octet-stream",
    422: "threshold: input should be less than or equal to 1",
    429: "64 requests are under way, and no more are taken; try again in a moment",
    503: "the models are being loaded",
}

logger = logging.getLogger(__name__)


class ProblemDocument(BaseModel):
    """What went wrong, and what is allowed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class ProblemError(Exception):
    """A request that is not answered.

    Args:
        status: of the answer.
        detail: what was wrong and what is allowed, in a sentence.
        more: further members of the answer.
    """

    def __init__(self, status: HTTPStatus, detail: str, **more: Any):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more

    def response(self) -> Response:
        """The answer that says so."""
        document = ProblemDocument(title=self.status.phrase, status=self.status, detail=self.detail)
        come_again = self.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
        headers = {"Retry-After": str(COME_AGAIN)} if come_again else {}
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        content = {**document.model_dump(), **self.more}
        return JSONResponse(content, self.status, headers, media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problems that a route may answer with, each with an example, for its description."""
    return {status: _described(HTTPStatus(status)) for status in statuses}


def _described(status: HTTPStatus) -> dict[str, Any]:
    example = ProblemDocument(title=status.phrase, status=status, detail=EXAMPLES[status]).model_dump()
    content = {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema(), "example": example}}
    return {"description": status.phrase, "content": content}


def answer_problems(app: FastAPI) -> None:
    """Let an app answer everything that goes wrong in it as a problem."""
    app.add_exception_handler(ProblemError, _of_ours)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _of_starlette)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _of_parameters)  # type: ignore[arg-type]
    app.add_exception_handler(ModelError, _of_model)  # type: ignore[arg-type]
    app.add_exception_handler(OSError, _of_disk)  # type: ignore[arg-type]
    app.add_exception_handler(ClientDisconnect, _of_client)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _of_fault)


async def _of_ours(request: Request, error: ProblemError) -> Response:
    return error.response()


async def _of_starlette(request: Request, error: HTTPException) -> Response:
    """An address that there is not, or a method that it has not."""
    status = HTTPStatus(error.status_code)
    detail = f"there is no {request.url.path} here; /openapi.json lists what there is"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not allow {request.method}; /openapi.json lists what it does"
    answer = ProblemError(status, detail).response()
    answer.headers.update(error.headers or {})
    return answer


async def _of_parameters(request: Request, error: RequestValidationError) -> Response:
    """The first parameter of the address that has a value that is not allowed."""
    first = error.errors()[0]
    name, reason = str(first["loc"][-1]), first["msg"]
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: {reason[0].lower()}{reason[1:]}").response()


async def _of_model(request: Request, error: ModelError) -> Response:
    """Why names places on this machine, which are nobody else's business."""
    logger.error("a model cannot be used: %s", error)
    detail = "the model cannot be used; the log of the service says why"
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail).response()


async def _of_disk(request: Request, error: OSError) -> Response:
    """The disk is full, or may not be written to: a video must lie somewhere while it is analysed."""
    logger.error("the disk cannot be used", exc_info=error)
    detail = f"the service's disk cannot be used ({error.strerror or 'no reason given'}); try again later"
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail).response()


async def _of_client(request: Request, error: ClientDisconnect) -> Response:
    """Nobody is there to read it any more."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "the client left before its request was whole").response()


async def _of_fault(request: Request, error: Exception) -> Response:
    logger.error("a request could not be answered", exc_info=error)
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the service; its log says which").response()
