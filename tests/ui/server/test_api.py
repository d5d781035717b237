"""The service beside the pages, where it is asked for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from emotion_core.inference import to_jpeg
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.services import JPEG, Service, is_problem
from tests.shell import ROOT
from tests.waiting import PATIENCE, wait_until
from ui.server import api


@contextmanager
def dashboard(folder, *options: str, **variables: str):
    """The dashboard at an address of its own, as `emotion dashboard` starts it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    streamlit = [*("--server.headless", "true"), *("--server.port", str(port)), *("--server.address", "127.0.0.1")]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "emotion_core", "dashboard", *options, *streamlit],
            env={**os.environ, "PYTHONPATH": str(ROOT), WORKSPACE_VARIABLE: str(folder / "workspace"), **variables},
            stdout=log,
            stderr=log,
        )
        service = Service(f"http://127.0.0.1:{port}", process)
        try:
            yield service
        finally:
            process.terminate()
            process.wait(PATIENCE)


def is_up(service: Service, path: str) -> bool:
    assert service.process.poll() is None, "the dashboard has ended"
    try:
        return service.ask(path).status == 200
    except OSError:
        return False


def test_it_answers_beside_the_pages(tmp_path, astronaut):
    with dashboard(tmp_path, "--api") as service:
        wait_until(lambda: is_up(service, "/api/ready"))
        answer = service.ask("/api/analyze", to_jpeg(astronaut), JPEG)
        assert (answer.status, len(answer.json["results"][0]["faces"])) == (200, 1)
        assert is_problem(service.ask("/api/nothing"), 404, "there is no ")
        assert "/analyze" in service.ask("/api/openapi.json").json["paths"]
        assert b"<html" in service.ask("/").content


def test_nothing_is_mounted_where_nobody_asks(monkeypatch):
    monkeypatch.delenv(api.VARIABLE, raising=False)
    assert api.routes() == []
    monkeypatch.setenv(api.VARIABLE, "0")
    assert not api.is_mounted()


def test_a_dashboard_that_others_reach_needs_a_token(monkeypatch):
    monkeypatch.setenv(api.VARIABLE, "1")
    monkeypatch.delenv("EMOTION_SERVER_TOKEN", raising=False)
    monkeypatch.setattr(api.st, "get_option", lambda name: "0.0.0.0")
    api._service.cache_clear()
    with pytest.raises(ValueError, match="it needs a token"):
        api.routes()
