"""`ec.Client`: a service asked as `ec.analyze` asks this machine."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from PIL import Image

import emotion_core as ec
from emotion_core import client
from tests.services import serving
from tests.waiting import PATIENCE

TOKEN = "a token that nobody guesses"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("service"), token=TOKEN) as running:
        yield running


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(client, "PAUSE", 0)


def test_every_form_of_a_picture_gets_the_answer_of_analyze(service, astronaut, tmp_path):
    asked = ec.Client(service.url, TOKEN)
    Image.fromarray(astronaut).save(tmp_path / "a.png")
    (expected,) = ec.analyze(astronaut)
    content = (tmp_path / "a.png").read_bytes()
    for picture in (tmp_path / "a.png", str(tmp_path / "a.png"), content, astronaut, Image.fromarray(astronaut)):
        (face,) = asked.analyze(picture)
        assert face.to_row() | {"prior": ""} == expected.to_row() | {"prior": ""}
    assert asked.analyze(astronaut, faces=1, model="seed-cnn", whole=True)[0].model == "seed-cnn"
    assert asked.models() == ec.model_names()


def test_many_are_answered_in_their_order_with_each_ones_error(service, astronaut):
    pictures = [(f"{number}", astronaut if number % 5 else b"no picture") for number in range(client.AT_ONCE + 4)]
    pictures.insert(3, ("gone", "/no/such.jpg"))
    found = list(ec.Client(service.url, TOKEN).analyze_many(pictures))
    assert [result.name for result in found] == [name for name, _ in pictures]
    assert found[3].error == "there is no such file" and "not a picture" in found[0].error
    assert sum(len(result.faces) for result in found) == sum(picture is astronaut for _, picture in pictures)


def test_a_picture_that_cannot_be_used_is_said_as_by_analyze(service):
    for picture, words in ((b"no picture", "this is not a picture"), ("/no/such.jpg", "there is no such file")):
        with pytest.raises(ec.ImageError, match=words):
            ec.Client(service.url, TOKEN).analyze(picture)


def test_what_the_service_refuses_is_said_in_its_words(service, astronaut):
    for asked, options, words in (
        (ec.Client(service.url), {}, "there is no token"),
        (ec.Client(service.url, TOKEN), {"model": "nobody"}, "there is no model 'nobody'"),
        (ec.Client(service.url, TOKEN), {"threshold": 70}, "threshold: input should be less"),
        (ec.Client("http://127.0.0.1:9"), {}, "no service answers at http://127.0.0.1:9"),
    ):
        with pytest.raises(ec.ClientError, match=words):
            asked.analyze(astronaut, **options)


@pytest.mark.parametrize("url", ["127.0.0.1:8700", "file:///etc/passwd", "ftp://x", "http://", ""])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="is no address of a service"):
        ec.Client(url)


class Answering(BaseHTTPRequestHandler):
    """A service that answers what a test wants; `self.server.answer` does it, and `self.server.asked` counts."""

    def do_POST(self) -> None:
        self.server.asked += 1
        self.server.answer(self)

    def do_GET(self) -> None:
        self.do_POST()

    def read(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def say(self, status: int, body: bytes = b"no JSON", **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say_nothing_found(self, pictures: int) -> None:
        results = [{"name": "", "error": "", "faces": []}] * pictures
        self.say(200, json.dumps({"model": "m", "results": results}).encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering(answer):
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        server.answer, server.asked = answer, 0
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def pictures_in(body: bytes) -> int:
    return body.count(b'filename="picture"')


def test_a_service_that_is_busy_or_loses_a_worker_is_asked_again():
    def busy_twice_and_gone_once(request):
        request.read()
        if request.server.asked < 3:
            request.say(503)
        elif request.server.asked > 3:
            request.say_nothing_found(1)

    with answering(busy_twice_and_gone_once) as server:
        assert ec.Client(server.url).analyze(np.zeros((9, 9, 3), np.uint8)) == []
    assert server.asked == 4


def test_a_request_has_no_more_bytes_than_a_service_takes(monkeypatch):
    monkeypatch.setattr(client, "MOST_BYTES", 1000)
    sizes = []

    def counting(request):
        sizes.append(pictures_in(request.read()))
        request.say_nothing_found(sizes[-1])

    pictures = [(str(place), bytes(size)) for place, size in enumerate([400, 400, 400, 5000, 100, 900, 1])]
    with answering(counting) as server:
        found = list(ec.Client(server.url).analyze_many(pictures))
    assert [result.name for result in found] == [name for name, _ in pictures]
    assert sizes == [2, 1, 1, 2, 1]


def test_a_picture_that_is_too_large_takes_no_others_with_it():
    """The service answers and closes the connection while the rest is still being sent."""

    def limited(request):
        if int(request.headers["Content-Length"]) > 2**20:
            request.close_connection = True
            return request.say(413, b'{"detail": "the body has more than 1,048,576 bytes"}')
        return request.say_nothing_found(pictures_in(request.read()))

    pictures = [("small", bytes(100)), ("large", bytes(30 * 2**20)), ("last", bytes(100))]
    with answering(limited) as server:
        found = list(ec.Client(server.url).analyze_many(pictures))
        assert [result.name for result in found] == ["small", "large", "last"]
        assert [bool(result.error) for result in found] == [False, True, False]
        assert "the service does not take it: the body has more than 1,048,576 bytes" in found[1].error
        assert server.asked == 4
        with pytest.raises(ec.ImageError, match="more than 1,048,576"):
            ec.Client(server.url).analyze(pictures[1][1])


def test_it_waits_as_long_as_the_service_says(monkeypatch):
    slept = []
    monkeypatch.setattr(client.time, "sleep", slept.append)
    with answering(lambda request: request.say(503, Retry_After="7")) as server, pytest.raises(ec.ClientError):
        ec.Client(server.url).models()
    assert slept == [7, 7, 7, 7]


def test_all_tries_together_take_no_longer_than_is_asked_for():
    with answering(lambda request: request.say(429, b'{"detail": "busy"}', Retry_After="60")) as server:
        with pytest.raises(ec.ClientError, match="busy"):
            ec.Client(server.url, timeout=30).models()
        assert server.asked == 1
    over = threading.Event()
    with answering(lambda request: over.wait(PATIENCE)) as server:
        with pytest.raises(ec.ClientError, match="timed out"):
            ec.Client(server.url, timeout=0.2).models()
        over.set()
    assert server.asked == 1


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"[]", b"{}", b"\xff"])
def test_what_is_no_such_service_is_said(body):
    with (
        answering(lambda request: request.say(200, body)) as server,
        pytest.raises(ec.ClientError, match="no service of emotion serve"),
    ):
        ec.Client(server.url).models()


def test_the_token_is_not_sent_on_to_another_address():
    with answering(lambda request: request.say(200, b'{"models": []}')) as other:
        with (
            answering(lambda request: request.say(302, Location=other.url)) as server,
            pytest.raises(ec.ClientError, match=f"it is at {other.url}; give that address"),
        ):
            ec.Client(server.url, TOKEN).models()
        assert other.asked == 0
