"""Whether the service runs and can answer, and what it has counted."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

import emotion_core
from emotion_server.answers import exemplified
from emotion_server.problems import documented

router = APIRouter(tags=["service"])


class Health(BaseModel):
    model_config = exemplified(status="ok", version=emotion_core.__version__)

    status: str
    version: str


@router.get("/health", summary="Whether the service runs")
async def health() -> Health:
    return Health(status="ok", version=emotion_core.__version__)


@router.get("/ready", summary="Whether the models are loaded", responses=documented(503))
async def ready(request: Request) -> Health:
    request.app.state.engine.check_ready()
    return Health(status="ready", version=emotion_core.__version__)


@router.get("/metrics", summary="What was counted, for Prometheus", response_class=Response)
def metrics(request: Request) -> Response:
    return Response(request.app.state.engine.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
