"""The service for other programs, beside the pages on the same server, where whoever starts it asks for that."""

from __future__ import annotations

import os
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core.extras import need

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.routing import BaseRoute

#: Set to 1, the service is mounted.
VARIABLE = "EMOTION_DASHBOARD_API"
PLACE = "/api"


def is_mounted() -> bool:
    """Whether the service is beside the pages."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def routes() -> list[BaseRoute]:
    """What the server answers besides the pages."""
    if not is_mounted():
        return []
    from starlette.routing import Mount

    return [Mount(PLACE, app=_service())]


def service_running() -> AbstractAsyncContextManager[Any]:
    """The service with its models loaded, for as long as the server runs; mounted apps are not started otherwise."""
    if not is_mounted():
        return nullcontext()
    service = _service()
    return service.router.lifespan_context(service)


@cache
def _service() -> FastAPI:
    """The service, set by the environment as `emotion serve` is.

    Raises:
        ValueError: a setting cannot be used, or others reach the server and there is no token.
    """
    need("fastapi")
    from emotion_server import ServerSettings, create_app, why_unsafe

    settings = ServerSettings.from_environment()
    if reason := why_unsafe(st.get_option("server.address") or "0.0.0.0", settings.token):
        raise ValueError(reason)
    return create_app(settings)
