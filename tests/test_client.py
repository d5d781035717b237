"""`ec.Client`: a service asked as `ec.analyze` asks this machine."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from PIL import Image

import emotion_core as ec
from emotion_core import client
from tests.services import serving

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


class Busy(BaseHTTPRequestHandler):
    """Is busy twice, drops a connection once, and then answers."""

    asked = 0

    def do_POST(self) -> None:
        Busy.asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        if Busy.asked == 3:
            return
        body = b'{"model": "m", "results": [{"name": "", "error": "", "faces": []}]}' if Busy.asked > 3 else b"no JSON"
        self.send_response(200 if Busy.asked > 3 else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_service_that_is_busy_or_loses_a_worker_is_asked_again():
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert ec.Client(f"http://127.0.0.1:{server.server_port}").analyze(np.zeros((9, 9, 3), np.uint8)) == []
        finally:
            server.shutdown()
            thread.join()
    assert Busy.asked == 4
