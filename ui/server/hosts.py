"""Who may reach the server by which name, and which other sites may drive its pages or show them within their own.

A page of another site can have its name lead to this machine's own address (DNS rebinding), and would then be read and
driven from there: so only names that are known are answered. A page can also ask for a websocket at any address: so
only pages of this server get one, and not those of whatever else answers at another port of this machine.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from ui.server.api import PLACE

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

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
    """A layer around the server that refuses other names, and websockets to pages that are not of this server.

    It adds `HEADERS` to what is answered. Who may use the service beside the pages, that decides itself.
    """

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
        if not is_host_allowed(name) or (_is_of_pages(scope) and not _is_from_own_page(headers)):
            await _refuse(name or "", scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_ENCODED]
            await send(message)

        await self._app(scope, receive, send_with_headers)


_ENCODED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def _is_of_pages(scope: Scope) -> bool:
    """Whether a websocket is asked for that drives a page."""
    return scope["type"] == "websocket" and scope["path"] != f"{PLACE}/stream"


def _is_from_own_page(headers: Headers) -> bool:
    """Whether who asks is a page of the very address that it asks, one that the user named, or no page at all.

    Streamlit asks itself, later, but is content with any port of this machine, and fails at what is no address.
    """
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is None or origin.partition("://")[2] == host or origin in st.get_option("server.corsAllowedOrigins"):
        return True
    _tell_refused(origin, host)
    return False


@lru_cache(100)  # each once: a page asks again and again
def _tell_refused(origin: str, host: str) -> None:
    advice = "have it pass on the Host that the browser sent, or name the page with --server.corsAllowedOrigins"
    logger.warning("A page of %r may not drive the one at %r. If that is a proxy of yours: %s", origin, host, advice)


async def _refuse(name: str, scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import PlainTextResponse
    from starlette.websockets import WebSocketClose

    if scope["type"] == "websocket":
        await WebSocketClose(1008)(scope, receive, send)
    else:
        words = REFUSED.format(name=_without_port(name))
        await PlainTextResponse(words, 403, HEADERS)(scope, receive, send)


def _without_port(host: str) -> str:
    """The name or address in a Host, as it is to be given to `server.allowedHosts`."""
    try:
        return urlsplit(f"//{host}").hostname or host
    except ValueError:
        return host
