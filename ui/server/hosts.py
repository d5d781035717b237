"""Who may reach the server by which name, and which other sites may show its pages within their own.

A page of another site can have its name lead to this machine's own address (DNS rebinding), and would then be read and
driven from there: so only names that are known are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
#: What every answer says to the browser: no other site shows the pages in a frame, and no file is taken for another
#: kind than it is said to be.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
REFUSED = (
    "This dashboard does not answer to the name {name!r}. Whoever runs it can name it:\n"
    "    scripts/start --server.allowedHosts {name}\n"
)


def is_local_name(host: str) -> bool:
    """Whether the host of a request, with its port or without, is this machine's own name or address."""
    return (urlsplit(f"//{host}").hostname or "") in LOCAL_NAMES


def allowed_names() -> list[str]:
    """The names that the server answers to: this machine's own, and those in Streamlit's `server.allowedHosts`."""
    named = [name for name in st.get_option("server.allowedHosts") if name not in LOCAL_NAMES]
    return [*LOCAL_NAMES, *named]


def answer_to_local_names() -> None:
    """Have Streamlit's own check of websockets know the same names."""
    from streamlit.config import set_option

    set_option("server.allowedHosts", allowed_names())


class OnlyKnownNames:
    """A layer around the server that refuses other names, and adds `HEADERS` to what is answered."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name = headers.get("host")
        if not (is_host_allowed(name) and _is_address(headers.get("origin", ""))):
            await _refuse(name or "", scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_ENCODED]
            await send(message)

        await self._app(scope, receive, send_with_headers)


_ENCODED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def _is_address(origin: str) -> bool:
    """Whether the origin of a page can be read at all: Streamlit fails at one whose brackets hold no address."""
    try:
        urlsplit(origin)
    except ValueError:
        return False
    return True


async def _refuse(name: str, scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import PlainTextResponse
    from starlette.websockets import WebSocketClose

    if scope["type"] == "websocket":
        await WebSocketClose(1008)(scope, receive, send)
    else:
        words = REFUSED.format(name=name.rpartition(":")[0] or name)
        await PlainTextResponse(words, 403, HEADERS)(scope, receive, send)
