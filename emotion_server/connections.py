"""Connections below the app: what comes that is no HTTP, and whoever takes too long to say what they ask for.

Of uvicorn's own limits none is for this: its time for keep-alive counts only until the first byte of the next request.
"""

from __future__ import annotations

import asyncio
from functools import cache
from http import HTTPStatus

from uvicorn.protocols.http.h11_impl import H11Protocol

from emotion_server.problems import ProblemError
from emotion_server.settings import ServerSettings


class Connection(H11Protocol):
    """A client's connection, ended where it is no use; why is answered as a problem, as all that goes wrong."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._seconds = _settings().seconds_to_send
        self._last_seen: tuple[object, bool, int] = (None, True, 0)
        self._next_look = self.loop.call_later(self._seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._next_look.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; called by what reads it."""
        self._end(HTTPStatus.BAD_REQUEST, "this is no HTTP request that can be read, or its head is too long")

    def _look(self) -> None:
        """End the connection if it has been waiting for a request's head, or for what nobody reads, since last time."""
        if self.transport.get_protocol() is not self:
            return  # it has become a websocket, which has limits of its own
        unread = self.transport.get_write_buffer_size()
        seen = (self.cycle, self.cycle is None or self.cycle.response_complete, unread)
        if seen == self._last_seen and unread:
            self.transport.abort()  # closed, it would wait for ever until somebody reads the rest
            return
        if seen == self._last_seen and seen[1]:
            self._end(HTTPStatus.REQUEST_TIMEOUT, f"the request did not arrive within {self._seconds:g} seconds")
            return
        self._last_seen = seen
        self._next_look = self.loop.call_later(self._seconds, self._look)

    def _end(self, status: HTTPStatus, words: str) -> None:
        """Close the connection; with words, unless those of an answer are on their way or it is over."""
        if self.cycle is None or not self.cycle.response_started:
            answer = ProblemError(status, words).response()
            headers = b"".join(b"%s: %s\r\n" % header for header in [*answer.raw_headers, (b"connection", b"close")])
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
            self.transport.write(line + headers + b"\r\n" + bytes(answer.body))
        self.transport.close()


@cache
def _settings() -> ServerSettings:
    return ServerSettings.from_environment()
