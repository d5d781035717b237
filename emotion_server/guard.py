"""What every request goes through: who may ask, and how it is counted."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emotion_server.metrics import Metrics
from emotion_server.problems import ProblemError
from emotion_server.settings import ServerSettings, is_loopback

#: What tells whoever watches over the service nothing but that it runs.
OPEN = ("/health", "/ready")
#: What is counted by its own name; a client may call a method whatever it likes, and each name would be kept.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: A websocket that is closed with this was refused.
REFUSED = 1008


class Guard:
    """Lets in who has the token, and no page of another web site; counts what is answered."""

    def __init__(self, app: ASGIApp, settings: ServerSettings):
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        problem = self._why_refused(scope)
        if scope["type"] == "websocket":
            if problem:
                await send({"type": "websocket.close", "code": REFUSED, "reason": problem.detail})
                return None
            return await self._app(scope, receive, send)
        counted = _Counted(scope, send)
        try:
            await (problem.response() if problem else self._app)(scope, receive, counted)
        finally:
            counted.add_to(scope["app"].state.engine.metrics)
        return None

    def _why_refused(self, scope: Scope) -> ProblemError | None:
        headers = Headers(scope=scope)
        if not self._is_same_site(headers):
            return ProblemError(HTTPStatus.FORBIDDEN, "pages of other web sites may not use this service")
        if not self._settings.token and not _is_local(headers.get("host", "")):
            # A page of another site can have its own name lead to this machine (DNS rebinding).
            message = (
                "without a token this service answers only to localhost, to addresses of this machine such as "
                "127.0.0.1, and to names without a dot; set EMOTION_SERVER_TOKEN"
            )
            return ProblemError(HTTPStatus.FORBIDDEN, message)
        if not self._settings.token or _path(scope) in OPEN:
            return None
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._settings.token.encode()):
            return None
        what = "the token is wrong" if kind else "there is no token"
        return ProblemError(HTTPStatus.UNAUTHORIZED, f"{what}; send the service's as Authorization: Bearer TOKEN")

    def _is_same_site(self, headers: Headers) -> bool:
        """Whether a browser asks for no page of another web site; other programs name none."""
        origin = headers.get("origin")
        return not origin or origin in self._settings.origins or origin.partition("://")[2] == headers.get("host")


class NamedSites(CORSMiddleware):
    """Lets pages of the sites that are named ask from a browser; others are refused as a problem."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]):
        super().__init__(app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"])
        self._origins = origins

    def preflight_response(self, request_headers: Headers) -> Response:
        """What a browser is told that asks whether a page may ask."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return answer
        message = f"pages of {', '.join(self._origins)} may use this service, with {', '.join(self.allow_methods)}"
        refused = ProblemError(HTTPStatus.BAD_REQUEST, message).response()
        refused.headers["vary"] = answer.headers["vary"]
        return refused


class _Counted:
    """Passes an answer on, and notes its status and how long it took."""

    def __init__(self, scope: Scope, send: Send):
        self._scope = scope
        self._send = send
        self._start = time.perf_counter()
        self._status = HTTPStatus.INTERNAL_SERVER_ERROR.value

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
        await self._send(message)

    def add_to(self, metrics: Metrics) -> None:
        """Count the answer; addresses that there are not are counted as one."""
        route = getattr(self._scope.get("route"), "path", "other")
        method = self._scope["method"] if self._scope["method"] in METHODS else "other"
        metrics.requests.labels(method, route, self._status).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - self._start)


def _is_local(host: str) -> bool:
    """Whether a request's host, with its port or without, is this machine's own name, or one that no site can have."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:  # brackets that hold no address
        return False
    return is_loopback(name) or not (set(name) & set(".:"))


def _path(scope: Scope) -> str:
    """The path within the service, which may itself be mounted somewhere."""
    return scope["path"].removeprefix(scope.get("root_path", ""))
