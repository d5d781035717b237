"""Clients that send no HTTP, or send it a byte at a time."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from emotion_server import ServerSettings, connections
from emotion_server.connections import Connection
from tests.services import answer_to, is_problem, parsed
from tests.waiting import PATIENCE, wait_until

HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
#: What a client may take in these tests.
SECONDS = 0.3


@pytest.mark.parametrize(
    "request_",
    [b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n", b"GET / HTTP/x\r\n\r\n", HEAD + b"X: " + b"x" * 100_000],
    ids=["text", "TLS", "version", "long"],
)
def test_what_is_no_http_is_answered_as_all_that_goes_wrong(service, request_):
    answer = parsed(answer_to(service, request_))
    assert is_problem(answer, 400, "this is no HTTP request that can be read")
    assert answer.headers["connection"] == "close"


def test_so_is_a_body_whose_parts_have_no_lengths(service):
    lines = ["POST /analyze HTTP/1.1", "Host: localhost", "Content-Type: image/png", "Transfer-Encoding: chunked"]
    answer = answer_to(service, "\r\n".join([*lines, "", "many bytes\r\n"]).encode())
    assert is_problem(parsed(answer), 400, "this is no HTTP request that can be read")


@pytest.mark.parametrize(
    "before",
    [b"", HEAD, HEAD + b"\r\n" + HEAD, HEAD + b"Content-Length: 1000000\r\n\r\n"],
    ids=["nothing", "head", "second head", "body that nobody reads"],
)
def test_who_sends_a_byte_now_and_then_is_cut_off(answering, before):
    with answering(SECONDS) as server:
        start, answer = time.monotonic(), _trickled(_port(server), before)
        assert time.monotonic() - start >= SECONDS
    if before in (b"", HEAD):
        assert is_problem(parsed(answer), 408, f"did not arrive within {SECONDS} seconds")
    else:  # the first request was answered, and what comes later is no answer to it
        assert answer.startswith(b"HTTP/1.1 200") and answer.count(b"HTTP/1.1") == 1


def test_who_asks_again_and_again_is_not(answering):
    with answering(3600) as server, socket.create_connection(("127.0.0.1", _port(server)), PATIENCE) as client:
        for _ in range(3):
            client.sendall(HEAD + b"\r\n")
            answer = b""
            while not answer.endswith(b"yes"):
                answer += client.recv(65536)
            (connection,) = server.server_state.connections
            connection.loop.call_soon_threadsafe(connection._look)
        connection.loop.call_soon_threadsafe(connection._look)
        assert client.recv(65536) == b""


def test_an_answer_that_nobody_reads_is_not_kept_for_ever(answering):
    with (
        answering(SECONDS, _much) as server,
        socket.create_connection(("127.0.0.1", _port(server)), PATIENCE) as client,
    ):
        client.sendall(HEAD + b"\r\n")
        wait_until(lambda: server.server_state.connections)
        wait_until(lambda: not server.server_state.connections)


@pytest.fixture
def answering(monkeypatch) -> Callable:
    """A server in a thread that says yes to whatever is asked, and waits for so many seconds."""

    @contextmanager
    def run(seconds: float, app: Callable = _yes) -> Iterator[uvicorn.Server]:
        monkeypatch.setattr(connections, "_settings", lambda: ServerSettings(seconds_to_send=seconds))
        config = uvicorn.Config(app, port=0, http=Connection, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield server
        finally:
            server.should_exit = True
            thread.join()

    return run


async def _yes(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"yes"})


async def _much(scope, receive, send) -> None:
    """More than the system takes of what a client has not read yet."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"50000000")]})
    await send({"type": "http.response.body", "body": bytes(50_000_000)})


def _port(server: uvicorn.Server) -> int:
    return server.servers[0].sockets[0].getsockname()[1]


def _trickled(port: int, before: bytes) -> bytes:
    """What comes back to a client that goes on sending a byte now and then until the connection is closed."""
    answer, end = b"", time.monotonic() + PATIENCE
    with socket.create_connection(("127.0.0.1", port), timeout=0.1) as client:
        client.sendall(before)
        while time.monotonic() < end:
            try:
                if not (part := client.recv(65536)):
                    return answer
                answer += part
            except TimeoutError:
                client.sendall(b"x" if before else b"")
            except ConnectionError:
                return answer
    raise AssertionError("the connection was never closed")
