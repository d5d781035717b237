"""What stands behind the ? of an address."""

from __future__ import annotations

import inspect

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from emotion_server import app, parameters


def test_no_request_waits_for_a_thread_that_only_reads_its_parameters():
    """FastAPI has a thread call whatever is no coroutine: at each request a photo would wait for it, too."""
    routes = [
        route
        for room in app.ROOMS
        for route in room.router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    ]
    called = [parameters.refuse_unknown, *(one for route in routes for one in _called(route.dependant))]
    assert len(called) > len(routes) == 3
    assert [one for one in called if not inspect.iscoroutinefunction(one)] == []


def _called(dependant: Dependant) -> list:
    return [dependant.call, *(one for below in dependant.dependencies for one in _called(below))]
