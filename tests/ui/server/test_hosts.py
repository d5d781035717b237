"""Which pages may open a websocket, and which names are answered."""

from __future__ import annotations

import asyncio
import logging

import pytest
import streamlit as st

from ui.server import hosts

OWN = "faces.example.org"


@pytest.fixture(autouse=True)
def options(monkeypatch):
    """Streamlit's options as whoever opens the dashboard by a name of its own sets them; they can be changed."""
    found = {"server.allowedHosts": [*hosts.LOCAL_NAMES, OWN], "server.corsAllowedOrigins": []}
    monkeypatch.setattr(st, "get_option", found.get)
    monkeypatch.setattr("streamlit.config.get_option", found.get)
    hosts._tell_refused.cache_clear()
    return found


def answer(kind: str, host: str, origin: str | None = None, path: str = "/_stcore/stream") -> list[dict]:
    """What is said to who asks for a page or a websocket; nothing, where it reaches the server."""
    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin is not None else [])]
    sent = []

    async def server(scope, receive, send): ...

    async def send(message):
        sent.append(message)

    asyncio.run(hosts.OnlyKnownNames(server)({"type": kind, "path": path, "headers": headers}, None, send))
    return sent


def gets_websocket(host: str, origin: str | None, path: str = "/_stcore/stream") -> bool:
    return answer("websocket", host, origin, path) == []


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost", OWN, f"{OWN}:8443"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_page_may_drive_the_address_that_it_came_from(host, scheme):
    """By a port of this machine, through a tunnel to another one, or through a proxy with a certificate."""
    assert gets_websocket(host, f"{scheme}://{host}")


def test_a_program_that_is_no_browser_names_no_page():
    assert gets_websocket("localhost:8501", None)


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:9999",
        "http://localhost",
        "http://127.0.0.1:8501",
        "http://0.0.0.0:8501",
        "http://[::1]:8501",
        "http://example.org",
        f"https://{OWN}",
        "http://localhost:8501@example.org",
        "http://localhost:8501.example.org",
        "http://[::1",
        "null",
        "",
    ],
)
def test_no_other_page_may(origin):
    assert not gets_websocket("localhost:8501", origin)


def test_a_page_that_was_named_may(options):
    options["server.corsAllowedOrigins"] = [f"https://{OWN}"]
    assert gets_websocket("localhost:8501", f"https://{OWN}")
    assert not gets_websocket("localhost:8501", f"https://{OWN}:9999")


def test_whoever_runs_the_server_is_told_once_how_to_name_it(caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            gets_websocket("localhost:8501", f"https://{OWN}")
    (said,) = [record.getMessage() for record in caplog.records]
    assert f"https://{OWN}" in said and "--server.corsAllowedOrigins" in said


def test_the_service_says_itself_which_pages_may_use_it():
    assert gets_websocket("localhost:8501", "https://shop.example.org", "/api/stream")


@pytest.mark.parametrize("origin", ["http://[::1", "http://localhost:9999", "null"])
def test_what_is_asked_over_http_does_not_depend_on_the_page(origin):
    assert answer("http", "localhost:8501", origin, "/") == []


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("host", ["rebound.example.org:8501", "localhost@example.org", "[::1", ""])
def test_another_name_is_answered_with_a_refusal_alone(kind, host):
    said = answer(kind, host, f"http://{host}", "/")
    assert said[0].get("status", 403) == 403 and said[0]["type"] != "websocket.accept"


@pytest.mark.parametrize(
    ("host", "name"), [("rebound.example.org:80", "rebound.example.org"), ("[fe80::1]", "fe80::1"), ("[::1", "[::1")]
)
def test_who_comes_by_another_name_is_told_how_to_name_it(host, name):
    body = answer("http", host, path="/")[1]["body"].decode()
    assert f"--server.allowedHosts {name}\n" in body
