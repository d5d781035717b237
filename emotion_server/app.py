"""The service as an ASGI app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI

import emotion_core
from emotion_server.engine import Engine
from emotion_server.guard import Guard, NamedSites
from emotion_server.memory import give_back_freed
from emotion_server.parameters import refuse_unknown
from emotion_server.parent import end_with_parent
from emotion_server.problems import answer_problems, documented
from emotion_server.routers import analyze, health, models, predict, stream, videos
from emotion_server.settings import ServerSettings

#: What answers requests; /stream is a websocket.
ROOMS = (health, models, analyze, predict, videos)
DESCRIPTION = (
    "Find the faces in pictures and say how their expressions look. It says nothing about what a person feels, and is "
    "not for decisions about people: not for work, school, hiring, policing, medicine or lie detection. Nothing "
    "that is sent is stored. Errors are problem+json and say what is allowed."
)


def create_app(settings: ServerSettings | None = None) -> FastAPI:
    """The service, set as said or as the environment says.

    Raises:
        ValueError: the environment has a setting that is not allowed.
    """
    settings = settings or ServerSettings.from_environment()
    # The pages that FastAPI has for trying a service out load their parts from another host.
    app = FastAPI(
        title="Expressions of faces", version=emotion_core.__version__, description=DESCRIPTION,
        docs_url=None, redoc_url=None, lifespan=_while_serving,
    )  # fmt: skip
    app.state.settings = settings
    answer_problems(app)
    app.add_middleware(Guard, settings=settings)
    if settings.origins:
        app.add_middleware(NamedSites, origins=settings.origins)
    for room in ROOMS:
        app.include_router(room.router, dependencies=[Depends(refuse_unknown)], responses=documented(422))
    app.include_router(stream.router)
    return app


@asynccontextmanager
async def _while_serving(app: FastAPI) -> AsyncIterator[None]:
    """The models are loaded beside what can be answered without them."""
    end_with_parent()
    engine = app.state.engine = Engine(app.state.settings)
    beside = [asyncio.create_task(work) for work in (engine.warm_up(), give_back_freed(), engine.jobs.forget_old())]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(engine.close)
