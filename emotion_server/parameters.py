"""What stands behind the ? of an address: the parameters of a request, and those that there are not."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from fastapi import Request
from fastapi.dependencies.models import Dependant

from emotion_server.problems import ProblemError

P = ParamSpec("P")
T = TypeVar("T")


def at_once(make: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Make something of a request's parameters without a detour: FastAPI has a thread call what is no coroutine."""

    async def made(*arguments: P.args, **named: P.kwargs) -> T:
        return make(*arguments, **named)

    made.__signature__ = inspect.signature(make, eval_str=True)  # type: ignore[attr-defined]
    return made


async def refuse_unknown(request: Request) -> None:
    """Refuse a parameter that the address does not know: one that is misspelt would change nothing, without a word."""
    known = _parameters(request.scope["route"].dependant)
    for name in request.query_params:
        if name not in known:
            allowed = f"allowed are {', '.join(known)}" if known else "this address takes none"
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no parameter {name!r}; {allowed}")


def _parameters(dependant: Dependant) -> list[str]:
    """The parameters that an address takes, those of what it depends on among them."""
    own = [field.alias for field in dependant.query_params]
    return own + [name for one in dependant.dependencies for name in _parameters(one)]
