"""The websocket /stream: pictures in, tracked and steadied answers out."""

from __future__ import annotations

import json
from contextlib import ExitStack

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.server.conftest import encoded
from tests.waiting import wait_until


def address(service, query: str = "") -> str:
    return f"ws://127.0.0.1:{service.port}/stream{query}"


@pytest.fixture
def stream(service):
    """A stream, the only one that the service allows: the one before must have ended."""

    with ExitStack() as connections:

        def begun():
            connection = connections.enter_context(connect(address(service)))
            connection.send("hello")
            return None if "under way" in json.loads(connection.recv())["error"] else connection

        yield wait_until(begun)


def answer_to(connection, message) -> dict:
    connection.send(message)
    return json.loads(connection.recv(timeout=60))


def test_a_face_keeps_its_number_while_it_moves(stream, astronaut):
    frames = [encoded(np.roll(astronaut, 4 * step, axis=1)) for step in range(6)]
    answers = [answer_to(stream, frame) for frame in frames]
    assert {answer["error"] for answer in answers} == {""}
    assert [face["number"] for answer in answers for face in answer["faces"]] == [1] * 6
    assert answers[-1]["faces"][0]["box"]["x"] > answers[0]["faces"][0]["box"]["x"]
    assert answers[-1]["seconds"] > 0 and answers[-1]["model"] == "emotion-net" and answers[-1]["card_sha256"]
    assert sum(answers[-1]["faces"][0]["probabilities"].values()) == pytest.approx(1, abs=0.001)


def test_what_is_no_picture_is_said_and_ends_nothing(stream, astronaut):
    assert "this is not a picture" in answer_to(stream, b"no picture")["error"]
    assert "a picture is sent as a binary message" in answer_to(stream, "{}")["error"]
    large = encoded(np.zeros((1500, 1500, 3), np.uint8))
    assert "more than 2 megapixels" in answer_to(stream, large)["error"]
    assert len(answer_to(stream, encoded(astronaut))["faces"]) == 1


def test_no_more_streams_than_allowed(stream, service):
    with connect(address(service)) as another:
        assert "1 streams are under way" in json.loads(another.recv())["error"]
        with pytest.raises(ConnectionClosed) as closed:
            another.recv()
        assert closed.value.rcvd.code == 1013


@pytest.mark.parametrize(
    ("query", "words"),
    [("?model=nobody", "there is no model 'nobody'"), ("?smoothing=-1", "a smoothing of -1.0 s cannot be used")],
)
def test_what_is_not_allowed_is_said_before_it_is_closed(service, stream, query, words):
    stream.close()

    def refused():
        with connect(address(service, query)) as connection:
            error = json.loads(connection.recv())["error"]
            return None if "under way" in error else error

    assert words in wait_until(refused)


def test_a_client_that_sends_nothing_makes_room(stream):
    answer = json.loads(stream.recv(timeout=60))
    assert "no picture arrived within 3 seconds" in answer["error"]
    with pytest.raises(ConnectionClosed):
        stream.recv()
