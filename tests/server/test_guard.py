"""Who may use the service."""

from __future__ import annotations

import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.services import JPEG, answer_to, is_problem, parsed, serving

TOKEN = "a token that nobody guesses"


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A service that others reach, which needs a token, and one site whose pages may use it."""
    folder = tmp_path_factory.mktemp("closed")
    with serving(folder, "--host", "0.0.0.0", token=TOKEN, origins="https://ours.example", max_requests=1) as running:
        yield running


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("headers", [{}, with_token("wrong"), with_token(""), {"Authorization": f"Basic {TOKEN}"}])
@pytest.mark.parametrize("path", ["/models", "/metrics", "/openapi.json", "/nothing", "//health", "/health/"])
def test_who_has_no_token_learns_nothing(closed, path, headers):
    answer = closed.ask(path, headers=headers)
    assert is_problem(answer, 401, "send the service's as Authorization: Bearer TOKEN")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_who_has_it_is_answered_and_whether_it_runs_is_no_secret(closed, jpeg):
    assert closed.ask("/analyze", jpeg, {**JPEG, **with_token(TOKEN)}).status == 200
    assert closed.ask("/health").status == closed.ask("/ready").status == 200


def test_a_stream_needs_it_too(closed):
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{closed.port}/stream")
    with connect(f"ws://127.0.0.1:{closed.port}/stream", additional_headers=with_token(TOKEN)) as stream:
        stream.send("")
        assert "binary message" in stream.recv()


@pytest.mark.parametrize(
    "host", ["other.example", "other.example:8700", "127.0.0.1.other.example", "[x", "192.168.0.7"]
)
def test_without_a_token_it_answers_to_names_of_its_own_machine_alone(service, jpeg, host):
    named = {**JPEG, "Host": host, "Origin": f"http://{host}"}
    assert is_problem(service.ask("/analyze", jpeg, named), 403, "this service answers only to localhost, ")
    assert service.ask("/health", headers={"Host": f"localhost:{service.port}"}).status == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2:8700", "[::1]:8700", "faces"])
def test_of_its_own_machine_are_all_addresses_that_only_it_reaches_and_names_that_no_site_has(service, host):
    assert service.ask("/models", headers={"Host": host}).status == 200


def test_methods_that_a_client_makes_up_are_counted_as_one(service):
    for number in range(3):
        assert b" 405 " in answer_to(service, f"BREW{number} /health HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    counted = service.ask("/metrics").content.decode()
    assert 'method="other"' in counted and "BREW" not in counted


def test_with_one_it_has_any_name(closed):
    assert closed.ask("/models", headers={**with_token(TOKEN), "Host": "faces.example"}).status == 200


def test_pages_of_other_sites_are_refused_and_those_named_are_not(closed, service, jpeg):
    for origin in ("https://other.example", "null", "http://127.0.0.1:1"):
        assert is_problem(service.ask("/analyze", jpeg, {**JPEG, "Origin": origin}), 403, "pages of other web sites")
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{service.port}/stream", origin="https://other.example")
    assert service.ask("/analyze", jpeg, {**JPEG, "Origin": service.url}).status == 200
    assert "access-control-allow-origin" not in service.ask("/health").headers
    ours = {**JPEG, **with_token(TOKEN), "Origin": "https://ours.example"}
    answer = closed.ask("/analyze", jpeg, ours)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "https://ours.example")


def test_a_browser_that_asks_first_is_told_so_too(closed):
    for origin, allowed in (("https://ours.example", True), ("https://other.example", False)):
        asking = f"Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\nConnection: close"
        answer = parsed(answer_to(closed, f"OPTIONS /analyze HTTP/1.1\r\nHost: x\r\n{asking}\r\n\r\n".encode()))
        if allowed:
            assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
        else:
            assert is_problem(answer, 400, "pages of https://ours.example may use this service")
            assert "access-control-allow-origin" not in answer.headers


def test_more_than_may_be_under_way_is_told_to_come_again(closed, jpeg):
    lines = ["POST /analyze HTTP/1.1", "Host: x", "Content-Type: image/png", "Content-Length: 9"]
    slow = "\r\n".join([*lines, f"Authorization: Bearer {TOKEN}"])
    with socket.create_connection(("127.0.0.1", closed.port)) as connection:
        connection.sendall(f"{slow}\r\n\r\nabc".encode())
        while (answer := closed.ask("/analyze", jpeg, {**JPEG, **with_token(TOKEN)})).status == 200:
            pass  # until the slow one has come in
        assert is_problem(answer, 429, "1 requests are under way")
        assert answer.headers["retry-after"] == "1"
        connection.sendall(b"defghi")
        assert b" 422 " in connection.recv(1000)
    assert closed.ask("/analyze", jpeg, {**JPEG, **with_token(TOKEN)}).status == 200
